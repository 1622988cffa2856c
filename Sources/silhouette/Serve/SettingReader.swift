import ArgumentParser

/// Reads settings by one precedence and remembers what it read, for the operator to see.
struct SettingReader {
    private let environment: [String: String]
    private(set) var lines: [String] = []

    init(_ environment: [String: String]) { self.environment = environment }

    mutating func text(_ name: String, _ flag: String?) -> String? {
        let (value, origin) = find(name, flag)
        note(name, value ?? "none", origin)
        return value
    }

    /// - Parameter flags: the values of a flag that may be repeated; in the environment commas are between them.
    mutating func texts(_ name: String, _ flags: [String], else own: [String]) -> [String] {
        let variable = environment[Self.variable(name)]?.split(separator: ",").map(String.init)
        let values = flags.isEmpty ? variable ?? own : flags
        note(
            name, values.joined(separator: ","),
            flags.isEmpty ? variable == nil ? "default" : Self.variable(name) : "flag")
        return values
    }

    mutating func number(_ name: String, _ flag: String?, in range: ClosedRange<Int>, else own: Int) throws -> Int {
        let (text, origin) = find(name, flag)
        guard let number = text.map({ Int($0) }) ?? own, range.contains(number) else {
            throw fault(name, text, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        note(name, "\(number)", origin)
        return number
    }

    mutating func word<Word: RawRepresentable & CaseIterable>(
        _ name: String, _ flag: String?, else own: Word
    ) throws -> Word where Word.RawValue == String {
        let (text, origin) = find(name, flag)
        guard let word = text.map({ Word(rawValue: $0) }) ?? own else {
            throw fault(name, text, "one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        note(name, word.rawValue, origin)
        return word
    }

    mutating func isOn(_ name: String, _ flag: Bool) -> Bool {
        let isOn = flag || environment[Self.variable(name)] == "1"
        note(name, isOn ? "on" : "off", flag ? "flag" : isOn ? Self.variable(name) : "default")
        return isOn
    }

    private func find(_ name: String, _ flag: String?) -> (value: String?, origin: String) {
        if let flag { return (flag, "flag") }
        let variable = Self.variable(name)
        return environment[variable].map { ($0, variable) } ?? (nil, "default")
    }

    private mutating func note(_ name: String, _ value: String, _ origin: String) {
        lines.append("\(name) \(value) (\(origin))")
    }

    private func fault(_ name: String, _ text: String?, _ expected: String) -> ValidationError {
        ValidationError("--\(name) (or \(Self.variable(name))): found \(text ?? "nothing"), expected \(expected)")
    }

    private static func variable(_ name: String) -> String {
        "SILHOUETTE_" + name.uppercased().replacing("-", with: "_")
    }
}
