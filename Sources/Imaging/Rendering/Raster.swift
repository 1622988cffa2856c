/// A small RGB picture that is drawn on.
struct Raster {
    let width: Int
    let height: Int
    /// Three bytes for each pixel, row-major.
    private var pixels: [UInt8]

    init(width: Int, height: Int, colour: Colour) {
        self.width = width
        self.height = height
        pixels = Array(repeating: 0, count: 3 * width * height)
        fill(with: colour)
    }

    mutating func fill(with colour: Colour) {
        pixels.withUnsafeMutableBufferPointer { Self.fill($0, with: colour) }
    }

    static func fill(_ pixels: UnsafeMutableBufferPointer<UInt8>, with colour: Colour) {
        for start in stride(from: 0, to: pixels.count, by: 3) {
            (pixels[start], pixels[start + 1], pixels[start + 2]) = (colour.red, colour.green, colour.blue)
        }
    }

    mutating func fillSquare(with colour: Colour, x: Int, y: Int, side: Int) {
        for row in y..<y + side {
            for column in x..<x + side { blend(colour, x: column, y: row, coverage: 1) }
        }
    }

    /// Lays a colour over a pixel; `coverage`, from 0 to 1, is how much of it is seen.
    mutating func blend(_ colour: Colour, x: Int, y: Int, coverage: Float) {
        let start = 3 * (y * width + x)
        pixels[start] = mixed(pixels[start], colour.red, coverage)
        pixels[start + 1] = mixed(pixels[start + 1], colour.green, coverage)
        pixels[start + 2] = mixed(pixels[start + 2], colour.blue, coverage)
    }

    /// Copies the row `y` into a wider row, from its pixel `x` on.
    func copyRow(_ y: Int, to row: UnsafeMutableBufferPointer<UInt8>, x: Int) {
        let start = 3 * y * width
        for offset in 0..<3 * width { row[3 * x + offset] = pixels[start + offset] }
    }
}

private func mixed(_ below: UInt8, _ above: UInt8, _ coverage: Float) -> UInt8 {
    UInt8((Float(below) + (Float(above) - Float(below)) * coverage).rounded())
}
