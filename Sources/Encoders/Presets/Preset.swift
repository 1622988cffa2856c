/// Published architectures of one kind, by their names.
public protocol Preset: RawRepresentable, CaseIterable, Sendable where RawValue == String {
    /// What the network is in a bundle, for messages.
    static var part: String { get }
}

extension Preset {
    /// - Throws: ``PresetError`` with the names that are known.
    public init(named name: String) throws {
        guard let preset = Self(rawValue: name) else {
            throw PresetError.unknown(name, part: Self.part, known: Self.allCases.map(\.rawValue))
        }
        self = preset
    }
}

/// Why a name is no preset.
public enum PresetError: Error, Equatable, CustomStringConvertible {
    case unknown(String, part: String, known: [String])

    public var description: String {
        switch self {
        case .unknown(let name, let part, let known):
            "no \(part) preset is named \"\(name)\"; known are \(known.joined(separator: ", "))"
        }
    }
}
