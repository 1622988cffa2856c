package import Tensors

/// A value of a request and where it stands.
package struct RequestReader {
    package let value: JSONValue
    package let place: RequestPlace

    package init(value: JSONValue, place: RequestPlace) {
        self.value = value
        self.place = place
    }

    package func fail(expected: String) -> SegmentationError {
        .invalidValue(pointer: "\(place)", found: found, expected: expected)
    }

    /// What the value is, as a message says it; texts are cut so that the message stays one line.
    private var found: String {
        switch value {
        case .string(let text): JSONValue.quoted(text, upTo: 40)
        case .number: value.compact
        default: value.kind
        }
    }

    package func string(expected: String) throws -> String {
        guard let string = value.string else { throw fail(expected: expected) }
        return string
    }

    package func number(in range: ClosedRange<Double>, expected: String) throws -> Double {
        guard let number = value.number, range.contains(number) else { throw fail(expected: expected) }
        return number
    }

    package func wholeNumber(in range: ClosedRange<Int>, expected: String) throws -> Int {
        guard let number = value.integer, range.contains(number) else { throw fail(expected: expected) }
        return number
    }

    package func truth() throws -> Bool {
        guard let truth = value.bool else { throw fail(expected: "true or false") }
        return truth
    }

    package func elements(expected: String) throws -> [RequestReader] {
        guard let elements = value.array else { throw fail(expected: expected) }
        return elements.enumerated().map { RequestReader(value: $1, place: place.appending($0)) }
    }

    /// One of a fixed set of words.
    package func word<Word: RawRepresentable & CaseIterable>(_: Word.Type) throws -> Word
    where Word.RawValue == String {
        let known = Word.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        guard let word = value.string.flatMap(Word.init(rawValue:)) else { throw fail(expected: "one of \(known)") }
        return word
    }

    /// The members of an object, by name.
    /// - Throws: ``SegmentationError/unknownField(pointer:known:)`` for a name outside `known`.
    package func members(_ known: [String], expected: String) throws -> [String: RequestReader] {
        guard let members = value.members else { throw fail(expected: expected) }
        return try members.reduce(into: [:]) { readers, member in
            let reader = RequestReader(value: member.value, place: place.appending(member.name))
            guard known.contains(member.name) else {
                throw SegmentationError.unknownField(pointer: "\(reader.place)", known: known)
            }
            readers[member.name] = reader
        }
    }
}
