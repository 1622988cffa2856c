import Tensors

/// One object of `bundle.json`, read strictly: every field is asked for once, and one that nobody asked for is a fault.
struct BundleFields {
    private let path: String
    private let pointer: JSONPointer
    private let members: [JSONValue.Member]

    init(_ value: JSONValue, path: String, pointer: JSONPointer = .root) throws {
        guard let members = value.members else {
            throw BundleError.field(path: path, pointer: pointer.description, "expected an object, found \(value.kind)")
        }
        (self.path, self.pointer, self.members) = (path, pointer, members)
    }

    func fault(_ name: String, _ text: String) -> BundleError {
        .field(path: path, pointer: pointer.appending(name).description, text)
    }

    func has(_ name: String) -> Bool { members.contains { $0.name == name } }

    /// Refuses fields other than `names`.
    func allow(_ names: String...) throws {
        if let unknown = members.first(where: { !names.contains($0.name) }) {
            throw fault(unknown.name, "unknown field; known here are \(names.joined(separator: ", "))")
        }
    }

    private func value<Value>(_ name: String, _ kind: String, _ read: (JSONValue) -> Value?) throws -> Value {
        guard let member = members.first(where: { $0.name == name }) else {
            throw fault(name, "missing; expected \(kind)")
        }
        guard let value = read(member.value) else { throw fault(name, "expected \(kind), found \(member.value.kind)") }
        return value
    }

    func string(_ name: String) throws -> String { try value(name, "a string", \.string) }
    func bool(_ name: String) throws -> Bool { try value(name, "true or false", \.bool) }

    func number(_ name: String) throws -> Float {
        try value(name, "a finite number") { $0.number.map(Float.init).flatMap { $0.isFinite ? $0 : nil } }
    }

    /// What is added to a variance.
    func epsilon(_ name: String) throws -> Float {
        let epsilon = try number(name)
        guard epsilon >= 0 else { throw fault(name, "expected a number from 0 on, found \(epsilon)") }
        return epsilon
    }

    /// Larger numbers are no sizes, and products of smaller ones do not overflow.
    private static let sizes = 1...1_000_000

    func positive(_ name: String) throws -> Int {
        try value(name, "a whole number from 1 to 1000000") {
            $0.integer.flatMap { Self.sizes.contains($0) ? $0 : nil }
        }
    }

    func positives(_ name: String, count: Int? = nil) throws -> [Int] {
        let expected = "\(count.map(String.init) ?? "some") whole numbers from 1 to 1000000"
        return try value(name, expected) { value in
            guard let numbers = value.array?.map(\.integer), numbers.count == count ?? max(numbers.count, 1) else {
                return nil
            }
            let whole = numbers.compactMap { $0.flatMap { Self.sizes.contains($0) ? $0 : nil } }
            return whole.count == numbers.count ? whole : nil
        }
    }

    func numbers(_ name: String, count: Int) throws -> [Float] {
        try value(name, "\(count) numbers") { value in
            let numbers = value.array?.compactMap(\.number).map(Float.init).filter(\.isFinite)
            return numbers?.count == count && value.array?.count == count ? numbers : nil
        }
    }

    func strings(_ name: String) throws -> [String] {
        try value(name, "an array of strings") { value in
            let strings = value.array?.compactMap(\.string)
            return strings?.count == value.array?.count ? strings : nil
        }
    }

    /// A string alone, or an array of at least one.
    func oneOrMoreStrings(_ name: String) throws -> [String] {
        try value(name, "a string or an array of strings") { value in
            if let string = value.string { return [string] }
            let strings = value.array?.compactMap(\.string) ?? []
            return strings.isEmpty || strings.count != value.array?.count ? nil : strings
        }
    }

    /// A string; nil where the field is of another kind.
    func optionalString(_ name: String) throws -> String? {
        try value(name, "a string or an object") { .some($0.string) }
    }

    /// One of the names of an enumeration.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, of type: Choice.Type
    ) throws -> Choice where Choice.RawValue == String {
        let text = try string(name)
        guard let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw fault(name, "\"\(text)\" is not known; known are \(known)")
        }
        return choice
    }

    /// The value that a table gives a name.
    func named<Value>(_ name: String, in table: [(name: String, value: Value)]) throws -> Value {
        let text = try string(name)
        guard let entry = table.first(where: { $0.name == text }) else {
            throw fault(name, "\"\(text)\" is not known; known are \(table.map(\.name).joined(separator: ", "))")
        }
        return entry.value
    }

    func object(_ name: String) throws -> BundleFields {
        try BundleFields(
            value(name, "an object") { $0.members.map(JSONValue.object) }, path: path,
            pointer: pointer.appending(name))
    }

    /// The objects of an array.
    func objects(_ name: String) throws -> [BundleFields] {
        let values = try value(name, "an array of objects", \.array)
        return try values.enumerated().map {
            try BundleFields(
                $0.element, path: path, pointer: pointer.appending(name).appending($0.offset))
        }
    }

    /// The object's names and objects, in order.
    func objectMembers() throws -> [(name: String, fields: BundleFields)] {
        try members.map { ($0.name, try object($0.name)) }
    }

    /// The object's names and SHA-256 digests, in order.
    func digests() throws -> [(name: String, value: String)] {
        try members.map { member in
            let digest = try string(member.name)
            guard digest.count == 64, digest.allSatisfy({ $0.isHexDigit && !$0.isUppercase && $0.isASCII }) else {
                throw fault(member.name, "expected a SHA-256 in 64 lower-case hexadecimal digits")
            }
            return (member.name, digest)
        }
    }
}
