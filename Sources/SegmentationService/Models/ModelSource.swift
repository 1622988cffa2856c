public import Encoders
public import Segmentation
public import Tensors

/// Where a model comes from. It is read again at a reload, and what it is called may lead elsewhere then.
public struct ModelSource: Sendable {
    /// What the operator calls it.
    public let name: String
    let precision: Precision
    let read: @Sendable () throws -> BundleOutline
    let load: @Sendable (BundleOutline, ExecutionContext) throws -> Segmenter

    /// - Parameters:
    ///   - precision: in which weights are packed.
    ///   - read: finds the bundle and reads its outline.
    ///   - load: loads the bundle of an outline.
    public init(
        _ name: String, precision: Precision, read: @escaping @Sendable () throws -> BundleOutline,
        load: @escaping @Sendable (BundleOutline, ExecutionContext) throws -> Segmenter
    ) {
        self.name = name
        self.precision = precision
        self.read = read
        self.load = load
    }
}
