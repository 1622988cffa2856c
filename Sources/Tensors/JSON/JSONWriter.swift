extension JSONValue {
    /// A text of others as messages show it: in quotes, on one line, at most its first `length` characters.
    public static func quoted(_ text: String, upTo length: Int = 80) -> String {
        JSONValue.string(text.prefix(length) + (text.count > length ? "…" : "")).compact
    }

    /// This value as JSON text on one line.
    public var compact: String {
        var text = ""
        write(to: &text, indentation: nil)
        return text
    }

    /// This value as JSON text for people: two spaces a level; arrays of numbers or short strings stay on one line.
    public var indented: String {
        var text = ""
        write(to: &text, indentation: 0)
        return text
    }

    private func write(to text: inout String, indentation: Int?) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .number(let value): text += Self.written(value)
        case .string(let value): Self.write(value, to: &text)
        case .array(let elements):
            let isFlat = elements.allSatisfy(\.isScalar)
            Self.write(elements, within: ("[", "]"), to: &text, indentation: isFlat ? nil : indentation) {
                element, text, level in
                element.write(to: &text, indentation: level)
            }
        case .object(let members):
            Self.write(members, within: ("{", "}"), to: &text, indentation: indentation) { member, text, level in
                Self.write(member.name, to: &text)
                text += level == nil ? ":" : ": "
                member.value.write(to: &text, indentation: level)
            }
        }
    }

    private var isScalar: Bool {
        switch self {
        case .array, .object: false
        default: true
        }
    }

    private static func write<Item>(
        _ items: [Item], within brackets: (String, String), to text: inout String, indentation: Int?,
        item: (Item, inout String, Int?) -> Void
    ) {
        func breakLine(_ level: Int?) {
            guard let level, !items.isEmpty else { return }
            text += "\n" + String(repeating: "  ", count: level)
        }
        let inner = indentation.map { $0 + 1 }
        text += brackets.0
        for (index, each) in items.enumerated() {
            if index > 0 { text += "," }
            breakLine(inner)
            item(each, &text, inner)
        }
        breakLine(indentation)
        text += brackets.1
    }

    /// The shortest text that reads back as the same double; whole numbers below 2⁵⁴ without point or exponent.
    private static func written(_ value: Double) -> String {
        precondition(value.isFinite, "JSON has no \(value)")
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private static func write(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case ..<" ":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
