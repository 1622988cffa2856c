/// A weight file as far as its header tells: names and shapes are the file's and are checked, values are zeros that take
/// no memory.
public struct SafetensorsOutline: WeightSource {
    private let file: SafetensorsFile

    public init(_ file: SafetensorsFile) { self.file = file }

    public var path: String { file.path }
    public var names: [String] { file.names }

    public func shape(of name: String) -> [Int]? { file.shape(of: name) }

    /// - Throws: ``SafetensorsError`` naming file, tensor, what was expected and what was found.
    public func tensor(_ name: String, _ shape: [Int]) throws -> Tensor {
        try file.requireShape(shape, of: name)
        return Tensor(blank: shape)
    }
}
