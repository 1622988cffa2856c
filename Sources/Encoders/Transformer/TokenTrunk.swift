import Tensors

/// What all vision transformers have in common: a picture's patches become tokens, which run through blocks.
///
/// Tokens stand in the order class token, registers, patches row by row. Registers: Darcet et al. 2023, *Vision
/// Transformers Need Registers*; they have no position.
struct TokenTrunk: Sendable {
    private let configuration: VisionTransformer.Configuration
    private let patchEmbedding: Conv2D
    private let classToken: Tensor
    private let registers: Tensor?
    private let positions: PositionEmbedding
    private let firstNorm: LayerNorm?
    private let blocks: [TransformerBlock]

    /// - Parameter depth: how many blocks are needed, from the first.
    /// - Throws: what `weights` refuses: a tensor missing, of another shape, not finite.
    init(
        _ configuration: VisionTransformer.Configuration, depth: Int, _ weights: Weights,
        layout: VisionTransformer.Layout, engine: Engine
    ) throws {
        let (width, patch) = (configuration.width, configuration.patch)
        precondition(configuration.depth >= max(depth, 1), "a transformer has a block")
        self.configuration = configuration
        patchEmbedding = try weights.scope(layout.patches)
            .convolution(3, width, kernel: patch, stride: patch, hasBias: layout.patchesHaveBias, engine: engine)
        classToken = try weights.tensor(layout.classToken.name, layout.classToken.shape(width)).reshaped([1, width])
        let count = configuration.registers
        registers =
            try count > 0 ? weights.tensor(layout.registers, [1, count, width]).reshaped([count, width]) : nil
        let places = 1 + configuration.positionGrid.rows * configuration.positionGrid.columns
        positions = PositionEmbedding(
            try weights.tensor(layout.positions.name, layout.positions.shape(places, width)).reshaped([places, width]),
            configuration)
        firstNorm = try layout.firstNorm.map {
            try weights.scope($0).layerNorm(width, epsilon: configuration.epsilon)
        }
        blocks = try (0..<depth).map {
            try TransformerBlock(
                configuration.block, weights.scope("\(layout.blocks).\($0)"), names: layout.block, engine: engine)
        }
    }

    /// - Parameters:
    ///   - pixels: `[H, W, 3]`, sides multiples of the patch.
    ///   - depth: how many blocks to run; nil for all.
    ///   - visit: told of what leaves each block, `[1 + R + N, D]`.
    /// - Returns: `[1 + R + N, D]`
    func callAsFunction(
        _ pixels: Tensor, depth: Int? = nil, _ context: ExecutionContext,
        visit: (_ block: Int, Tensor) throws -> Void = { _, _ in }
    ) throws -> Tensor {
        var x = try tokens(pixels, context)
        for (index, block) in blocks.enumerated().prefix(depth ?? blocks.count) {
            x = try block(x, context)
            try visit(index, x)
        }
        return x
    }

    /// What leaves the last block, given what entered it.
    func lastBlock(_ x: Tensor, _ context: ExecutionContext) throws -> Tensor {
        guard let block = blocks.last else { preconditionFailure("a trunk without blocks has no last one") }
        return try block(x, context)
    }

    private func tokens(_ pixels: Tensor, _ context: ExecutionContext) throws -> Tensor {
        let grid = configuration.grid(of: pixels)
        precondition(
            pixels.shape == [grid.rows * configuration.patch, grid.columns * configuration.patch, 3],
            "sides of \(pixels.shape) are no multiples of the patch \(configuration.patch)")
        let patches = try patchEmbedding(pixels, context).reshaped([grid.rows * grid.columns, configuration.width])
        var x = add(
            concatenateRows([classToken, patches]), try positions(rows: grid.rows, columns: grid.columns, context))
        if let registers { x = concatenateRows([x.rows(0..<1), registers, x.rows(1..<x.shape[0])]) }
        return try firstNorm?(x, context) ?? x
    }
}
