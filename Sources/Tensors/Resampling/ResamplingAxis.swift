/// One axis of a separable interpolation: each output index is a weighted sum of `taps` input samples in a row.
struct ResamplingAxis: Sendable {
    let taps: Int
    /// The first sample of each output index.
    let starts: [Int32]
    /// `[outputs, taps]`
    let weights: [Float]

    init(input: Int, output: Int, _ mode: Interpolation, antialias: Bool, scale: Double?) {
        precondition(input > 0 && output > 0, "no interpolation from \(input) to \(output) samples")
        let filters =
            if input == output && (antialias || mode != .bicubic) {
                // PyTorch copies an axis that keeps its size, whatever the scale; all but the plain cubic.
                (0..<output).map { ResamplingFilter(start: $0, weights: [1]) }
            } else if antialias {
                ResamplingFilter.antialiased(input: input, output: output, mode, scale: scale)
            } else {
                ResamplingFilter.plain(input: input, output: output, mode, scale: scale)
            }
        let taps = filters.reduce(1) { max($0, $1.weights.count) }
        var (starts, weights) = ([Int32](), [Float](repeating: 0, count: output * taps))
        for (index, filter) in filters.enumerated() {
            // Padding with weights of 0 must not reach past the last sample.
            let start = min(filter.start, input - taps)
            starts.append(Int32(start))
            for (tap, weight) in filter.weights.enumerated() {
                weights[index * taps + filter.start - start + tap] = weight
            }
        }
        (self.taps, self.starts, self.weights) = (taps, starts, weights)
    }
}

/// The weights of the samples that make one output sample.
struct ResamplingFilter {
    var start: Int
    var weights: [Float]

    /// `torch.nn.functional.interpolate` without antialias, step by step in fp32 (ATen's UpSample.h, UpSampleKernel.cpp).
    static func plain(input: Int, output: Int, _ mode: Interpolation, scale: Double?) -> [ResamplingFilter] {
        let step = step(input: input, output: output, mode, scale: scale)
        return (0..<output).map { index in
            let place = Float(index)
            switch mode {
            case .nearest:
                return ResamplingFilter(start: min(Int((place * step).rounded(.down)), input - 1), weights: [1])
            case .bilinear(let alignCorners):
                let source = alignCorners ? step * place : max(step * (place + 0.5) - 0.5, 0)
                return linear(source, input)
            case .bicubic:
                return cubic(step * (place + 0.5) - 0.5, input)
            }
        }
    }

    /// Input samples for one output sample.
    private static func step(input: Int, output: Int, _ mode: Interpolation, scale: Double?) -> Float {
        if mode == .bilinear(alignCorners: true) { return output > 1 ? Float(input - 1) / Float(output - 1) : 0 }
        if let scale, scale > 0 { return Float(1 / scale) }
        return Float(input) / Float(output)
    }

    private static func linear(_ source: Float, _ input: Int) -> ResamplingFilter {
        let start = min(Int(source.rounded(.down)), input - 1)
        let fraction = min(max(source - Float(start), 0), 1)
        return start < input - 1
            ? ResamplingFilter(start: start, weights: [1 - fraction, fraction])
            : ResamplingFilter(start: start, weights: [1])
    }

    /// Samples past an edge are the edge's: their weights go to it.
    private static func cubic(_ source: Float, _ input: Int) -> ResamplingFilter {
        let base = min(Int(source.rounded(.down)), input - 1)
        let fraction = min(max(source - Float(base), 0), 1)
        let places = (base - 1...base + 2).map { min(max($0, 0), input - 1) }
        var filter = ResamplingFilter(
            start: places[0], weights: [Float](repeating: 0, count: places[3] - places[0] + 1))
        for (tap, place) in places.enumerated() {
            filter.weights[place - places[0]] += keys(abs(fraction + 1 - Float(tap)), a: -0.75)
        }
        return filter
    }

    /// The same with `antialias=True`: Pillow's filters, widened by the step where that shrinks.
    static func antialiased(input: Int, output: Int, _ mode: Interpolation, scale: Double?) -> [ResamplingFilter] {
        precondition(mode == .bicubic || mode == .bilinear(alignCorners: false), "\(mode) has no antialias")
        let step = step(input: input, output: output, mode, scale: scale)
        let support = (mode == .bicubic ? 2 : 1) * max(step, 1)
        let narrowing = 1 / max(step, 1)
        return (0..<output).map { index in
            let centre = step * (Float(index) + 0.5)
            // A given scale may lead past the last sample.
            let start = min(max(Int(centre - support + 0.5), 0), input - 1)
            let end = max(min(Int(centre + support + 0.5), input), start + 1)
            var weights = (start..<end).map { sample in
                let distance = abs((Float(sample) - centre + 0.5) * narrowing)
                return mode == .bicubic ? keys(distance, a: -0.5) : max(1 - distance, 0)
            }
            let total = weights.reduce(0, +)
            if total != 0 { weights = weights.map { $0 / total } }
            return ResamplingFilter(start: start, weights: weights)
        }
    }

    /// Keys' cubic convolution kernel at the distance x ≥ 0.
    private static func keys(_ x: Float, a: Float) -> Float {
        if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
        return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
    }
}
