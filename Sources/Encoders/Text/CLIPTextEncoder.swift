public import Tensors

/// CLIP's text tower: a causal transformer whose token at the end of the text becomes the prompt's embedding.
///
/// Source: Radford et al. 2021, *Learning Transferable Visual Models From Natural Language Supervision*.
public struct CLIPTextEncoder: Sendable {
    public let configuration: Configuration
    public let tokenizer: BytePairTokenizer
    private let tokenEmbedding: Tensor
    private let positions: Tensor
    private let blocks: [TransformerBlock]
    private let norm: LayerNorm
    private let projection: Linear

    /// Tokens that run through the blocks in one batch; bounds the memory of a call.
    private static let batchTokens = 2048

    /// - Parameter weights: by OpenAI's names: `token_embedding.weight`, `positional_embedding`,
    ///   `transformer.resblocks.i`, `ln_final`, `text_projection`.
    /// - Throws: what `weights` refuses: a tensor missing, of another shape, not finite.
    public init(
        _ configuration: Configuration, tokenizer: BytePairTokenizer, _ weights: Weights, engine: Engine
    ) throws {
        let (width, dimension) = (configuration.width, configuration.embeddingDimension)
        self.configuration = configuration
        self.tokenizer = tokenizer
        tokenEmbedding = try weights.tensor("token_embedding.weight", [tokenizer.count, width])
        positions = try weights.tensor("positional_embedding", [configuration.contextLength, width])
        blocks = try (0..<configuration.layers).map {
            try TransformerBlock(
                configuration.block, weights.scope("transformer.resblocks.\($0)"), names: .clip, engine: engine)
        }
        norm = try weights.scope("ln_final").layerNorm(width, epsilon: configuration.epsilon)
        projection = try Linear(
            weight: weights.tensor("text_projection", [width, dimension]).transposed, bias: nil, engine: engine)
    }

    /// The embeddings of prompts, each of its true length: what stands after the end of a text changes nothing, because
    /// the attention is causal.
    ///
    /// - Returns: `[prompts.count, D]`, rows of length 1. A prompt's bits do not depend on its neighbours.
    public func embed(_ prompts: [String], _ context: ExecutionContext) throws -> Tensor {
        let tokens = prompts.map { tokenizer.encode($0, contextLength: configuration.contextLength) }
        return try normalizedRows(embed(tokens: tokens, context), context)
    }

    /// - Parameter tokens: for each prompt its tokens from start to end of text, at most the context length. The
    ///   embedding is read at the first end-of-text token; what follows it changes nothing and is left out.
    /// - Returns: `[tokens.count, D]`, before normalisation; `CLIPTextModelWithProjection.text_embeds`.
    public func embed(tokens: [[Int]], _ context: ExecutionContext) throws -> Tensor {
        var results: [Tensor] = []
        var batch: [[Int]] = []
        for prompt in tokens.map(upToEnd) {
            if !batch.isEmpty, batch.reduce(prompt.count, { $0 + $1.count }) > Self.batchTokens {
                results.append(try embed(batch: batch, context))
                batch = []
            }
            batch.append(prompt)
        }
        if !batch.isEmpty { results.append(try embed(batch: batch, context)) }
        return results.isEmpty ? Tensor(zeros: [0, configuration.embeddingDimension]) : concatenateRows(results)
    }

    private func upToEnd(_ prompt: [Int]) -> [Int] {
        prompt.firstIndex(of: tokenizer.endOfText).map { Array(prompt[...$0]) } ?? prompt
    }

    /// - Parameters:
    ///   - batch: run through the blocks at once.
    ///   - visit: told of what leaves each block, `[ΣN, D]`, the prompts below each other.
    func embed(
        batch: [[Int]], _ context: ExecutionContext, visit: (_ block: Int, Tensor) throws -> Void = { _, _ in }
    ) throws -> Tensor {
        var sequences: [Range<Int>] = []
        for prompt in batch {
            let start = sequences.last?.upperBound ?? 0
            sequences.append(start..<start + prompt.count)
        }
        let tokens = tokenEmbedding.gatherRows(batch.flatMap(\.self))
        var x = add(tokens, positions.gatherRows(batch.flatMap { $0.indices }))
        for (index, block) in blocks.enumerated() {
            x = try block(x, causal: true, sequences: sequences, context)
            try visit(index, x)
        }
        return try projection(norm(x.gatherRows(sequences.map { $0.upperBound - 1 }), context), context)
    }
}

extension CLIPTextEncoder {
    /// The architecture and the choices in which published checkpoints differ; none has a default.
    public struct Configuration: Sendable, Equatable {
        public let width: Int
        public let layers: Int
        public let heads: Int
        public let mlpWidth: Int
        /// The most tokens of a prompt, start and end included.
        public let contextLength: Int
        public let embeddingDimension: Int
        /// Added to the variance in every norm.
        public let epsilon: Float
        public let activation: Activation

        public init(
            width: Int, layers: Int, heads: Int, mlpWidth: Int, contextLength: Int, embeddingDimension: Int,
            epsilon: Float, activation: Activation
        ) {
            (self.width, self.layers, self.heads, self.mlpWidth) = (width, layers, heads, mlpWidth)
            (self.contextLength, self.embeddingDimension) = (contextLength, embeddingDimension)
            (self.epsilon, self.activation) = (epsilon, activation)
        }

        var block: TransformerBlock.Configuration {
            .init(width: width, heads: heads, mlpWidth: mlpWidth, epsilon: epsilon, activation: activation)
        }
    }
}
