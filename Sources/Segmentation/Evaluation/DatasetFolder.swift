import Foundation
import Tensors

/// The files of a data set, read strictly.
struct DatasetFolder {
    let directory: String

    static func bytes(_ path: String) throws -> [UInt8] {
        do {
            return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw SegmentationError.dataset(path: path, problem: "cannot be read; a data set needs this file")
        }
    }

    static func json(_ path: String) throws -> JSONValue {
        do {
            return try JSONValue(parsing: bytes(path))
        } catch let error as JSONError {
            throw SegmentationError.dataset(path: path, problem: "is not JSON: \(error)")
        }
    }

    func classes() throws -> [String] {
        let names = try strings(Self.json(path("classes.json")), in: "classes.json", what: "the classes")
        guard (1...254).contains(names.count) else {
            throw fail("classes.json", "lists \(names.count) classes; masks have indices for 1 to 254")
        }
        guard Set(names.map(ClassKey.init)).count == names.count else {
            throw fail("classes.json", "names a class twice (case and outer space do not count)")
        }
        return names
    }

    /// The file name of each picture by its stem.
    func images() throws -> [String: String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path("images")) else {
            throw fail("images", "cannot be listed; a data set needs this folder")
        }
        return names.reduce(into: [:]) { files, name in
            let url = URL(fileURLWithPath: name)
            if ["jpg", "jpeg", "png"].contains(url.pathExtension.lowercased()) {
                files[url.deletingPathExtension().lastPathComponent] = name
            }
        }
    }

    func queries() throws -> [String: [String]]? {
        guard FileManager.default.fileExists(atPath: path("queries.json")) else { return nil }
        guard let members = try Self.json(path("queries.json")).members else {
            throw fail("queries.json", "must be an object of lists of names")
        }
        return try members.reduce(into: [:]) { queries, member in
            queries[member.name] = try strings(member.value, in: "queries.json", what: "\"\(member.name)\"")
        }
    }

    func split(_ name: String) throws -> [String] {
        let splits = try Self.json(path("splits.json"))
        guard let stems = splits[name] else {
            let known = (splits.members ?? []).map(\.name).joined(separator: ", ")
            throw fail("splits.json", "has no split \"\(name)\"; it has \(known)")
        }
        return try strings(stems, in: "splits.json", what: "\"\(name)\"").sorted()
    }

    func fold(_ number: Int) throws -> [String] {
        guard let folds = try Self.json(path("folds.json"))["folds"]?.array else {
            throw fail("folds.json", "must be an object with a list \"folds\"")
        }
        guard folds.indices.contains(number) else {
            throw fail("folds.json", "has the folds 0 to \(folds.count - 1), not \(number)")
        }
        return try strings(folds[number], in: "folds.json", what: "fold \(number)")
    }

    private func path(_ name: String) -> String { "\(directory)/\(name)" }

    private func fail(_ name: String, _ problem: String) -> SegmentationError {
        .dataset(path: path(name), problem: problem)
    }

    private func strings(_ value: JSONValue, in name: String, what: String) throws -> [String] {
        let strings = value.array?.compactMap(\.string)
        guard let strings, strings.count == value.array?.count else {
            throw fail(name, "\(what) must be a list of names")
        }
        return strings
    }
}
