public import Tensors

/// A network that gives every place of a picture an embedding in the space of the text encoder.
public protocol VisualEncoder: Sendable {
    /// Both sides of the pixels must be multiples of this.
    var multiple: Int { get }
    /// Channels of the embeddings.
    var dimension: Int { get }

    /// - Parameter pixels: `[H, W, 3]`, normalised as the bundle's preprocessing says.
    func callAsFunction(_ pixels: Tensor, _ context: ExecutionContext) throws -> VisualFeatures
}

/// What a visual encoder says of a picture.
public struct VisualFeatures: Sendable {
    /// `[h, w, D]`, each position of length 1.
    public let embeddings: Tensor
    /// Logits of a boundary between shapes, `[h, w, 1]`, where the network has a head for them.
    public let boundary: Tensor?

    public init(embeddings: Tensor, boundary: Tensor?) {
        self.embeddings = embeddings
        self.boundary = boundary
    }
}
