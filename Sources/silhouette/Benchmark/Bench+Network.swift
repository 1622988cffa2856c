import Encoders
import Tensors

extension Bench {
    /// Prompts of a text row, and the tokens of each in turn: CLIP's context, and a short class name with its template.
    private static let prompts = (count: 21, lengths: [77, 12])

    /// One published network with random weights, on a picture of `size` pixels a side.
    mutating func time(_ preset: BenchPreset, _ engine: Engine, size: Int) throws {
        let weights = Weights(RandomWeights(seed: 0))
        switch preset {
        case .text(let preset): try time(preset, weights, engine)
        case .visual(let preset): try time(preset, weights, engine, size: size)
        case .spectral(let preset): try time(preset, weights, engine, size: size)
        }
    }

    private mutating func time(_ preset: TextPreset, _ weights: Weights, _ engine: Engine) throws {
        let network = try preset.network(weights, engine: engine)
        let (start, end) = (network.tokenizer.count - 2, network.tokenizer.endOfText)
        for length in Self.prompts.lengths {
            let prompts = (0..<Self.prompts.count).map { prompt in
                let words = (1..<length - 1).map { place in (prompt * 7919 + place * 104_729) % start }
                return [start] + words + [end]
            }
            try time("\(preset.rawValue), \(prompts.count) prompts of \(length)") { context in
                _ = try network.embed(tokens: prompts, context)
            }
        }
    }

    private mutating func time(
        _ preset: VisualPreset, _ weights: Weights, _ engine: Engine, size: Int
    ) throws {
        let network = try preset.architecture(embeddingDimension: 512).network(weights, engine: engine)
        let pixels = Self.pixels(size, multiple: network.multiple)
        try time("\(preset.rawValue) encoder") { context in _ = try network(pixels, context) }
    }

    private mutating func time(
        _ preset: SpectralPreset, _ weights: Weights, _ engine: Engine, size: Int
    ) throws {
        let network = try VisionTransformer(preset.configuration, weights, engine: engine)
        let pixels = Self.pixels(size, multiple: preset.configuration.patch)
        try time("\(preset.rawValue) encoder") { context in _ = try network(pixels, context) }
        try time("\(preset.rawValue) keys") { context in _ = try network.keys(pixels, context) }
    }

    /// Noise, `[side, side, 3]`, the side rounded to a whole multiple.
    private static func pixels(_ size: Int, multiple: Int) -> Tensor {
        let side = max(1, (size + multiple / 2) / multiple) * multiple
        return Tensor([side, side, 3], (0..<side * side * 3).map { Float(($0 &* 2_654_435_761) % 1009) / 504.5 - 1 })
    }
}
