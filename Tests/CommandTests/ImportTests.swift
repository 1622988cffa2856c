import Foundation
import TestSupport
import Testing

/// SwiftPM lets a target import what only its dependencies depend on; here only what is declared may be imported.
@Suite("Imports")
struct ImportTests {
    /// Modules of the toolchain, which need no declaration.
    static let toolchain: Set = ["Dispatch", "Foundation", "Glibc", "Synchronization", "Testing"]

    @Test("each file imports only what its target declares in Package.swift")
    func declaredImports() throws {
        let manifest = try String(contentsOf: Repository.root.appendingPathComponent("Package.swift"), encoding: .utf8)
        let declared = Self.declaredTargets(manifest)
        #expect(declared.count >= 12)
        for (target, dependencies) in declared {
            for file in try Self.swiftFiles(of: target) {
                for module in Self.imports(try String(contentsOf: file, encoding: .utf8)) {
                    #expect(
                        dependencies.union(Self.toolchain).contains(module),
                        "\(file.lastPathComponent) imports \(module), which \(target) does not declare")
                }
            }
        }
    }

    @Test("nothing that answers knows a ground truth: only evaluation names it")
    func groundTruth() throws {
        let files = try Self.swiftFiles(of: "Segmentation")
        let knowing = try files.filter { try String(contentsOf: $0, encoding: .utf8).contains("GroundTruth") }
        #expect(knowing.count > 3)
        for file in knowing { #expect(file.path.contains("/Segmentation/Evaluation/"), "\(file.path)") }
    }

    @Test("an import is found whatever stands before it")
    func importForms() {
        let source = "import A\npublic import B\n@testable import C\n@preconcurrency public import D\n// import E\n"
        #expect(Self.imports(source) == ["A", "B", "C", "D"])
    }

    /// The quoted words of each target's declaration: its dependencies, among other words that do no harm.
    private static func declaredTargets(_ manifest: String) -> [String: Set<String>] {
        let declaration = /(?m)^ {8}(module|tests|\.executableTarget|\.testTarget)\(/
        let starts = manifest.matches(of: declaration)
        let ends = starts.dropFirst().map(\.range.lowerBound) + [manifest.endIndex]
        return zip(starts, ends).reduce(into: [:]) { targets, bounds in
            let (start, end) = bounds
            let words = manifest[start.range.upperBound..<end].matches(of: /"([^"]+)"/).map { String($0.1) }
            guard let first = words.first else { return }
            targets[start.1 == "tests" ? first + "Tests" : first] = Set(words)
        }
    }

    private static func swiftFiles(of target: String) throws -> [URL] {
        let folder = Repository.root.appendingPathComponent(target.hasSuffix("Tests") ? "Tests" : "Sources")
        let path = folder.appendingPathComponent(target).path
        return try FileManager.default.subpathsOfDirectory(atPath: path).filter { $0.hasSuffix(".swift") }
            .map { URL(fileURLWithPath: path).appendingPathComponent($0) }
    }

    private static func imports(_ source: String) -> [String] {
        source.matches(of: /(?m)^(?:@\w+ |public |package |internal )*import (?:struct |enum |class |func )?(\w+)/)
            .map { String($0.1) }
    }
}
