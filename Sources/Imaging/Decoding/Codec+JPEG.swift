import CJPEG

extension Codec {
    func decodeJPEG(_ bytes: UnsafeBufferPointer<UInt8>, _ canvas: OrientedCanvas) -> (End, String) {
        var source = cjpeg_source(
            bytes: bytes.baseAddress, length: bytes.count, width: UInt32(header.width), height: UInt32(header.height),
            max_scans: Int32(clamping: limits.scans))
        let (status, words) = withMessage {
            cjpeg_decode(&source, { OrientedCanvas.from($0)?.takeRow($2, y: $1) ?? 1 }, canvas.opaque, $0)
        }
        switch status {
        case CJPEG_OK: return (.complete, words)
        case CJPEG_TRUNCATED: return (.truncated, words)
        case CJPEG_UNSUPPORTED: return (.unsupported, words)
        case CJPEG_TOO_MANY_SCANS: return (.tooManyScans, words)
        case CJPEG_OUT_OF_MEMORY: return (.outOfMemory, words)
        default: return (.corrupt, words)
        }
    }
}
