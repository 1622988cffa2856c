import Foundation

extension SafetensorsFile {
    /// Writes tensors as F32, in the order given; a file of that path is replaced only by the complete new one.
    ///
    /// - Throws: ``SafetensorsError/unwritable(file:reason:)``
    public static func write(
        _ tensors: [(String, Tensor)], to path: String, metadata: [String: String] = [:]
    ) throws {
        var members: [JSONValue.Member] = []
        if !metadata.isEmpty {
            let fields = metadata.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) }
            members.append(JSONValue.Member("__metadata__", .object(fields)))
        }
        var end = 0
        for (name, tensor) in tensors {
            let start = end
            end += tensor.count * MemoryLayout<Float>.size
            members.append(JSONValue.Member(name, entry(tensor.shape, start, end)))
        }
        var header = Array(JSONValue.object(members).compact.utf8)
        // Eight bytes of length follow by this many, so the data are aligned for every type.
        header += Array(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
        var data = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) } + header
        for (_, tensor) in tensors {
            tensor.withUnsafeBase { data.append(Data(buffer: UnsafeBufferPointer(start: $0, count: tensor.count))) }
        }
        do {
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw SafetensorsError.unwritable(file: path, reason: error.localizedDescription)
        }
    }

    private static func entry(_ shape: [Int], _ start: Int, _ end: Int) -> JSONValue {
        [
            "dtype": "F32", "shape": .array(shape.map { JSONValue($0) }),
            "data_offsets": [JSONValue(start), JSONValue(end)],
        ]
    }
}
