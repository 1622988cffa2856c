import Tensors

/// One step of the decoder from coarse to fine (RefineNet's): a level joins what came from below, twice the sides.
struct FeatureFusion: Sendable {
    private let own: ResidualUnit?
    private let joint: ResidualUnit
    private let project: Conv2D

    /// - Parameters:
    ///   - weights: `residual1` (where something comes from below), `residual2`, `project`.
    ///   - takesCoarser: false for the coarsest level.
    init(_ configuration: DPT.Configuration, _ weights: Weights, takesCoarser: Bool, engine: Engine) throws {
        own = try takesCoarser ? ResidualUnit(configuration, weights.scope("residual1"), engine: engine) : nil
        joint = try ResidualUnit(configuration, weights.scope("residual2"), engine: engine)
        project = try weights.scope("project").convolution(
            configuration.features, configuration.features, kernel: 1, engine: engine)
    }

    /// - Parameters:
    ///   - map: `[h, w, C]`
    ///   - coarser: `[h, w, C]`, the step before's result.
    /// - Returns: `[2h, 2w, C]`
    func callAsFunction(_ map: Tensor, coarser: Tensor?, _ context: ExecutionContext) throws -> Tensor {
        var x = map
        if let coarser, let own { x = try own(map, adding: coarser, context) }
        x = try joint(x, context)
        // A 1×1 convolution and an interpolation commute; before it, the convolution sees a quarter of the pixels.
        return try interpolate(
            project(x, context), height: 2 * x.shape[0], width: 2 * x.shape[1], .bilinear(alignCorners: true), context)
    }
}

/// Two 3×3 convolutions after ReLUs, added to what entered.
struct ResidualUnit: Sendable {
    private let first: Conv2D
    private let second: Conv2D

    /// - Parameter weights: `conv1`, `conv2`, each with a bias or, where configured, with `norm1`, `norm2`.
    init(_ configuration: DPT.Configuration, _ weights: Weights, engine: Engine) throws {
        first = try Self.layer(1, configuration, weights, activation: .relu, engine)
        second = try Self.layer(2, configuration, weights, activation: .none, engine)
    }

    private static func layer(
        _ index: Int, _ configuration: DPT.Configuration, _ weights: Weights, activation: Activation, _ engine: Engine
    ) throws -> Conv2D {
        let features = configuration.features
        guard let epsilon = configuration.batchNormEpsilon else {
            return try weights.scope("conv\(index)").convolution(
                features, features, kernel: 3, padding: 1, activation: activation, engine: engine)
        }
        return try weights.foldedConvolution(
            "conv\(index)", norm: "norm\(index)", from: features, to: features, kernel: 3, epsilon: epsilon,
            activation: activation, engine: engine)
    }

    func callAsFunction(_ x: Tensor, adding other: Tensor? = nil, _ context: ExecutionContext) throws -> Tensor {
        let skip = other.map { add(x, $0) } ?? x
        return try second(first(relu(x, context), context), adding: skip, context)
    }
}
