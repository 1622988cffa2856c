import HTTPTransport
import SegmentationService
import Tensors

/// How the values of a setting are written: as text in a flag or variable, as JSON in a file.
struct SettingForm<Value> {
    /// What an error says should stand there.
    let expected: String
    /// The JSON that these texts stand for; nil where they stand for none.
    let json: ([String]) -> JSONValue?
    /// Nil where it does not serve.
    let read: (JSONValue) -> Value?
    let show: (Value) -> String

    /// The same for a setting that may be left out.
    var optional: SettingForm<Value?> {
        .init(
            expected: expected, json: json, read: { json in read(json).map(Optional.some) },
            show: { $0.map(show) ?? "none" })
    }
}

extension SettingForm<Int> {
    static func whole(_ range: ClosedRange<Int>) -> Self {
        .init(
            expected: "a whole number from \(range.lowerBound) to \(range.upperBound)", json: Written.number,
            read: { $0.integer.flatMap { range.contains($0) ? $0 : nil } }, show: { "\($0)" })
    }
}

extension SettingForm<Double> {
    static func decimal(_ range: ClosedRange<Double>) -> Self {
        let show: (Double) -> String = { JSONValue.number($0).compact }
        return .init(
            expected: "a number from \(show(range.lowerBound)) to \(show(range.upperBound))", json: Written.number,
            read: { $0.number.flatMap { range.contains($0) ? $0 : nil } }, show: show)
    }

    /// Whole too, as the document of the service has its times and rates.
    static func whole(_ range: ClosedRange<Int>) -> Self {
        let form = SettingForm<Int>.whole(range)
        return .init(
            expected: form.expected, json: form.json, read: { form.read($0).map(Double.init) },
            show: { form.show(Int($0)) })
    }
}

extension SettingForm<String> {
    static var text: Self {
        .init(
            expected: "a text", json: Written.text, read: { $0.string.flatMap { $0.isEmpty ? nil : $0 } }, show: { $0 })
    }
}

extension SettingForm<Bool> {
    static var switched: Self {
        .init(
            expected: "true or false", json: Written.bool, read: { $0.bool }, show: { $0 ? "on" : "off" })
    }
}

extension SettingForm where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    static var word: Self {
        .init(
            expected: "one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))", json: Written.text,
            read: { $0.string.flatMap(Value.init(rawValue:)) }, show: \.rawValue)
    }
}

extension SettingForm {
    /// Several of what `element` reads from a text.
    static func list<Element>(
        of expected: String, _ element: @escaping (String) -> Element?
    ) -> Self where Value == [Element], Element: CustomStringConvertible {
        .init(
            expected: "a list of \(expected)", json: Written.list,
            read: { json in
                let elements = json.array?.map { $0.string.flatMap(element) }
                let present = elements?.compactMap(\.self)
                return present?.count == elements?.count ? present : nil
            },
            show: { $0.isEmpty ? "none" : $0.map(\.description).joined(separator: ",") })
    }
}

extension SettingForm<[String]> {
    /// One alone may stand in a file as a text.
    static var bundles: Self {
        let form = Self.list(of: "folders, or names of pulled bundles") { $0.isEmpty ? nil : $0 }
        return .init(
            expected: form.expected, json: form.json,
            read: { form.read($0.string.map { .array([.string($0)]) } ?? $0) }, show: form.show)
    }

    static var networks: Self {
        .list(of: "networks like 10.0.0.0/8, 2001:db8::/32 or one address") { AddressRange($0) == nil ? nil : $0 }
    }

    static var origins: Self {
        .list(of: "origins like https://app.example.com, or *") { (try? AllowedOrigins([$0])) == nil ? nil : $0 }
    }
}

extension SettingForm<[ListenAddress]> {
    static var addresses: Self {
        .list(of: "addresses like 127.0.0.1:8080, [::1]:8080 or unix:/run/name.sock") {
            try? ListenAddress(parsing: $0)
        }
    }
}

/// What texts of a flag or variable stand for.
private enum Written {
    static func number(_ texts: [String]) -> JSONValue? {
        texts.last.flatMap { try? JSONValue(parsing: Array($0.utf8)) }
    }

    static func text(_ texts: [String]) -> JSONValue? { texts.last.map(JSONValue.string) }

    static func bool(_ texts: [String]) -> JSONValue? {
        ["1": true, "true": true, "0": false, "false": false][texts.last ?? ""].map(JSONValue.bool)
    }

    /// Commas are between the elements of a variable, and may be between those of a flag.
    static func list(_ texts: [String]) -> JSONValue? {
        .array(texts.flatMap { $0.split(separator: ",") }.map { .string(String($0)) })
    }
}
