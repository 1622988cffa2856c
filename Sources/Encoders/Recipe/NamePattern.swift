import Foundation

/// A tensor's name with at most one place for a number, as in `blocks.{i}.norm1.weight`.
struct NamePattern: Sendable, Equatable {
    /// The place that a number may take.
    static let place = "{i}"

    let text: String
    private let prefix: String
    /// Nil where there is no place for a number.
    private let suffix: String?

    /// Nil for a text with two places.
    init?(_ text: String) {
        let parts = text.components(separatedBy: Self.place)
        guard parts.count <= 2 else { return nil }
        self.text = text
        prefix = parts[0]
        suffix = parts.count == 2 ? parts[1] : nil
    }

    var hasPlace: Bool { suffix != nil }

    /// The number in a name of this pattern, empty where the pattern has no place for one; nil for another name.
    func number(in name: String) -> Substring? {
        guard let suffix else { return name == prefix ? "" : nil }
        guard name.count > prefix.count + suffix.count, name.hasPrefix(prefix), name.hasSuffix(suffix) else {
            return nil
        }
        let number = name.dropFirst(prefix.count).dropLast(suffix.count)
        return number.allSatisfy { $0.isASCII && $0.isNumber } ? number : nil
    }

    /// The name with this number.
    func name(_ number: Substring) -> String { suffix.map { prefix + number + $0 } ?? prefix }
}
