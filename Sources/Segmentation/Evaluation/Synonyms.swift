import Tensors

/// Other names for the classes of a data set: a test of open vocabulary.
public struct Synonyms: Sendable {
    private let names: [ClassKey: [String]]
    private let number: Int
    private let path: String

    /// Reads a file `{"names": {"class": ["other name", …], …}}`.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - number: which of the other names is asked, from 0.
    /// - Throws: ``SegmentationError/dataset(path:problem:)``
    public init(path: String, number: Int) throws {
        guard let members = try DatasetFolder.json(path)["names"]?.members else {
            throw SegmentationError.dataset(path: path, problem: "must be an object with an object \"names\"")
        }
        self.path = path
        self.number = number
        names = try members.reduce(into: [:]) { names, member in
            let others = member.value.array?.compactMap(\.string)
            guard let others, others.count == member.value.array?.count else {
                throw SegmentationError.dataset(path: path, problem: "\"\(member.name)\" must be a list of names")
            }
            names[ClassKey(member.name)] = others
        }
    }

    func name(for name: String) throws -> String {
        guard let others = names[ClassKey(name)], others.indices.contains(number) else {
            throw SegmentationError.dataset(path: path, problem: "has no name number \(number) for \"\(name)\"")
        }
        return others[number]
    }
}
