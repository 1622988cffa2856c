/// One picture in the hands of its format's library.
struct Codec {
    let bytes: [UInt8]
    let header: ImageHeader
    let picture: String
    let limits: ImageLimits

    /// How a library ended.
    enum End { case complete, truncated, corrupt, unsupported, tooManyScans, outOfMemory }

    /// Decodes every pixel to the canvas.
    func run(_ canvas: OrientedCanvas) throws {
        let (end, words) = bytes.withUnsafeBufferPointer { bytes in
            switch header.format {
            case .jpeg: decodeJPEG(bytes, canvas)
            case .png: decodePNG(bytes, canvas)
            case .webp: decodeWebP(bytes, canvas)
            }
        }
        try canvas.rethrow()
        if let failure = failure(end, words) { throw failure }
    }

    func failure(_ end: End, _ words: String) -> ImagingFailure? {
        switch end {
        case .complete: nil
        case .truncated: .truncated(picture: picture, format: header.format, fault: words)
        case .corrupt: .corrupt(picture: picture, format: header.format, fault: words)
        case .unsupported: .unsupportedEncoding(picture: picture, format: header.format, encoding: words)
        case .tooManyScans:
            .tooComplex(
                picture: picture, format: header.format, what: "more than \(limits.scans) scans", limit: limits.scans)
        case .outOfMemory: .outOfMemory(picture: picture)
        }
    }

    /// Runs `body` with room for a C library's message, and gives the message without its full stop.
    func withMessage(_ body: (UnsafeMutablePointer<CChar>) -> Int32) -> (status: Int, words: String) {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { message in
            guard let start = message.baseAddress else { return (-1, "") }
            start.initialize(repeating: 0, count: message.count)
            let status = body(start)
            let words = String(cString: start)
            return (Int(status), words.hasSuffix(".") ? String(words.dropLast()) : words)
        }
    }
}
