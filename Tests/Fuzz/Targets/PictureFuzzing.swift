@testable import Imaging

/// A picture that is decoded has the size and the orientation of its header, and turning it moves pixels only.
func fuzzPicture(_ bytes: [UInt8]) {
    let limits = ImageLimits(pixels: 20_000, side: 1000, scans: 8, chunks: 100, metadata: 1 << 16)
    do {
        let header = try ImageDecoder.header(bytes, limits: limits)
        demand(header.width * header.height <= limits.pixels && min(header.width, header.height) > 0)
        let upright = try ImageDecoder.decode(bytes, limits: limits)
        let stored = try ImageDecoder.decode(bytes, applyOrientation: false, limits: limits)
        demand((upright.width, upright.height) == header.uprightSize)
        demand((stored.width, stored.height) == (header.width, header.height))
        demand(upright.orientation == header.orientation && upright.format == header.format)
        demand(upright.pixels.count == 3 * upright.width * upright.height)
        demand(histogram(upright.pixels) == histogram(stored.pixels), "turning the picture changes its pixels")
    } catch {
        demand(error is ImagingFailure, "\(error) is no ImagingFailure")
        expectOneLine(error)
    }
}

private func histogram(_ pixels: [UInt8]) -> [Int] {
    pixels.reduce(into: [Int](repeating: 0, count: 256)) { $0[Int($1)] += 1 }
}
