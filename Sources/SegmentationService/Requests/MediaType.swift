import HTTPTransport

/// A media type with its parameters, RFC 9110 §8.3.1.
struct MediaType: Equatable {
    /// In lower case, without blanks.
    let name: String
    /// By their names in lower case.
    let parameters: [String: String]

    /// Nil where the value has no such form.
    init?(_ value: String) {
        var pieces = Self.split(value)[...]
        guard let name = pieces.popFirst() else { return nil }
        let halves = name.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, halves.allSatisfy(\.isToken) else { return nil }
        var parameters: [String: String] = [:]
        for piece in pieces where !piece.isEmpty {
            guard let equals = piece.firstIndex(of: "=") else { return nil }
            let key = piece[..<equals]
            // A value that should stand in quotes is taken without: boundaries of Java's mail library hold equals signs.
            guard key.isToken, let text = Self.unquoted(piece[piece.index(after: equals)...]),
                parameters.updateValue(text, forKey: key.lowercased()) == nil
            else { return nil }
        }
        self.name = name.lowercased()
        self.parameters = parameters
    }

    /// Cuts at the semicolons that stand in no quotes, and takes blanks away.
    static func split(_ value: String, at separator: Character = ";") -> [String] {
        var pieces = [""]
        var (isQuoted, isEscaped) = (false, false)
        for character in value {
            if character == separator, !isQuoted {
                pieces.append("")
                continue
            }
            if character == "\"", !isEscaped { isQuoted.toggle() }
            isEscaped = character == "\\" && isQuoted && !isEscaped
            pieces[pieces.count - 1].append(character)
        }
        return pieces.map { String($0.trimmingBlanks) }
    }

    /// A token as it is, or what stands in quotes; nil for quotes that do not close.
    static func unquoted(_ text: Substring) -> String? {
        guard text.hasPrefix("\"") else { return String(text) }
        guard text.count >= 2, text.hasSuffix("\"") else { return nil }
        var (content, isEscaped) = ("", false)
        for character in text.dropFirst().dropLast() {
            if character == "\\", !isEscaped {
                isEscaped = true
                continue
            }
            content.append(character)
            isEscaped = false
        }
        return isEscaped ? nil : content
    }
}

extension StringProtocol {
    /// RFC 9110 §5.6.2.
    fileprivate var isToken: Bool { !isEmpty && utf8.allSatisfy(\.isTokenCharacter) }

    /// Without spaces and tabs at either end.
    var trimmingBlanks: SubSequence {
        var rest = self[...]
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return rest
    }
}
