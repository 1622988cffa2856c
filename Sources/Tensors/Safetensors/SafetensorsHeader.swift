/// The element types of the format.
enum SafetensorsType: String {
    case f32 = "F32"
    case f16 = "F16"
    case bf16 = "BF16"
    // No weights of a network: published checkpoints hold them beside the weights.
    case f64 = "F64"
    case i64 = "I64"
    case u64 = "U64"
    case i32 = "I32"
    case u32 = "U32"
    case i16 = "I16"
    case u16 = "U16"
    case i8 = "I8"
    case u8 = "U8"
    case bool = "BOOL"

    /// Whether tensors are made of it.
    var isRead: Bool { self == .f32 || self == .f16 || self == .bf16 }

    /// Bytes of an element.
    var size: Int {
        switch self {
        case .f64, .i64, .u64: 8
        case .f32, .i32, .u32: 4
        case .f16, .bf16, .i16, .u16: 2
        case .i8, .u8, .bool: 1
        }
    }
}

/// What the header says of one tensor.
struct SafetensorsEntry {
    let name: String
    let type: SafetensorsType
    let shape: [Int]
    /// Bytes of the file's data part.
    let range: Range<Int>

    var count: Int { range.count / type.size }
}

/// A safetensors header that has been checked whole: eight bytes of length, then JSON, then the data, which the tensors
/// cover without overlap or hole. The format: https://github.com/huggingface/safetensors#format
struct SafetensorsHeader {
    /// The format's own limit.
    static let maximumLength = 100_000_000

    let entries: [SafetensorsEntry]
    let metadata: [String: String]
    /// Where in the file the data begins.
    let dataStart: Int

    init(_ file: UnsafeRawBufferPointer, path: String, admitsOtherTypes: Bool) throws {
        func failure(_ fault: SafetensorsError.Fault) -> SafetensorsError { .malformed(file: path, fault) }
        guard file.count >= 8 else { throw failure(.tooShort(bytes: file.count)) }
        let length = UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
        guard length <= min(file.count - 8, Self.maximumLength) else {
            throw failure(.headerLength(length, available: file.count - 8))
        }
        dataStart = 8 + Int(length)
        let members = try Self.members(of: [UInt8](file[8..<dataStart]), path)
        metadata = try Self.metadata(of: members, path)
        let start = dataStart
        entries = try members.filter { $0.name != "__metadata__" }.map {
            try SafetensorsEntryReader(
                file: path, name: $0.name, dataStart: start, admitsOtherTypes: admitsOtherTypes
            ).entry($0.value)
        }
        try Self.checkCover(entries, available: file.count - dataStart, path)
    }

    private static func members(of header: [UInt8], _ path: String) throws -> [JSONValue.Member] {
        guard header.first == UInt8(ascii: "{") else {
            throw SafetensorsError.malformed(file: path, .header("does not start with {"))
        }
        do {
            return try JSONValue(parsing: header, maximumDepth: 4).members ?? []
        } catch {
            throw SafetensorsError.malformed(file: path, .header("\(error)"))
        }
    }

    private static func metadata(of members: [JSONValue.Member], _ path: String) throws -> [String: String] {
        guard let value = members.first(where: { $0.name == "__metadata__" })?.value else { return [:] }
        guard let fields = value.members else {
            throw SafetensorsError.malformed(file: path, .metadata("\(value.kind), expected an object"))
        }
        return try fields.reduce(into: [:]) { result, field in
            guard let text = field.value.string else {
                throw SafetensorsError.malformed(
                    file: path, .metadata("\(JSONValue.quoted(field.name)) is \(field.value.kind), expected a string"))
            }
            result[field.name] = text
        }
    }

    /// Laid end to end by their offsets, the tensors fill the data exactly.
    private static func checkCover(_ entries: [SafetensorsEntry], available: Int, _ path: String) throws {
        var previous: SafetensorsEntry?
        let order = entries.sorted {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        for entry in order {
            let end = previous?.range.upperBound ?? 0
            func failure(_ fault: SafetensorsError.TensorFault) -> SafetensorsError {
                .malformedTensor(file: path, tensor: entry.name, fault)
            }
            guard entry.range.upperBound <= available else {
                throw failure(.outside(entry.range, available: available))
            }
            guard entry.range.lowerBound >= end else { throw failure(.overlap(with: previous?.name ?? "")) }
            guard entry.range.lowerBound == end else {
                throw failure(.hole(before: end, after: entry.range.lowerBound))
            }
            previous = entry
        }
        let described = previous?.range.upperBound ?? 0
        guard described == available else {
            throw SafetensorsError.malformed(file: path, .dataLength(described: described, found: available))
        }
    }
}

/// Reads one tensor's member of the header.
struct SafetensorsEntryReader {
    let file: String
    let name: String
    let dataStart: Int
    let admitsOtherTypes: Bool

    func entry(_ value: JSONValue) throws -> SafetensorsEntry {
        guard let fields = value.members, Set(fields.map(\.name)) == ["dtype", "shape", "data_offsets"],
            let typeName = value["dtype"]?.string, let shape = extents(value["shape"]),
            let offsets = extents(value["data_offsets"]), offsets.count == 2, offsets[0] <= offsets[1]
        else { throw failure(.fields("expected dtype, shape and data_offsets [begin, end] in whole numbers")) }
        guard let type = SafetensorsType(rawValue: typeName), type.isRead || admitsOtherTypes else {
            throw failure(.type(typeName))
        }
        let bytes = try size(shape, type)
        let range = offsets[0]..<offsets[1]
        guard bytes == range.count else { throw failure(.byteCount(expected: bytes, found: range.count)) }
        guard (dataStart + range.lowerBound) % type.size == 0 || bytes == 0 else {
            throw failure(.misaligned(offset: dataStart + range.lowerBound))
        }
        return SafetensorsEntry(name: name, type: type, shape: shape, range: range)
    }

    private func extents(_ value: JSONValue?) -> [Int]? {
        guard let array = value?.array else { return nil }
        let numbers = array.compactMap(\.integer)
        // Past 2⁵³ a double no longer tells neighbours apart.
        return numbers.count == array.count && numbers.allSatisfy { (0...1 << 53).contains($0) } ? numbers : nil
    }

    private func size(_ shape: [Int], _ type: SafetensorsType) throws -> Int {
        try shape.reduce(type.size) {
            let (product, overflow) = $0.multipliedReportingOverflow(by: $1)
            guard !overflow else { throw failure(.size(shape: shape)) }
            return product
        }
    }

    private func failure(_ fault: SafetensorsError.TensorFault) -> SafetensorsError {
        .malformedTensor(file: file, tensor: name, fault)
    }
}
