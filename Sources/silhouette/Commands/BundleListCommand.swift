import ArgumentParser
import Encoders
import Foundation
import Segmentation
import Tensors

/// `silhouette bundle list`: the bundles that are here, or can be pulled.
struct BundleListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the bundles that are here, or with --available those that can be pulled.")

    @Flag(help: "List the recipes that can be pulled.")
    var available = false

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let store = try BundleStore(ProcessInfo.processInfo.environment)
        let rows = available ? try recipes(store) : try bundles(store)
        print(json ? JSONValue.array(rows.map(\.json)).indented : Self.table(rows))
    }

    private func bundles(_ store: BundleStore) throws -> [Row] {
        let embedded = try EmbeddedBundle.locate()
        return [Row(EmbeddedBundle.name, folder: embedded)] + store.names.map { Row($0, folder: store.folder(of: $0)) }
    }

    private func recipes(_ store: BundleStore) throws -> [Row] {
        try Recipes.names().map { name in
            let recipe = try Recipes.named(name)
            return Row(fields: [
                ("name", .string(name)), ("license", .string(recipe.configuration.license)),
                ("pulled", .bool(store.holds(name))),
                ("repositories", .string(recipe.sources.map(\.repository).joined(separator: ", "))),
                ("summary", .string(recipe.summary)),
            ])
        }
    }

    private static func table(_ rows: [Row]) -> String {
        let texts = rows.map { $0.fields.map { $0.value.string ?? ($0.value.bool == true ? "pulled" : "") } }
        let widths = (0..<(texts.first?.count ?? 0)).map { column in texts.map { $0[column].count }.max() ?? 0 }
        return texts.map { row in
            zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }.joined(separator: "  ")
                .trimmingCharacters(in: .whitespaces)
        }.joined(separator: "\n")
    }

    private struct Row {
        let fields: [(name: String, value: JSONValue)]
        var json: JSONValue { .object(fields.map { .init($0.name, $0.value) }) }

        init(fields: [(name: String, value: JSONValue)]) { self.fields = fields }

        /// A bundle's description; of one that cannot be read, why.
        init(_ name: String, folder: String) {
            let file = "\(folder)/bundle.json"
            let found = Result { try BundleConfiguration(parsing: InputFile.bytes(file), path: file) }
            let (version, license) =
                switch found {
                case .success(let bundle): (bundle.version, bundle.license)
                case .failure(let error): ("damaged", "\(error)")
                }
            fields = [
                ("name", .string(name)), ("version", .string(version)), ("license", .string(license)),
                ("folder", .string(folder)),
            ]
        }
    }
}
