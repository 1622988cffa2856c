import Tensors

/// One thing that an operator may set: how it is written and what it changes.
struct Setting {
    /// Of its flag without the dashes, and of its field in a file.
    let name: String
    /// What its flag was given, in order; nothing where it was not.
    let flags: (ServeCommand) -> [String]
    /// Sets what these texts stand for.
    let take: ([String], SettingOrigin, inout ServeSettings) throws -> Void
    /// Sets what this value of a file stands for.
    let read: (JSONValue, SettingOrigin, inout ServeSettings) throws -> Void
    let show: (ServeSettings) -> String

    init<Flag: FlagValue, Value>(
        _ name: String, _ flag: KeyPath<ServeCommand, Flag>, _ place: WritableKeyPath<ServeSettings, Value>,
        _ form: SettingForm<Value>
    ) {
        let read = { (json: JSONValue?, found: String, origin: SettingOrigin, settings: inout ServeSettings) in
            guard let value = json.flatMap(form.read) else {
                throw SettingFailure.badValue(at: origin, setting: name, found: found, expected: form.expected)
            }
            settings[keyPath: place] = value
        }
        self.name = name
        flags = { $0[keyPath: flag].given }
        take = { try read(form.json($0), $0.joined(separator: ","), $1, &$2) }
        self.read = { try read($0, String($0.compact.prefix(80)), $1, &$2) }
        show = { form.show($0[keyPath: place]) }
    }

    /// One that may be left out.
    init<Flag: FlagValue, Value>(
        _ name: String, _ flag: KeyPath<ServeCommand, Flag>, _ place: WritableKeyPath<ServeSettings, Value?>,
        _ form: SettingForm<Value>
    ) {
        self.init(name, flag, place, form.optional)
    }

    /// Its name in the environment.
    static func variable(_ name: String) -> String { prefix + name.uppercased().replacing("-", with: "_") }

    static let prefix = "SILHOUETTE_"
}

/// What a flag holds, as the texts that it was given.
protocol FlagValue {
    var given: [String] { get }
}

extension String?: FlagValue {
    var given: [String] { map { [$0] } ?? [] }
}

extension [String]: FlagValue {
    var given: [String] { self }
}

extension Bool: FlagValue {
    var given: [String] { self ? ["1"] : [] }
}
