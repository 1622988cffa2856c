import Tensors

/// The tokens of one depth as a map: the class token read out into every patch, channels projected, sides scaled.
struct Reassembly: Sendable {
    /// What happens to the sides of the token grid.
    enum Scale: Sendable {
        case enlarge(Int)
        case keep
        case halve
    }

    private enum Resize: Sendable {
        case enlarge(ConvTranspose2D)
        case keep
        case halve(Conv2D)
    }

    private let patchReadout: Conv2D
    private let classReadout: Linear
    private let project: Conv2D
    private let resize: Resize

    /// - Parameters:
    ///   - width: of the tokens.
    ///   - channels: of the map.
    ///   - weights: `readout`, `project` and, unless the sides are kept, `resize`.
    init(_ scale: Scale, width: Int, channels: Int, _ weights: Weights, engine: Engine) throws {
        (patchReadout, classReadout) = try Self.readout(weights.scope("readout"), width, engine)
        project = try weights.scope("project").convolution(width, channels, kernel: 1, engine: engine)
        let resizing = weights.scope("resize")
        resize =
            switch scale {
            case .enlarge(let factor): try .enlarge(Self.enlarge(resizing, channels, by: factor, engine))
            case .keep: .keep
            case .halve:
                try .halve(resizing.convolution(channels, channels, kernel: 3, stride: 2, padding: 1, engine: engine))
            }
    }

    /// gelu(W·[patch, class] + b) as two products, so that the class token's is made once and not for every patch.
    private static func readout(_ weights: Weights, _ width: Int, _ engine: Engine) throws -> (Conv2D, Linear) {
        let columns = try weights.tensor("weight", [width, 2 * width]).transposed
        let (patch, classToken) = (columns.rows(0..<width).transposed, columns.rows(width..<2 * width).transposed)
        return (
            try Conv2D(
                weight: patch.reshaped([width, width, 1, 1]), bias: nil, activation: .gelu, engine: engine),
            try Linear(weight: classToken, bias: weights.tensor("bias", [width]), engine: engine)
        )
    }

    private static func enlarge(
        _ weights: Weights, _ channels: Int, by factor: Int, _ engine: Engine
    ) throws -> ConvTranspose2D {
        try ConvTranspose2D(
            weight: weights.tensor("weight", [channels, channels, factor, factor]),
            bias: weights.tensor("bias", [channels]), stride: factor, engine: engine)
    }

    /// - Parameter tokens: `[1 + rows·columns, D]`
    /// - Returns: `[h, w, channels]`
    func callAsFunction(
        _ tokens: Tensor, grid: (rows: Int, columns: Int), _ context: ExecutionContext
    ) throws -> Tensor {
        let shape = [grid.rows, grid.columns, tokens.shape[1]]
        let global = try classReadout(tokens.rows(0..<1), context)
            .gatherRows(Array(repeating: 0, count: grid.rows * grid.columns))
        let read = try patchReadout(
            tokens.rows(1..<tokens.shape[0]).reshaped(shape), adding: global.reshaped(shape), context)
        let map = try project(read, context)
        return switch resize {
        case .enlarge(let layer): try layer(map, context)
        case .keep: map
        case .halve(let layer): try layer(map, context)
        }
    }
}
