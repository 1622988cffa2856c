import Foundation

/// Writes a safetensors file of F32 tensors piece by piece, so that no more than a piece need be in memory.
///
/// The file has its name only once ``finish()`` has run; until then, and when anything fails, an older file of that
/// name stays as it is.
public final class SafetensorsWriter {
    private let path: String
    private let partial: String
    private let descriptor: Int32
    private let digest: SHA256Digest
    private var awaited: Int
    private var isFinished = false

    /// - Parameters:
    ///   - layout: the tensors in the order in which their elements will follow.
    ///   - metadata: free words for the header.
    /// - Throws: ``SafetensorsError/unwritable(file:reason:)``, ``HashingError``
    public init(path: String, layout: WeightLayout, metadata: [String: String] = [:]) throws {
        let url = URL(fileURLWithPath: path)
        self.path = path
        partial = url.deletingLastPathComponent().path + "/.\(url.lastPathComponent).\(getpid()).part"
        digest = try SHA256Digest()
        awaited = layout.count
        descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw failure }
        let header = Self.header(layout, metadata)
        try header.withUnsafeBytes(write)
    }

    deinit {
        close(descriptor)
        if !isFinished { unlink(partial) }
    }

    /// Adds the next elements; a tensor may come in any number of pieces, and a piece may span tensors.
    ///
    /// - Throws: ``SafetensorsError/unwritable(file:reason:)``, ``HashingError``
    public func append(_ elements: Tensor) throws {
        precondition(elements.count <= awaited, "more elements than the layout of \(path) has")
        awaited -= elements.count
        try elements.withUnsafeBase {
            try write(UnsafeRawBufferPointer(UnsafeBufferPointer(start: $0, count: elements.count)))
        }
    }

    /// Gives the file its name.
    ///
    /// - Returns: the SHA-256 of its bytes, hexadecimal.
    /// - Throws: ``SafetensorsError/unwritable(file:reason:)``, ``HashingError``
    public func finish() throws -> String {
        precondition(awaited == 0, "\(awaited) elements of \(path) are missing")
        guard rename(partial, path) == 0 else { throw failure }
        isFinished = true
        return try digest.finish()
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws {
        try digest.update(bytes)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure }
            rest = rest.dropFirst(count)
        }
    }

    private var failure: SafetensorsError {
        .unwritable(file: path, reason: String(cString: strerror(errno)))
    }

    /// Eight bytes of length, then JSON padded so that the data are aligned for every type.
    private static func header(_ layout: WeightLayout, _ metadata: [String: String]) -> [UInt8] {
        var members: [JSONValue.Member] = []
        if !metadata.isEmpty {
            let fields = metadata.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) }
            members.append(JSONValue.Member("__metadata__", .object(fields)))
        }
        var end = 0
        for entry in layout.entries {
            let start = end
            end += entry.count * MemoryLayout<Float>.size
            members.append(JSONValue.Member(entry.name, member(entry.shape, start, end)))
        }
        var text = Array(JSONValue.object(members).compact.utf8)
        text += Array(repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
        return withUnsafeBytes(of: UInt64(text.count).littleEndian, Array.init) + text
    }

    private static func member(_ shape: [Int], _ start: Int, _ end: Int) -> JSONValue {
        [
            "dtype": "F32", "shape": .array(shape.map { JSONValue($0) }),
            "data_offsets": [JSONValue(start), JSONValue(end)],
        ]
    }
}
