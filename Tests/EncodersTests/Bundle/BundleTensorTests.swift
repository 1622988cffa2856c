import Foundation
import Tensors
import Testing

@testable import Encoders

@Suite("A weight file is refused, in one line that names file and tensor,")
struct BundleTensorTests {
    private static let advice = "; does the file fit the bundle's configuration?"

    @Test("when any tensor is missing", arguments: TinyVisual.allCases)
    func missing(visual: TinyVisual) throws {
        let bundle = try TinyBundle(visual)
        let path = "\(bundle.path)/visual.safetensors"
        let file = try SafetensorsFile(path: path)
        let tensors = try file.names.map { ($0, try file.tensor($0)) }
        for (name, tensor) in tensors {
            try bundle.change("visual.safetensors") { $0 = tensors.filter { $0.0 != name } }
            #expect(
                bundle.refusal()
                    == "BUNDLE/visual.safetensors: tensor \"\(name)\" of shape \(tensor.shape) is missing\(Self.advice)"
            )
        }
    }

    @Test("when a tensor belongs to no layer")
    func unused() throws {
        let bundle = try TinyBundle()
        try bundle.change("spectral.safetensors") { $0.append(("head.weight", Tensor([1], [0]))) }
        let advice = "remove what is unused, or correct the bundle's configuration"
        #expect(
            bundle.refusal()
                == "BUNDLE/spectral.safetensors: tensor \"head.weight\" belongs to no layer; \(advice)")
        try bundle.change("spectral.safetensors") { $0.append(("head.bias", Tensor([1], [0]))) }
        #expect(
            bundle.refusal()
                == "BUNDLE/spectral.safetensors: tensor \"head.weight\" belongs to no layer (and 1 more); \(advice)")
    }

    @Test("when a tensor has another shape, or a transposed one of as many elements")
    func shapes() throws {
        let bundle = try TinyBundle()
        let name = "transformer.resblocks.1.mlp.c_fc.weight"
        func reshape(_ shape: [Int]) throws -> String {
            try bundle.change("text.safetensors") { tensors in
                let index = try #require(tensors.firstIndex { $0.0 == name })
                tensors[index].1 = Tensor(zeros: shape)
            }
            return bundle.refusal()
        }
        for shape in [[32, 64], [64, 31], [64, 32, 1], [2048]] {
            #expect(
                try reshape(shape)
                    == "BUNDLE/text.safetensors: tensor \"\(name)\" has shape \(shape), expected [64, 32]\(Self.advice)"
            )
        }
        #expect(try reshape([64, 32]) == "loads")
    }

    @Test("when the embedding has other tokens than the vocabulary")
    func vocabulary() throws {
        let bundle = try TinyBundle()
        let other = SyntheticTokenizer(tokens: 599)
        try bundle.replace("vocab.json", other.vocabulary)
        try bundle.replace("merges.txt", other.merges)
        #expect(
            bundle.refusal()
                == "BUNDLE/text.safetensors: tensor \"token_embedding.weight\" has shape [600, 32], expected [599, 32]"
                + Self.advice)
    }

    @Test("when one element is infinite or no number", arguments: [Float.infinity, -.infinity, .nan])
    func nonFinite(value: Float) throws {
        let bundle = try TinyBundle()
        let name = "blocks.0.attn.qkv.weight"
        try bundle.change("spectral.safetensors") { tensors in
            let index = try #require(tensors.firstIndex { $0.0 == name })
            tensors[index].1.withMutableSpan { $0[24 * 71 + 5] = value }
        }
        #expect(
            bundle.refusal()
                == "BUNDLE/spectral.safetensors: tensor \"\(name)\" holds \(value) at [71, 5], "
                + "expected finite numbers; convert the file again")
    }

    @Test("when a tensor's elements are no floating-point numbers, or the file ends early")
    func malformed() throws {
        let bundle = try TinyBundle()
        let bytes = try bundle.bytes("visual.safetensors")
        var other = bytes
        let place = try #require(bytes.indices.first { bytes[$0...].starts(with: "F32".utf8) })
        other.replaceSubrange(place..<place + 3, with: "I32".utf8)
        try bundle.replace("visual.safetensors", other)
        #expect(
            bundle.refusal()
                == "BUNDLE/visual.safetensors: tensor \"layer0.1.bias\": elements of type \"I32\", "
                + "expected F32, F16 or BF16; convert the file again")
        try bundle.replace("visual.safetensors", bytes.dropLast(4))
        #expect(bundle.refusal().hasPrefix("BUNDLE/visual.safetensors: "))
        #expect(bundle.refusal().hasSuffix("; convert the file again"))
        #expect(!bundle.refusal().contains("\n"))
    }
}
