import Tensors

/// The eigensegments E_k = [v_k > 0] of a spectrum at picture size, a band of rows at a time.
///
/// The eigenvectors are brought to the picture's size bilinearly (`align_corners = false`) before the comparison.
public struct EigensegmentBands: Sendable {
    /// The picture's size.
    public let height, width: Int
    /// K; at most 32.
    public let count: Int
    /// `[h, w, K]`
    private let map: Tensor

    public init(_ spectrum: Spectrum, height: Int, width: Int) {
        precondition(spectrum.count <= 32, "\(spectrum.count) eigensegments do not fit the bits of a pixel")
        self.height = height
        self.width = width
        count = spectrum.count
        map = spectrum.eigenvectors.transposed.reshaped([spectrum.height, spectrum.width, spectrum.count])
    }

    /// The rows `range` of the picture: for each pixel, row-major, a word whose bit k says whether it lies in E_k.
    ///
    /// The complement of E_k is the pixels whose bit k is 0.
    public func rows(_ range: Range<Int>) -> [UInt32] {
        let (sourceHeight, sourceWidth) = (map.shape[0], map.shape[1])
        return map.withSpan { map in
            var words = [UInt32](repeating: 0, count: range.count * width)
            for row in range {
                let (top, bottom, y) = Self.taps(row, height, sourceHeight)
                for column in 0..<width {
                    let (left, right, x) = Self.taps(column, width, sourceWidth)
                    var word: UInt32 = 0
                    for k in 0..<count {
                        let upper =
                            (1 - x) * map[(top * sourceWidth + left) * count + k]
                            + x * map[(top * sourceWidth + right) * count + k]
                        let lower =
                            (1 - x) * map[(bottom * sourceWidth + left) * count + k]
                            + x * map[(bottom * sourceWidth + right) * count + k]
                        if (1 - y) * upper + y * lower > 0 { word |= 1 << UInt32(k) }
                    }
                    words[(row - range.lowerBound) * width + column] = word
                }
            }
            return words
        }
    }

    private static func taps(_ place: Int, _ size: Int, _ source: Int) -> (Int, Int, Float) {
        let position = max((Float(place) + 0.5) * Float(source) / Float(size) - 0.5, 0)
        let first = min(Int(position), source - 1)
        return (first, min(first + 1, source - 1), position - Float(first))
    }
}
