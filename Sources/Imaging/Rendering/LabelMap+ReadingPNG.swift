import CPNG

extension LabelMap {
    /// Reads an indexed or grey PNG of any depth: a pixel's label is its palette index or grey level as it is coded,
    /// whatever colours the palette holds.
    /// - Parameter name: what errors call the picture.
    /// - Throws: ``ImagingFailure``; ``ImagingFailure/notLabels(picture:found:)`` for any other kind of picture.
    public init(png bytes: [UInt8], name: String = "label map", limits: ImageLimits = .default) throws {
        let header = try ImageDecoder.header(bytes, name: name, limits: limits)
        guard header.format == .png else {
            throw ImagingFailure.notLabels(picture: name, found: "a \(header.format.title) picture")
        }
        let count = header.width * header.height
        let labels = try [UInt16](unsafeUninitializedCapacity: count) { buffer, initialized in
            guard let start = buffer.baseAddress else { return }
            let codec = Codec(bytes: bytes, header: header, picture: name, limits: limits)
            try codec.readIndices(to: IndexCanvas(labels: start, width: header.width))
            initialized = count
        }
        self.init(width: header.width, height: header.height, labels: labels)
    }
}

/// Where the rows of indices go.
private struct IndexCanvas {
    let labels: UnsafeMutablePointer<UInt16>
    let width: Int

    func take(_ place: cpng_pixels) {
        let (row, step) = (Int(place.y) * width + Int(place.x), Int(place.step))
        for column in 0..<Int(place.count) { labels[row + column * step] = place.indices[column] }
    }
}

extension Codec {
    fileprivate func readIndices(to canvas: IndexCanvas) throws {
        let (status, words) = bytes.withUnsafeBufferPointer { bytes in
            withUnsafePointer(to: canvas) { canvas in
                var source = pngSource(bytes)
                return withMessage {
                    cpng_decode_indices(&source, takeIndices, UnsafeMutableRawPointer(mutating: canvas), $0)
                }
            }
        }
        if status == CPNG_UNSUPPORTED { throw ImagingFailure.notLabels(picture: picture, found: words) }
        if let failure = failure(pngEnd(status), words) { throw failure }
    }
}

private func takeIndices(_ canvas: UnsafeMutableRawPointer?, _ place: UnsafePointer<cpng_pixels>?) -> Int32 {
    guard let canvas, let place else { return 1 }
    canvas.assumingMemoryBound(to: IndexCanvas.self).pointee.take(place.pointee)
    return 0
}
