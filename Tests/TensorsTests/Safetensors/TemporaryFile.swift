import Foundation

/// A file of these bytes that goes with this value.
final class TemporaryFile {
    let path = NSTemporaryDirectory() + "silhouette-\(UUID().uuidString).safetensors"

    init(_ bytes: [UInt8] = []) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The bytes of a safetensors file with this header, padded to eight bytes, and data.
    static func safetensors(header: String, data: [UInt8]) -> [UInt8] {
        let padded = Array(header.utf8) + Array(repeating: 0x20, count: (8 - header.utf8.count % 8) % 8)
        return withUnsafeBytes(of: UInt64(padded.count).littleEndian, Array.init) + padded + data
    }
}
