import Foundation
import Tensors
import Testing

@testable import Encoders

@Suite("A bundle's outline")
struct BundleOutlineTests {
    /// What the check says, with `BUNDLE` for the folder's path; "fits" where it says nothing.
    private func verdict(_ bundle: TinyBundle) -> String {
        do {
            try BundleOutline(bundle.path).checkHeaders()
            return "fits"
        } catch {
            return "\(error)".replacingOccurrences(of: bundle.path, with: "BUNDLE")
        }
    }

    @Test("is that of the whole bundle", arguments: TinyVisual.allCases)
    func same(visual: TinyVisual) throws {
        let bundle = try TinyBundle(visual)
        let (outline, whole) = (try BundleOutline(bundle.path), try bundle.load())
        #expect(outline.digest == whole.digest && outline.configuration == whole.configuration)
        #expect(verdict(bundle) == "fits")
        let files = ["text", "visual", "spectral"].map { "\(bundle.path)/\($0).safetensors" }
        let elements = try files.reduce(0) { sum, path in
            let file = try SafetensorsFile(path: path)
            return sum + (try file.names.reduce(0) { $0 + (try file.tensor($1)).count })
        }
        #expect(try outline.parameters == elements)
        #expect(Precision.fp32.bytes(ofWeights: 3) == 12 && Precision.bf16.bytes(ofWeights: 3) == 6)
    }

    @Test("tells what loading would refuse of files and headers, in the same words")
    func refusals() throws {
        let bundle = try TinyBundle()
        try bundle.change("spectral.safetensors") { $0.append(("head.weight", Tensor([1], [0]))) }
        #expect(verdict(bundle) == bundle.refusal() && verdict(bundle) != "fits")
        try bundle.change("spectral.safetensors") { $0.removeLast(2) }
        #expect(verdict(bundle) == bundle.refusal() && verdict(bundle).contains("is missing"))
        try FileManager.default.removeItem(atPath: "\(bundle.path)/spectral.safetensors")
        #expect(verdict(bundle).hasPrefix("BUNDLE/spectral.safetensors: cannot be read"))
        try FileManager.default.removeItem(atPath: "\(bundle.path)/bundle.json")
        #expect(verdict(bundle) == bundle.refusal())
    }

    @Test("does not read weights: what only a hash tells is left to loading")
    func cheap() throws {
        let bundle = try TinyBundle()
        var bytes = try bundle.bytes("visual.safetensors")
        bytes[bytes.count - 1] ^= 1
        try bundle.write(bytes, to: "visual.safetensors")
        #expect(verdict(bundle) == "fits" && bundle.refusal().contains("SHA-256"))
    }
}
