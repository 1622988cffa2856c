/// What is wrong with a weight file or with a tensor in it.
public enum SafetensorsError: Error, Equatable, CustomStringConvertible {
    case unreadable(file: String, reason: String)
    case unwritable(file: String, reason: String)
    case malformed(file: String, Fault)
    case malformedTensor(file: String, tensor: String, TensorFault)
    /// The shape expected is nil where the caller asked for any.
    case missing(file: String, tensor: String, expected: [Int]?)
    case wrongShape(file: String, tensor: String, expected: [Int], found: [Int])
    case nonFinite(file: String, tensor: String, index: [Int], value: Float)
    case unused(file: String, tensors: [String])

    /// A fault of the file as a whole.
    public enum Fault: Sendable, Equatable {
        case tooShort(bytes: Int)
        case headerLength(UInt64, available: Int)
        case header(String)
        case metadata(String)
        case dataLength(described: Int, found: Int)
        case truncated(now: Int, expected: Int)
    }

    /// A fault in what the header says of one tensor.
    public enum TensorFault: Sendable, Equatable {
        case fields(String)
        case type(String)
        case size(shape: [Int])
        case byteCount(expected: Int, found: Int)
        case outside(Range<Int>, available: Int)
        case overlap(with: String)
        case hole(before: Int, after: Int)
        case misaligned(offset: Int)
        case sameName(String)
    }

    public var description: String {
        switch self {
        case .unreadable(let file, let reason): "\(file): cannot be read: \(reason)"
        case .unwritable(let file, let reason): "\(file): cannot be written: \(reason)"
        case .malformed(let file, let fault): "\(file): \(fault.text); fetch or convert the file again"
        case .malformedTensor(let file, let tensor, let fault):
            "\(file): tensor \(JSONValue.quoted(tensor)): \(fault.text); convert the file again"
        case .missing(let file, let tensor, let expected):
            "\(file): tensor \(JSONValue.quoted(tensor))\(expected.map { " of shape \($0)" } ?? "") is missing; "
                + "does the file fit the bundle's configuration?"
        case .wrongShape(let file, let tensor, let expected, let found):
            "\(file): tensor \(JSONValue.quoted(tensor)) has shape \(found), expected \(expected); "
                + "does the file fit the bundle's configuration?"
        case .nonFinite(let file, let tensor, let index, let value):
            "\(file): tensor \(JSONValue.quoted(tensor)) holds \(value) at \(index), expected finite numbers; convert the file again"
        case .unused(let file, let tensors):
            "\(file): tensor \(JSONValue.quoted(tensors.first ?? "")) belongs to no layer"
                + (tensors.count > 1 ? " (and \(tensors.count - 1) more)" : "")
                + "; remove what is unused, or correct the bundle's configuration"
        }
    }
}

extension SafetensorsError.Fault {
    var text: String {
        switch self {
        case .tooShort(let bytes): "\(bytes) bytes are too few for a safetensors file"
        case .headerLength(let length, let available): "a header of \(length) bytes where \(available) are there"
        case .header(let fault): "the header: \(fault)"
        case .metadata(let fault): "the header's __metadata__: \(fault)"
        case .dataLength(let described, let found): "\(found) bytes of data where the header describes \(described)"
        case .truncated(let now, let expected): "now \(now) bytes, \(expected) when it was opened"
        }
    }
}

extension SafetensorsError.TensorFault {
    var text: String {
        switch self {
        case .fields(let fault): fault
        case .type(let type): "elements of type \(JSONValue.quoted(type)), expected F32, F16 or BF16"
        case .size(let shape): "no memory holds the shape \(shape)"
        case .byteCount(let expected, let found): "\(found) bytes where type and shape need \(expected)"
        case .outside(let range, let available): "bytes \(range) of \(available)"
        case .overlap(let other): "shares bytes with \(JSONValue.quoted(other))"
        case .hole(let before, let after): "starts at byte \(after), expected \(before), where the one before ends"
        case .misaligned(let offset): "byte \(offset) of the file is no place for its type"
        case .sameName(let other): "cannot be told from \(JSONValue.quoted(other))"
        }
    }
}
