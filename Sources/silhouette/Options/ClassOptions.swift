import ArgumentParser
import Foundation
import Segmentation
import Tensors

/// The classes that are asked for.
struct ClassOptions: ParsableArguments {
    @Option(name: .customLong("class"), help: "A class, in plain words; may be repeated.")
    var names: [String] = []

    @Option(help: "A JSON array of names or of {\"name\", \"prompts\", \"threshold\"}.")
    var classesFile: String?

    func validate() throws {
        if names.isEmpty && classesFile == nil {
            throw ValidationError("no classes: name at least one with --class, or give --classes-file")
        }
        if !names.isEmpty && classesFile != nil {
            throw ValidationError("--class and --classes-file exclude each other; write all classes into the file")
        }
        if classesFile == nil {
            try Self.asUsage { try ClassQuery.validate(names.map { ClassQuery($0) }, at: "--class") }
        }
    }

    /// - Throws: `CommandFailure.cannotRead`; a usage error for a file that is no list of classes.
    func queries() throws -> [ClassQuery] {
        guard let file = classesFile else { return names.map { ClassQuery($0) } }
        let bytes = try InputFile.bytes(file)
        return try Self.asUsage {
            do {
                return try ClassQuery.parse(JSONValue(parsing: bytes), at: file)
            } catch let error as JSONError {
                throw ValidationError("\(file): not JSON: \(error); expected an array of class names")
            }
        }
    }

    /// A list that no request may hold is wrong usage.
    private static func asUsage<R>(_ body: () throws -> R) throws -> R {
        do { return try body() } catch let error as SegmentationError { throw ValidationError(error.description) }
    }
}
