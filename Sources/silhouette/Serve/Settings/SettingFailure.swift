/// Why a service cannot run with what its operator set.
enum SettingFailure: Error, Equatable, CustomStringConvertible {
    case badValue(at: SettingOrigin, setting: String, found: String, expected: String)
    case badFile(path: String, reason: String)
    case unknownSetting(path: String, name: String)
    case conflict(String)

    var description: String {
        switch self {
        case .badValue(let origin, let setting, let found, let expected):
            "\(origin.place(of: setting)): found \(found), expected \(expected)"
        case .badFile(let path, let reason):
            "\(path): \(reason); write a JSON object with the names of the flags"
        case .unknownSetting(let path, let name):
            "\(path): '\(name)' is no setting; the names are those of the flags, see 'silhouette serve --help'"
        case .conflict(let reason):
            reason
        }
    }
}

/// Where the value of a setting came from.
enum SettingOrigin: Equatable, CustomStringConvertible {
    case flag
    case variable(String)
    case file(String)
    case ownDefault

    var description: String {
        switch self {
        case .flag: "flag"
        case .variable(let name): name
        case .file(let path): path
        case .ownDefault: "default"
        }
    }

    /// What an error calls the place where this setting was given.
    func place(of setting: String) -> String {
        switch self {
        case .flag, .ownDefault: "--\(setting)"
        case .variable(let name): name
        case .file(let path): "\(path): \(setting)"
        }
    }
}
