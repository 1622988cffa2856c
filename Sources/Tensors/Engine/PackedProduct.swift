/// A function applied to each element of a layer's result.
public enum Activation: Sendable {
    case none
    case relu
    /// The exact one, x·Φ(x) (`torch.nn.GELU()`).
    case gelu
    /// x·σ(1.702·x), OpenAI CLIP's.
    case quickGELU
}

/// What follows a product while its result is still in the cache.
struct Epilogue {
    var activation = Activation.none
    /// Whether a residual is added before the activation, as in ResNet, or after it, as in a transformer.
    var addsResidualFirst = false
}

/// A product by fixed weights, packed for one library: y = x·Wᵀ + b and its epilogue.
///
/// Products run in tiles of one fixed height. A library chooses its kernel, and so the order of its sums, by the row
/// count: with one height, the bits of a row depend neither on the number of threads nor on its neighbours.
protocol PackedProduct: Sendable {
    var tileRows: Int { get }

    /// One tile: `x` is `[tileRows, in]`, `y` and `residual` are `[tileRows, out]`.
    func tile(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, residual: UnsafePointer<Float>?) throws
}
