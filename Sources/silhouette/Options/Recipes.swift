import Encoders
import Foundation
import Segmentation
import Tensors

/// The recipes that come with the program, and those of users.
enum Recipes {
    private static func folder() throws -> String { try PackageResource.locate("recipes", holding: "mappings") }

    /// The names of the program's own.
    static func names() throws -> [String] {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder())
        return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }

    /// - Throws: `StoreError.unknownRecipe`; what the recipe is refused for.
    static func named(_ name: String) throws -> BundleRecipe {
        let path = try "\(folder())/\(name).json"
        guard FileManager.default.fileExists(atPath: path) else {
            throw StoreError.unknownRecipe(name, known: try names())
        }
        return try read(path)
    }

    /// A recipe's file; its mappings may be those of the program.
    static func read(_ path: String) throws -> BundleRecipe {
        try BundleRecipe(parsing: InputFile.bytes(path), path: path) { name in
            let file = try "\(folder())/mappings/\(name).json"
            guard FileManager.default.fileExists(atPath: file) else { return nil }
            return try TensorMapping(JSONValue(parsing: InputFile.bytes(file)), path: file)
        }
    }
}
