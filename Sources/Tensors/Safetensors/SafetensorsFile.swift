import CKernels

/// The tensors of a safetensors file, mapped into memory and expanded to fp32 one at a time.
///
/// Types F32, F16 and BF16. A file that is replaced while it is open must be replaced by renaming: bytes that vanish
/// from under a mapping end the process (a file found shorter before a read throws instead).
public struct SafetensorsFile: Sendable {
    public let path: String
    /// The tensors' names in the order of the header.
    public let names: [String]
    public let metadata: [String: String]
    private let file: MappedFile
    private let entries: [String: SafetensorsEntry]
    private let dataStart: Int

    /// Maps a file and checks its header whole.
    ///
    /// - Parameter admitsOtherTypes: whether it may hold tensors of other types, which cannot be read.
    /// - Throws: ``SafetensorsError`` where the file cannot be read, is no safetensors file, holds a tensor of another
    ///   type, or describes data that overlap, leave holes, lie outside or do not fit their shapes.
    public init(path: String, admitsOtherTypes: Bool = false) throws {
        self.path = path
        file = try MappedFile(path: path)
        let header = try SafetensorsHeader(file.bytes, path: path, admitsOtherTypes: admitsOtherTypes)
        (names, metadata, dataStart) = (header.entries.map(\.name), header.metadata, header.dataStart)
        // Swift takes canonically equivalent strings for equal, JSON does not.
        entries = try header.entries.reduce(into: [:]) { entries, entry in
            if let other = entries.updateValue(entry, forKey: entry.name) {
                throw SafetensorsError.malformedTensor(file: path, tensor: entry.name, .sameName(other.name))
            }
        }
    }

    /// The shape of a tensor; nil where the file has none of that name.
    public func shape(of name: String) -> [Int]? { entries[name]?.shape }

    /// A tensor in fp32.
    ///
    /// - Throws: ``SafetensorsError/missing(file:tensor:expected:)``, ``SafetensorsError/malformedTensor(file:tensor:_:)``
    ///   for one of another type, or ``SafetensorsError/malformed(file:_:)`` where the file has been cut short since.
    public func tensor(_ name: String) throws -> Tensor {
        guard let entry = entries[name] else {
            throw SafetensorsError.missing(file: path, tensor: name, expected: nil)
        }
        guard entry.type.isRead else {
            throw SafetensorsError.malformedTensor(file: path, tensor: name, .type(entry.type.rawValue))
        }
        try file.checkLength()
        var tensor = Tensor(uninitialized: entry.shape)
        guard entry.count > 0, let data = file.bytes.baseAddress else { return tensor }
        let source = data + dataStart + entry.range.lowerBound
        tensor.withUnsafeMutableBase { target in
            switch entry.type {
            case .f32: target.update(from: source.assumingMemoryBound(to: Float.self), count: entry.count)
            case .f16: weights_expand_f16(source.assumingMemoryBound(to: UInt16.self), target, entry.count)
            case .bf16: weights_expand_bf16(source.assumingMemoryBound(to: UInt16.self), target, entry.count)
            default: break  // refused above
            }
        }
        return tensor
    }
}
