import Testing

@testable import Encoders
@testable import Tensors

@Suite("Memory for a bundle")
struct BundleMemoryTests {
    @Test("weights that do not fit the free memory are refused in one line, in fp32 twice as soon as in bf16")
    func tooLarge() throws {
        let bundle = try TinyBundle()
        defer { withExtendedLifetime(bundle) {} }
        let folder = try BundleFolder(bundle.path)
        let files = [
            folder.configuration.text.weights, folder.configuration.visual.weights,
            folder.configuration.spectral.weights,
        ]
        let elements = try files.reduce(0) { sum, name in
            let file = try SafetensorsFile(path: "\(folder.path)/\(name)")
            return sum + file.names.reduce(0) { $0 + (file.shape(of: $1) ?? []).reduce(1, *) }
        }
        try folder.requireMemory(for: .fp32, available: 4 * elements)
        try folder.requireMemory(for: .bf16, available: 2 * elements)
        #expect(
            throws: BundleError.notEnoughMemory(path: folder.path, needed: 4 * elements, available: 4 * elements - 1)
        ) {
            try folder.requireMemory(for: .fp32, available: 4 * elements - 1)
        }
        #expect(
            BundleError.notEnoughMemory(path: "b", needed: 3 << 30, available: 1 << 30).description
                == "b: its weights take 3072 MB of memory, and 1024 MB are free; free some, or take a smaller bundle or bf16"
        )
    }
}
