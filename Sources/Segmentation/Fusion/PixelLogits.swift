/// The logits of one pixel, one for each channel.
///
/// Reductions run in lanes of eight, in an order that depends on the number of channels alone.
struct PixelLogits {
    private typealias Lanes = SIMD8<Float>
    private let values: UnsafeBufferPointer<Float>
    private let largest: Float

    init(_ values: UnsafeBufferPointer<Float>) {
        self.values = values
        largest = Self.largest(of: values)
    }

    subscript(channel: Int) -> Float { values[channel] }

    /// The first channel whose logit is the largest.
    func argmax() -> Int { values.firstIndex { $0 == largest } ?? 0 }

    /// The first of `channels`, in ascending order, whose logit is the largest; nil when there is none.
    func argmax(of channels: [Int]) -> Int? {
        guard var best = channels.first else { return nil }
        for channel in channels.dropFirst() where values[channel] > values[best] { best = channel }
        return best
    }

    /// softmax(logits)[channel].
    func probability(of channel: Int) -> Float {
        exponential(Lanes(repeating: values[channel] - largest))[0] / total
    }

    /// Adds softmax(logits) of the first `classes` channels to `sums`, from `offset` on.
    func addProbabilities(of classes: Int, to sums: inout [ProbabilitySum], at offset: Int) {
        let total = total
        var channel = 0
        Self.forEachLanes(of: values) { lanes in
            let powers = exponential(lanes - largest)
            for lane in 0..<min(Lanes.scalarCount, max(0, classes - channel)) {
                sums[offset + channel + lane] += powers[lane] / total
            }
            channel += Lanes.scalarCount
        }
    }

    /// Σ exp(logit − largest).
    private var total: Float {
        var sums = Lanes(repeating: 0)
        Self.forEachLanes(of: values) { sums += exponential($0 - largest) }
        return sums.sum()
    }

    private static func largest(of values: UnsafeBufferPointer<Float>) -> Float {
        var largest = Lanes(repeating: -.infinity)
        forEachLanes(of: values) { largest = pointwiseMax(largest, $0) }
        return largest.max()
    }

    /// The logits, eight at a time; the last lanes are filled up with −∞, which neither wins a maximum nor adds to a
    /// softmax.
    @inline(__always)
    private static func forEachLanes(of values: UnsafeBufferPointer<Float>, _ body: (Lanes) -> Void) {
        let width = Lanes.scalarCount
        let whole = values.count / width * width
        let bytes = UnsafeRawBufferPointer(values)
        for start in stride(from: 0, to: whole, by: width) {
            body(bytes.loadUnaligned(fromByteOffset: start * MemoryLayout<Float>.stride, as: Lanes.self))
        }
        guard whole < values.count else { return }
        var rest = Lanes(repeating: -.infinity)
        for index in whole..<values.count { rest[index - whole] = values[index] }
        body(rest)
    }
}
