import CPNG

extension Codec {
    func decodePNG(_ bytes: UnsafeBufferPointer<UInt8>, _ canvas: OrientedCanvas) -> (End, String) {
        var source = pngSource(bytes)
        let (status, words) = withMessage {
            cpng_decode(&source, { OrientedCanvas.from($0)?.take($1) ?? 1 }, canvas.opaque, $0)
        }
        return (pngEnd(status), words)
    }

    func pngSource(_ bytes: UnsafeBufferPointer<UInt8>) -> cpng_source {
        cpng_source(
            bytes: bytes.baseAddress, length: bytes.count, width: UInt32(header.width), height: UInt32(header.height))
    }

    /// What one of the reader's status codes means.
    func pngEnd(_ status: Int) -> End {
        switch status {
        case CPNG_OK: .complete
        case CPNG_TRUNCATED: .truncated
        case CPNG_OUT_OF_MEMORY: .outOfMemory
        default: .corrupt
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
