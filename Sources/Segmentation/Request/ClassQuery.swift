/// One class that a request asks for.
public struct ClassQuery: Sendable, Equatable {
    /// As given; answers keep this spelling.
    public let name: String
    /// What is embedded in place of the name in the bundle's templates; nil for the templates.
    public let prompts: [String]?
    /// The presence score from which this class counts as present, 0…1; nil for the request's or the bundle's.
    public let threshold: Double?

    public init(_ name: String, prompts: [String]? = nil, threshold: Double? = nil) {
        self.name = name
        self.prompts = prompts
        self.threshold = threshold
    }

    /// The texts to embed, given the bundle's templates (each holds `{}` where the name goes).
    func texts(templates: [String]) -> [String] {
        prompts ?? templates.map { $0.replacing("{}", with: name) }
    }
}

/// A name as names are compared: NFC, trimmed, case folded.
///
/// Upper-casing first makes "ß" and "ss", and the two small sigmas, one; Swift's strings compare by canonical
/// equivalence, which is NFC.
struct ClassKey: Hashable, Sendable {
    private let folded: String

    init(_ name: String) {
        let trimmed = name.drop(while: \.isWhitespace)
        let end = trimmed.lastIndex { !$0.isWhitespace }.map(trimmed.index(after:)) ?? trimmed.startIndex
        folded = trimmed[..<end].uppercased().lowercased()
    }

    var isEmpty: Bool { folded.isEmpty }
}
