import CWebP

extension Codec {
    func decodeWebP(_ bytes: UnsafeBufferPointer<UInt8>, _ canvas: OrientedCanvas) -> (End, String) {
        var source = cwebp_source(
            bytes: bytes.baseAddress, length: bytes.count, width: UInt32(header.width), height: UInt32(header.height))
        let status = cwebp_decode(&source, { OrientedCanvas.from($0)?.takeRow($2, y: $1) ?? 1 }, canvas.opaque)
        switch Int(status) {
        case CWEBP_OK: return (.complete, "")
        case CWEBP_TRUNCATED: return (.truncated, "its data ends early")
        case CWEBP_UNSUPPORTED: return (.unsupported, "a feature of its data")
        case CWEBP_OUT_OF_MEMORY: return (.outOfMemory, "")
        default: return (.corrupt, "its data cannot be decoded")
        }
    }
}
