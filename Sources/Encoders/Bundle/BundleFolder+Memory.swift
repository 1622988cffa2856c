import Foundation
import Tensors

extension BundleFolder {
    /// Refuses weights that the machine has no memory for, before any of them is packed: the system would end the
    /// process without a word.
    ///
    /// - Parameters:
    ///   - precision: in which weights are packed.
    ///   - available: bytes that can be had; nil where the system does not say.
    /// - Throws: ``BundleError/notEnoughMemory(path:needed:available:)``
    func requireMemory(for precision: Precision, available: Int? = systemMemory()) throws {
        guard let available else { return }
        let needed = precision.bytes(ofWeights: try outline.parameters)
        guard needed <= available else {
            throw BundleError.notEnoughMemory(path: path, needed: needed, available: available)
        }
    }

    /// What the system could give to new programs without swapping, in bytes.
    private static func systemMemory() -> Int? {
        guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }),
            let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        return kilobytes << 10
    }
}
