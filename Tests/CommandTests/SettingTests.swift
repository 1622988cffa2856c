import ArgumentParser
import Foundation
import HTTPTransport
import Segmentation
import SegmentationService
import TestSupport
import Testing

@testable import silhouette

@Suite("Settings")
struct SettingTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func settings(
        _ arguments: [String] = [], environment: [String: String] = [:], file: String? = nil, cores: Int = 8
    ) throws -> ServeSettings {
        let path = try file.map { try folder.file("settings.json", Data($0.utf8)).path }
        let command = try ServeCommand.parse(arguments + (path.map { ["--config", $0] } ?? []))
        return try ServeSettings(SettingSources(command, environment), cores: cores)
    }

    @Test("a flag goes before the environment, that before the file, that before the default")
    func precedence() throws {
        let file = #"{"queue": 3, "body": 1000, "idle": 7, "bind": ["[::1]:1", "unix:/run/s"], "insecure": true}"#
        let settings = try settings(
            ["--queue", "1"],
            environment: ["SILHOUETTE_QUEUE": "2", "SILHOUETTE_BODY": "2000", "SILHOUETTE_GRACE": ""],
            file: file)
        #expect(settings.limits.queue == 1 && settings.wire.bodyBytes == 2000 && settings.wire.idleTime == 7)
        #expect(settings.grace == ServeSettings().grace)
        #expect(settings.addresses == [.internet(host: "::1", port: 1), .unix(path: "/run/s")])
        let path = folder.path("settings.json")
        for line in [
            "queue 1 (flag)", "body 2000 (SILHOUETTE_BODY)", "idle 7 (\(path))", "insecure on (\(path))",
            "bind [::1]:1,unix:/run/s (\(path))", "grace 30 (default)",
        ] { #expect(settings.lines.contains(line), "\(line) is not in \(settings.lines)") }
    }

    @Test("the file may be named by the environment, and a variable that is no setting is reported")
    func variables() throws {
        let path = try folder.file("other.json", Data(#"{"workers": 2}"#.utf8)).path
        let settings = try settings(environment: [
            "SILHOUETTE_CONFIG": path, "SILHOUETTE_QEUE": "9", "SILHOUETTE_BIND": "127.0.0.1:1,127.0.0.1:2",
        ])
        #expect(settings.service.workers == 2 && settings.service.threads == 4 && settings.addresses?.count == 2)
        #expect(settings.lines.contains("SILHOUETTE_QEUE is no setting and is not used"))
        #expect(!settings.lines.contains { $0.hasPrefix("SILHOUETTE_CONFIG") })
    }

    @Test("every setting can be given as flag, variable and in a file, and is printed with its origin")
    func everySetting() throws {
        for setting in Setting.all {
            let value = try #require(Self.examples[setting.name], "no example of \(setting.name)")
            let isSwitch = value == "true"
            let isText = !isSwitch && Double(value) == nil
            let isList = ["bind", "allow-origin", "trusted-proxy", "unlimited-networks"].contains {
                setting.name.hasSuffix($0)
            }
            let json = isList ? "[\"\(value)\"]" : isText ? "\"\(value)\"" : value
            let sources: [([String], [String: String], String?)] = [
                (isSwitch ? ["--\(setting.name)"] : ["--\(setting.name)", value], [:], nil),
                ([], [Setting.variable(setting.name): value], nil), ([], [:], "{\"\(setting.name)\": \(json)}"),
            ]
            let shown = "\(setting.name) \(isSwitch ? "on" : value) ("
            for (flags, variables, file) in sources {
                let own = try partners(of: setting.name)
                let settings = try settings(flags + own, environment: variables, file: file)
                #expect(
                    settings.lines.contains { $0.hasPrefix(shown) && !$0.hasSuffix("(default)") }, "\(setting.name)")
            }
        }
    }

    @Test("bundles are given one by one, with commas in the variable, and in a file as a list or one alone")
    func bundles() throws {
        #expect(try settings(["--bundle", "a", "--bundle", "b/c"]).bundles == ["a", "b/c"])
        #expect(try settings(environment: ["SILHOUETTE_BUNDLE": "a,b/c"]).bundles == ["a", "b/c"])
        #expect(try settings(file: #"{"bundle": ["a", "b/c"]}"#).bundles == ["a", "b/c"])
        #expect(try settings(file: #"{"bundle": "a"}"#).bundles == ["a"])
        #expect(try settings().bundles == [] && settings(["--warm", "first"]).service.warm == .first)
    }

    /// What a setting needs beside it.
    private func partners(of name: String) throws -> [String] {
        guard name.hasPrefix("tls-") else { return [] }
        return ["tls-bind", "tls-certificate", "tls-key"].filter { $0 != name }.flatMap { name in
            ["--\(name)", Self.examples[name] ?? ""]
        }
    }

    private static let examples = [
        "bind": "127.0.0.1:81", "tls-bind": "127.0.0.1:82", "tls-certificate": "c.pem", "tls-key": "k.pem",
        "metrics-bind": "127.0.0.1:83", "token-file": "t", "insecure": "true", "allow-origin": "https://a.example",
        "rate": "2.5", "burst": "5", "trusted-proxy": "10.0.0.0/8", "unlimited-networks": "2001:db8::/32",
        "access-log": "true", "bundle": "b", "warm": "first", "workers": "2", "threads": "3", "engine": "openblas",
        "precision": "bf16",
        "queue": "9", "deadline": "900", "body": "901", "classes": "902", "text-bytes": "903", "prompts": "904",
        "batch": "905", "held-bodies": "906", "held-images": "907", "image-lifetime": "908", "connections": "909",
        "connections-per-address": "910", "streams": "911", "target-bytes": "912", "header-bytes": "913",
        "header-fields": "914", "header-time": "915", "idle": "916", "minimum-rate": "917", "unsent": "900000",
        "rate-time": "918",
        "drain-delay": "919", "grace": "920",
    ]

    @Test(
        "a file that does not serve is refused in one line that names it and the key",
        arguments: [
            (#"{"queue": "64"}"#, "queue: found \"64\", expected a whole number"), (#"{"qeue": 64}"#, "'qeue'"),
            (#"{"bind": "127.0.0.1:1"}"#, "bind: found"), (#"{"insecure": 1}"#, "insecure: found 1"),
            (#"{"queue": 1.5}"#, "queue: found 1.5"), (#"{"queue": null}"#, "queue: found null"),
            (#"{"queue": 1, "queue": 2}"#, "queue"), (#"{"config": "x"}"#, "'config'"), ("[]", "an array"),
            ("{", "line 1"),
        ])
    func badFiles(_ text: String, _ reason: String) throws {
        let error = #expect(throws: SettingFailure.self) { try settings(file: text) }
        let description = try #require(error?.description)
        #expect(description.hasPrefix(folder.path("settings.json")) && description.contains(reason), "\(description)")
        #expect(!description.contains("\n"))
    }

    @Test("a wrong variable is refused by its name, and a missing file by its path")
    func badVariables() throws {
        let error = #expect(throws: SettingFailure.self) { try settings(environment: ["SILHOUETTE_INSECURE": "yes"]) }
        #expect(error?.description == "SILHOUETTE_INSECURE: found yes, expected true or false")
        let missing = folder.path("none.json")
        let failure = #expect(throws: CommandFailure.self) { try settings(environment: ["SILHOUETTE_CONFIG": missing]) }
        #expect(failure?.description.hasPrefix(missing) == true)
    }

    @Test("an address that others reach needs tokens or --insecure, also where it speaks TLS")
    func openAddresses() throws {
        let tls = ["--tls-bind", "[::]:1", "--tls-certificate", "c", "--tls-key", "k"]
        for open in [["--bind", "0.0.0.0:1"], ["--bind", "192.0.2.1:1"], tls] {
            #expect(throws: SettingFailure.self) { try settings(open) }
            #expect(throws: Never.self) { try settings(open + ["--insecure"]) }
            #expect(throws: Never.self) { try settings(open + ["--token-file", "t"]) }
        }
        #expect(try settings(tls + ["--insecure"]).addresses == [])
    }

    @Test("the document's defaults are the service's: nothing set changes nothing but what the machine decides")
    func defaults() throws {
        let settings = try settings()
        #expect(settings.limits == ServiceLimits())
        #expect(settings.addresses == [.internet(host: "127.0.0.1", port: 8080)])
        #expect(settings.drainDelay == 5 && settings.grace == 30)
        #expect(settings.lines.allSatisfy { $0.hasSuffix("(default)") })
    }

    @Test("the table of deploy/README.md is that of --help, in the order of the settings")
    func documentation() throws {
        let help = ServeCommand.helpMessage(columns: 10_000)
        let rows = try Setting.all.map { setting in
            let flag = try Regex("(?m)^  --\(setting.name)(?: <[^>]+>)?\\s+(\\S.*)$")
            let text = try #require(help.firstMatch(of: flag)?[1].substring, "\(setting.name)")
            return "| `--\(setting.name)` | \(text.replacing("*", with: "\\*")) |"
        }
        let readme = try String(
            contentsOf: Repository.root.appendingPathComponent("deploy/README.md"), encoding: .utf8)
        let table = readme.split(separator: "\n").map(String.init).filter { $0.hasPrefix("| `--") }
        for row in rows where !table.contains(row) { Issue.record("not in deploy/README.md:\n\(row)") }
        #expect(table == rows)
    }
}
