import Foundation
import Tensors

@testable import Segmentation

/// Fusion as its definition reads: whole maps, sets of pixels, no bands, no counting by patterns.
struct TextbookFusion {
    /// `[H][W]` flattened; one array of logits for each pixel.
    var logits: [[Float]]
    /// K regions, one flag for each pixel.
    let segments: [[Bool]]
    let background: Int?

    init(logits: Tensor, vectors: Tensor?, background: Int?, picture: PictureSize) {
        self.logits = Self.upsampled(logits, picture)
        self.background = background
        let shapes = vectors.map { Self.upsampled($0, picture) } ?? []
        segments = (0..<(shapes.first?.count ?? 0)).map { k in shapes.map { $0[k] > 0 } }
    }

    /// Bilinear, `align_corners=False`.
    static func upsampled(_ grid: Tensor, _ picture: PictureSize) -> [[Float]] {
        let (height, width, channels) = (grid.shape[0], grid.shape[1], grid.shape[2])
        let values = grid.values
        func neighbours(_ place: Int, _ size: Int, _ extent: Int) -> (Int, Int, Float) {
            let source = max(0, (Float(place) + 0.5) * (Float(extent) / Float(size)) - 0.5)
            let first = min(Int(source), extent - 1)
            return (first, min(first + 1, extent - 1), source - Float(first))
        }
        return (0..<picture.area).map { pixel in
            let (top, bottom, dy) = neighbours(pixel / picture.width, picture.height, height)
            let (left, right, dx) = neighbours(pixel % picture.width, picture.width, width)
            return (0..<channels).map { channel in
                func value(_ y: Int, _ x: Int) -> Float { values[(y * width + x) * channels + channel] }
                let above = value(top, left) * (1 - dx) + value(top, right) * dx
                let below = value(bottom, left) * (1 - dx) + value(bottom, right) * dx
                return above * (1 - dy) + below * dy
            }
        }
    }

    var argmax: [Int] { logits.map { row in row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 } } }

    var candidates: [[Bool]] { segments + segments.map { $0.map(!) } }

    func select(tau: Float, gamma: Float) -> [Int] {
        let answer = argmax
        let present = Set(answer).sorted()
        var regions: [Int: [Bool]] = [:]
        for c in present where c != background {
            let own = answer.map { $0 == c }
            let overlaps = candidates.map { Self.iou($0, own) }
            if let best = overlaps.max(), best >= Double(tau) {
                regions[c] = candidates[overlaps.firstIndex(of: best) ?? 0]
            }
        }
        let kept = present.filter { regions[$0] == nil }
        return answer.indices.map { pixel in
            let a = answer[pixel]
            if regions[a]?[pixel] == true { return a }
            let takers = present.filter { $0 != a && regions[$0]?[pixel] == true }
            if let taker = mostProbable(of: takers, at: pixel) {
                if regions[a] != nil || logits[pixel][a] - logits[pixel][taker] <= gamma { return taker }
            }
            return regions[a] == nil ? a : mostProbable(of: kept, at: pixel) ?? a
        }
    }

    private func mostProbable(of channels: [Int], at pixel: Int) -> Int? {
        channels.max { logits[pixel][$0] < logits[pixel][$1] || logits[pixel][$0] == logits[pixel][$1] && $0 > $1 }
    }

    static func iou(_ a: [Bool], _ b: [Bool]) -> Double {
        let union = zip(a, b).count { $0 || $1 }
        return union == 0 ? 0 : Double(zip(a, b).count { $0 && $1 }) / Double(union)
    }

    /// Mean softmax probability of each channel inside its own pixels, nil without any.
    func semanticScores(of labels: [Int]) -> [Double?] {
        (logits.first ?? []).indices.map { channel in
            let pixels = labels.indices.filter { labels[$0] == channel }
            guard !pixels.isEmpty else { return nil }
            let sum = pixels.reduce(0.0) { sum, pixel in
                let powers = logits[pixel].map { exp(Double($0 - logits[pixel][channel])) }
                return sum + 1 / powers.reduce(0, +)
            }
            return sum / Double(pixels.count)
        }
    }

    func shapeScore(of labels: [Int], channel: Int) -> Double? {
        let mask = labels.map { $0 == channel }
        var best: Double?
        for (index, first) in candidates.enumerated() {
            for second in candidates[index...] {
                best = max(best ?? 0, Self.iou(zip(first, second).map { $0 || $1 }, mask))
            }
        }
        return best
    }
}
