/// Visits the runs of equal pixels of a row-major picture column by column, as ranges of column-major positions.
///
/// Columns are read 32 at a time through a transposed stripe, so that each cache line of the picture is fetched once.
/// No run crosses a column's end.
func forEachColumnRun<Pixel: Equatable & BitwiseCopyable>(
    of pixels: [Pixel], width: Int, height: Int, _ body: (Pixel, Range<Int>) -> Void
) {
    guard let first = pixels.first else { return }
    // Columns a power of two apart would share cache sets: the spare keeps them off each other.
    let stride = height + 32
    var stripe = [Pixel](repeating: first, count: min(width, stripeWidth) * stride)
    for left in Swift.stride(from: 0, to: width, by: stripeWidth) {
        let columns = left..<min(left + stripeWidth, width)
        fill(&stripe, stride: stride, with: pixels, width: width, height: height, columns: columns)
        stripe.withUnsafeBufferPointer { stripe in
            for column in columns {
                let start = (column - left) * stride
                let labels = UnsafeBufferPointer(rebasing: stripe[start..<start + height])
                forEachRun(of: labels, from: column * height, body)
            }
        }
    }
}

private let stripeWidth = 32

private func fill<Pixel>(
    _ stripe: inout [Pixel], stride: Int, with pixels: [Pixel], width: Int, height: Int, columns: Range<Int>
) {
    stripe.withUnsafeMutableBufferPointer { stripe in
        pixels.withUnsafeBufferPointer { pixels in
            for y in 0..<height {
                let row = y * width + columns.lowerBound
                for offset in 0..<columns.count { stripe[offset * stride + y] = pixels[row + offset] }
            }
        }
    }
}

/// Visits the runs of equal pixels in one line of a picture, whose first pixel has the position given.
func forEachRun<Pixel: Equatable>(
    of line: UnsafeBufferPointer<Pixel>, from position: Int, _ body: (Pixel, Range<Int>) -> Void
) {
    var start = 0
    while start < line.count {
        let label = line[start]
        var end = start + 1
        while end < line.count && line[end] == label { end += 1 }
        body(label, position + start..<position + end)
        start = end
    }
}
