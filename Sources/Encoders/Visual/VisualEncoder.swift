public import Tensors

/// A network that gives every place of a picture an embedding in the space of the text encoder.
public protocol VisualEncoder: Sendable {
    /// Both sides of the pixels must be multiples of this.
    var multiple: Int { get }
    /// Channels of the embeddings.
    var dimension: Int { get }
    /// What it reads of the self-supervised transformer beside the pixels; nil for nothing.
    var guidance: Guidance? { get }

    /// - Parameter pixels: `[H, W, 3]`, normalised as the bundle's preprocessing says.
    func callAsFunction(_ pixels: Tensor, _ context: ExecutionContext) throws -> VisualFeatures

    /// - Parameter guide: `[h', w', d]`, what ``guidance`` asks for; where it is followed, its grid is the answer's.
    func callAsFunction(_ pixels: Tensor, guide: Tensor?, _ context: ExecutionContext) throws -> VisualFeatures
}

extension VisualEncoder {
    public var guidance: Guidance? { nil }

    public func callAsFunction(_ pixels: Tensor, guide: Tensor?, _ context: ExecutionContext) throws -> VisualFeatures {
        try self(pixels, context)
    }
}

/// What a visual encoder says of a picture.
public struct VisualFeatures: Sendable {
    /// `[h, w, D]`, each position of length 1; where windows overlap the mean of such, whose products with texts are
    /// the mean of theirs.
    public let embeddings: Tensor
    /// Logits of a boundary between shapes, `[h, w, 1]`, where the network has a head for them.
    public let boundary: Tensor?

    public init(embeddings: Tensor, boundary: Tensor?) {
        self.embeddings = embeddings
        self.boundary = boundary
    }
}
