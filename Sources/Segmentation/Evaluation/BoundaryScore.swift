/// How well the outline of a region is met: the BF score of Csurka et al. 2013, *What is a good evaluation measure for
/// semantic segmentation?*, with a tolerance of 2 pixels.
///
/// A boundary pixel lies in the region and has one of its four neighbours outside; ignored pixels are neither, and the
/// edge of the picture is no boundary. Precision is the share of predicted boundary pixels within 2 pixels (Euclidean)
/// of a true one, recall the share of true ones within 2 pixels of a predicted one, F their harmonic mean. A picture's
/// score is the mean over the classes that occur in it, a data set's the mean over its pictures.
struct BoundaryScore: Sendable {
    /// Steps to the pixels within 2 pixels.
    private static let disk: [(dy: Int, dx: Int)] = (-2...2).flatMap { dy in
        (-2...2).filter { dx in dx * dx + dy * dy <= 4 }.map { (dy, $0) }
    }

    private let size: PictureSize
    private let isIgnored: [Bool]

    init(_ truth: GroundTruth) {
        size = truth.size
        isIgnored = truth.labels.map { $0 == GroundTruth.ignored }
    }

    /// F of one region, 0…1.
    func score(predicted: [Bool], truth: [Bool]) -> Double {
        let (found, real) = (boundary(predicted), boundary(truth))
        // Nothing to find and nothing found is perfect; one without the other is not.
        guard found.contains(true), real.contains(true) else { return found == real ? 1 : 0 }
        let precision = share(of: found, near: real)
        let recall = share(of: real, near: found)
        return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0
    }

    private func boundary(_ mask: [Bool]) -> [Bool] {
        mask.indices.map { pixel in
            guard mask[pixel], !isIgnored[pixel] else { return false }
            let (y, x) = pixel.quotientAndRemainder(dividingBy: size.width)
            func isOutside(_ neighbour: Int) -> Bool { !mask[neighbour] && !isIgnored[neighbour] }
            return y > 0 && isOutside(pixel - size.width) || y + 1 < size.height && isOutside(pixel + size.width)
                || x > 0 && isOutside(pixel - 1) || x + 1 < size.width && isOutside(pixel + 1)
        }
    }

    private func share(of some: [Bool], near others: [Bool]) -> Double {
        let pixels = some.indices.filter { some[$0] }
        let near = pixels.count { pixel in
            let (y, x) = pixel.quotientAndRemainder(dividingBy: size.width)
            return Self.disk.contains { dy, dx in
                (0..<size.height).contains(y + dy) && (0..<size.width).contains(x + dx)
                    && others[(y + dy) * size.width + x + dx]
            }
        }
        return Double(near) / Double(pixels.count)
    }
}
