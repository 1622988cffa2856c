import Spectral
import Tensors

/// An answer before the presence verdict: the channel of each pixel, and what the scores need of it.
struct Labelling: Sendable {
    /// The channel of each pixel, row-major, by bands of rows.
    let bands: [[UInt16]]
    /// Pixels by channel and pattern.
    let histogram: PatternHistogram
    /// Sum over each channel's pixels of that channel's softmax probability.
    let confidence: [ProbabilitySum]
    /// The logits that decided.
    let field: LogitField
    let eigensegments: EigensegmentBands?

    /// What decides about a pixel, given the channel of its largest logit, its pattern and its logits.
    typealias Decision = @Sendable (_ channel: Int, _ pattern: Int, _ logits: PixelLogits) -> Int

    /// Labels every pixel of the picture.
    ///
    /// - Parameters:
    ///   - field: the answer's logits.
    ///   - segments: the eigensegments; nil when the spectral stage did not run.
    ///   - context: its team works on bands; checked for cancellation between them.
    ///   - decide: the channel of a pixel; the argmax when left out.
    init(
        _ field: LogitField, _ segments: EigensegmentBands?, _ context: ExecutionContext,
        decide: Decision = { channel, _, _ in channel }
    ) throws {
        let total = SharedHistogram(channels: field.channels, segments: segments?.count ?? 0)
        let parts = try Bands(of: field.picture, channels: field.channels).map(context) { rows in
            let patterns = segments.patterns(of: rows, picture: field.picture)
            let part = Part(field, rows, patterns, decide)
            total.add(channels: part.channels, patterns: patterns)
            return part
        }
        bands = parts.map(\.channels)
        histogram = total.value
        (self.field, eigensegments) = (field, segments)
        confidence = parts.reduce(into: Array(repeating: ProbabilitySum(), count: field.channels)) { sums, part in
            for channel in sums.indices { sums[channel] += part.confidence[channel] }
        }
    }

    /// One band of the answer.
    private struct Part: Sendable {
        var channels: [UInt16]
        var confidence: [ProbabilitySum]

        init(_ field: LogitField, _ rows: Range<Int>, _ patterns: [UInt32], _ decide: Decision) {
            var channels = [UInt16](repeating: 0, count: patterns.count)
            var confidence = Array(repeating: ProbabilitySum(), count: field.channels)
            field.forEachPixel(of: rows) { index, logits in
                let channel = decide(logits.argmax(), Int(patterns[index]), logits)
                channels[index] = UInt16(channel)
                confidence[channel] += logits.probability(of: channel)
            }
            self.channels = channels
            self.confidence = confidence
        }
    }
}
