import CPNG

extension Codec {
    func decodePNG(_ bytes: UnsafeBufferPointer<UInt8>, _ canvas: OrientedCanvas) -> (End, String) {
        var source = cpng_source(
            bytes: bytes.baseAddress, length: bytes.count, width: UInt32(header.width), height: UInt32(header.height))
        let (status, words) = withMessage {
            cpng_decode(&source, { OrientedCanvas.from($0)?.take($1) ?? 1 }, canvas.opaque, $0)
        }
        switch status {
        case CPNG_OK: return (.complete, words)
        case CPNG_TRUNCATED: return (.truncated, words)
        case CPNG_OUT_OF_MEMORY: return (.outOfMemory, words)
        default: return (.corrupt, words)
        }
    }
}

extension OrientedCanvas {
    /// Places what a row of one of Adam7's passes holds.
    fileprivate func take(_ place: UnsafePointer<cpng_pixels>?) -> Int32 {
        guard let place = place?.pointee else { return 1 }
        return take(place.rgb, y: Int(place.y), x: Int(place.x), step: Int(place.step), count: Int(place.count))
    }
}
