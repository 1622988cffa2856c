import Encoders
import Foundation
import Segmentation

/// Where a bundle lies that a command names.
enum BundleLocation {
    /// The embedded bundle where none is named; a folder of this path, else a pulled bundle of this name.
    ///
    /// - Throws: `BundleError.missing`; `CommandFailure.notPulled` for the name of a recipe.
    static func folder(of named: String?) throws -> String {
        guard let named else { return try EmbeddedBundle.locate() }
        if FileManager.default.fileExists(atPath: named) { return named }
        if let store = try? BundleStore(ProcessInfo.processInfo.environment), store.holds(named) {
            return store.folder(of: named)
        }
        if named == EmbeddedBundle.name { return try EmbeddedBundle.locate() }
        if (try? Recipes.names())?.contains(named) == true { throw CommandFailure.notPulled(named) }
        return named
    }
}
