import Spectral
import Tensors

extension Fusion {
    /// `select`: classes that agree with an eigensegment take its shape (the paper's Φ_FUSE, without ground truth).
    func selected(_ context: ExecutionContext) throws -> Labelling {
        try selected(from: LogitField(logits, picture: picture), context)
    }

    /// Two passes over the picture: the first counts how each `P_c` and each candidate meet, the second decides.
    func selected(from field: LogitField, _ context: ExecutionContext) throws -> Labelling {
        let histogram = try PatternHistogram(argmaxOf: field, segments, context)
        let selection = Selection(
            of: histogram, background: background, tau: parameters.tau, gamma: parameters.gamma)
        return try Labelling(field, segments, context) { channel, pattern, logits in
            selection.channel(insteadOf: channel, pattern: pattern, logits: logits)
        }
    }
}

extension PatternHistogram {
    /// The pixels of `A` by channel and pattern.
    init(argmaxOf field: LogitField, _ segments: EigensegmentBands?, _ context: ExecutionContext) throws {
        let total = SharedHistogram(channels: field.channels, segments: segments?.count ?? 0)
        _ = try Bands(of: field.picture, channels: field.channels).map(context) { rows in
            let patterns = segments.patterns(of: rows, picture: field.picture)
            var channels = [UInt16](repeating: 0, count: patterns.count)
            field.forEachPixel(of: rows) { channels[$0] = UInt16($1.argmax()) }
            total.add(channels: channels, patterns: patterns)
        }
        self = total.value
    }
}
