import Tensors

/// The tokens of one depth as a map: the class token read out into every patch, channels projected, sides scaled to
/// strides 4, 8, 16 or 32, and brought to the decoder's channels.
struct ReassembledLevel: Sendable {
    private enum Resize: Sendable {
        case enlarge(ConvTranspose2D)
        case keep
        case halve(Conv2D)
    }

    private let readout: Linear
    private let project: Conv2D
    private let resize: Resize
    private let neck: Conv2D

    /// - Parameters:
    ///   - level: 0 to 3, from fine to coarse.
    ///   - weights: `reassemble.level.{readout, project, resize}` and `neck.level.weight`.
    init(_ level: Int, _ configuration: DPT.Configuration, _ weights: Weights, engine: Engine) throws {
        let (width, channels) = (configuration.backbone.width, configuration.reassembleChannels[level])
        let own = weights.scope("reassemble.\(level)")
        readout = try own.scope("readout").linear(2 * width, width, activation: .gelu, engine: engine)
        project = try own.scope("project").convolution(width, channels, kernel: 1, engine: engine)
        resize =
            switch level {
            case 0, 1: try .enlarge(Self.enlarge(own.scope("resize"), channels, by: level == 0 ? 4 : 2, engine))
            case 2: .keep
            default:
                try .halve(
                    own.scope("resize").convolution(
                        channels, channels, kernel: 3, stride: 2, padding: 1, engine: engine))
            }
        neck = try Conv2D(
            weight: weights.tensor("neck.\(level).weight", [configuration.features, channels, 3, 3]), bias: nil,
            padding: 1, engine: engine)
    }

    private static func enlarge(
        _ weights: Weights, _ channels: Int, by factor: Int, _ engine: Engine
    ) throws -> ConvTranspose2D {
        try ConvTranspose2D(
            weight: weights.tensor("weight", [channels, channels, factor, factor]),
            bias: weights.tensor("bias", [channels]), stride: factor, engine: engine)
    }

    /// - Parameter tokens: `[1 + rows·columns, D]`
    /// - Returns: `[h, w, features]`
    func callAsFunction(
        _ tokens: Tensor, grid: (rows: Int, columns: Int), _ context: ExecutionContext
    ) throws -> Tensor {
        let patches = tokens.rows(1..<tokens.shape[0])
        let repeated = tokens.gatherRows(Array(repeating: 0, count: patches.shape[0]))
        let read = try readout(concatenateChannels([patches, repeated]), context)
        let map = try project(read.reshaped([grid.rows, grid.columns, tokens.shape[1]]), context)
        return switch resize {
        case .enlarge(let layer): try neck(layer(map, context), context)
        case .keep: try neck(map, context)
        case .halve(let layer): try neck(layer(map, context), context)
        }
    }
}
