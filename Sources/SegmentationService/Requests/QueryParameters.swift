import Segmentation
import Tensors

/// The parameters of a query string, decoded as the URL Standard's `application/x-www-form-urlencoded` (`+` is a space),
/// but strictly: a percent sign without two digits, or bytes that are not UTF-8, are refused.
struct QueryParameters {
    private let pairs: [(name: String, value: String)]

    /// - Throws: ``Problem`` 400.
    init(_ query: String?) throws {
        pairs = try (query ?? "").split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (try Self.decode(parts[0]), try parts.count == 2 ? Self.decode(parts[1]) : "")
        }
    }

    func values(of name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }

    /// - Throws: ``Problem`` 422 where the parameter stands twice.
    func single(_ name: String) throws -> String? {
        let values = values(of: name)
        guard values.count <= 1 else {
            throw Problem.invalid("/\(name)", "?\(name) stands \(values.count) times; give it once")
        }
        return values.first
    }

    /// - Throws: `SegmentationError.unknownField`
    func refuseOthers(than known: [String]) throws {
        guard let other = pairs.first(where: { !known.contains($0.name) }) else { return }
        throw SegmentationError.unknownField(pointer: "\(JSONPointer.root.appending(other.name))", known: known)
    }

    private static func decode(_ text: Substring) throws -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                    throw Problem.malformed(
                        "a percent sign in the query stands before no two hexadecimal digits",
                        hint: "write a percent sign as %25")
                }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw Problem.malformed("the query is not UTF-8", hint: "percent-encode the UTF-8 bytes of each name")
        }
        return decoded
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
