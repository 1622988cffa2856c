import Tensors

/// Where settings come from, in order of precedence: flags, the environment, a file. What none has keeps its default.
struct SettingSources {
    private let command: ServeCommand
    private let environment: [String: String]
    private let file: SettingFile?

    /// - Throws: ``SettingFailure`` or `CommandFailure.cannotRead` for a file that does not serve.
    init(_ command: ServeCommand, _ environment: [String: String]) throws {
        self.command = command
        // A variable that is set to nothing, as deployments do with those they leave out, is as none.
        self.environment = environment.filter { !$0.value.isEmpty }
        let path = command.config ?? self.environment[Setting.variable("config")]
        file = try path.map(SettingFile.init)
    }

    /// Sets what the first source that has it says, and tells which that was.
    func take(_ setting: Setting, into settings: inout ServeSettings) throws -> SettingOrigin {
        let flags = setting.flags(command)
        if !flags.isEmpty {
            try setting.take(flags, .flag, &settings)
            return .flag
        }
        let variable = Setting.variable(setting.name)
        if let text = environment[variable] {
            try setting.take([text], .variable(variable), &settings)
            return .variable(variable)
        }
        if let file, let value = file.values[setting.name] {
            try setting.read(value, .file(file.path), &settings)
            return .file(file.path)
        }
        return .ownDefault
    }

    /// Variables that look like settings and are none, for the operator to see what was misspelt.
    var unknownVariables: [String] {
        let known = Set((Setting.all.map(\.name) + ["config"]).map(Setting.variable))
        return environment.keys.filter { $0.hasPrefix(Setting.prefix) && !known.contains($0) }.sorted()
    }
}

/// Settings by their flags' names, in one JSON object.
struct SettingFile {
    let path: String
    let values: JSONValue

    init(_ path: String) throws {
        self.path = path
        do {
            values = try JSONValue(parsing: InputFile.bytes(path))
        } catch let error as JSONError {
            throw SettingFailure.badFile(path: path, reason: "\(error)")
        }
        guard let members = values.members else {
            throw SettingFailure.badFile(path: path, reason: "found \(values.kind), expected an object")
        }
        let known = Set(Setting.all.map(\.name))
        if let member = members.first(where: { !known.contains($0.name) }) {
            throw SettingFailure.unknownSetting(path: path, name: member.name)
        }
    }
}
