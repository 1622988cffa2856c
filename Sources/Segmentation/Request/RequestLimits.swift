/// How much one request may ask for.
public struct RequestLimits: Sendable, Equatable {
    public var classes = 256
    /// UTF-8 bytes of a name or a prompt.
    public var textBytes = 256
    /// Prompts of one class.
    public var prompts = 16

    public init() {}

    func checkText(_ text: String, at place: RequestPlace) throws {
        guard !ClassKey(text).isEmpty else {
            throw SegmentationError.invalidValue(pointer: "\(place)", found: "an empty text", expected: "some words")
        }
        guard text.utf8.count <= textBytes else {
            throw SegmentationError.limitExceeded(
                pointer: "\(place)", what: "bytes", limit: textBytes, actual: text.utf8.count)
        }
    }
}
