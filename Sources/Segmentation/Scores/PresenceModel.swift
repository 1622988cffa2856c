import Foundation
public import Tensors

/// Whether a class is in the picture at all: `presence_score(c) = σ(a·m_c + b)`.
///
/// `m_c` is the mean, over the 1 % of token positions where the cosine of class `c` is highest, of that cosine minus
/// the best background cosine there. `a` and `b` are fitted on seen classes and stored in the bundle; nothing is
/// normalised per picture, which would find every class everywhere.
public struct PresenceModel: Sendable, Equatable {
    public var a: Double
    public var b: Double
    /// The score from which a class counts as present, 0…1.
    public var threshold: Double

    public init(a: Double, b: Double, threshold: Double) {
        self.a = a
        self.b = b
        self.threshold = threshold
    }

    /// The presence score of each class, 0…1.
    ///
    /// - Parameters:
    ///   - cosines: `[h, w, C + B]`: cosine of each position with each class, then with each background prompt.
    ///   - classes: C; B is at least 1.
    public func scores(of cosines: Tensor, classes: Int) -> [Double] {
        margins(of: cosines, classes: classes).map { 1 / (1 + exp(-(a * $0 + b))) }
    }

    /// `m_c` of each class: what `a` and `b` are fitted to.
    public func margins(of cosines: Tensor, classes: Int) -> [Double] {
        let channels = cosines.shape[2]
        precondition(channels > classes, "presence is measured against at least one background prompt")
        let positions = cosines.shape[0] * cosines.shape[1]
        return cosines.withSpan { values in
            let background = (0..<positions).map { position in
                (classes..<channels).reduce(-Float.infinity) { max($0, values[position * channels + $1]) }
            }
            return (0..<classes).map { channel in
                let own = (0..<positions).map { values[$0 * channels + channel] }
                return Self.margin(own, over: background)
            }
        }
    }

    /// The mean of `own − background` where `own` is among its highest 1 %; of equal cosines the first positions count.
    private static func margin(_ own: [Float], over background: [Float]) -> Double {
        let highest = own.indices.sorted { own[$0] > own[$1] || own[$0] == own[$1] && $0 < $1 }
            .prefix(max(1, own.count / 100))
        return highest.reduce(0) { $0 + Double(own[$1] - background[$1]) } / Double(highest.count)
    }
}
