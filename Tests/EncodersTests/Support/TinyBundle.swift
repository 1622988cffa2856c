import Foundation
import Tensors
import TestSupport
import Testing

@testable import Encoders

/// The dense encoders, a few layers of each.
enum TinyVisual: CaseIterable {
    case drn, dpt, sazsViT, maskCLIP, proxyCLIP

    var architecture: BundleConfiguration.Visual.Architecture {
        let backbone = VisionTransformer.Configuration(
            width: 32, depth: 4, heads: 2, mlpWidth: 64, patch: 8, positionGrid: .init(rows: 4, columns: 4),
            positionRule: .bilinear(alignCorners: false), epsilon: 1e-6, activation: .gelu)
        return switch self {
        case .drn:
            .drn(
                DRN.Configuration(
                    block: .bottleneck, channels: [4, 6, 4, 4, 6, 6, 16, 16], blocks: [1, 1, 2, 2, 3, 2, 1, 1],
                    batchNormEpsilon: 1e-5, pyramidBins: [1, 2, 3, 6], pyramidAlignCorners: false, pyramidWidth: 16,
                    fuseWidth: 20, embeddingDimension: 24, boundaryHead: true))
        case .dpt:
            .dpt(
                DPT.Configuration(
                    backbone: backbone, hooks: [0, 1, 2, 3], reassembleChannels: [8, 12, 16, 16], features: 16,
                    batchNormEpsilon: 1e-5, embeddingDimension: 24, boundaryHead: true))
        case .sazsViT:
            .sazsViT(SAZSViT.Configuration(backbone: backbone, embeddingDimension: 24, boundaryHead: true))
        case .maskCLIP: .clip(Self.clip(.maskCLIP(keepResidual: true), window: nil))
        case .proxyCLIP: .clip(Self.clip(.proxyCLIP(.tokens, beta: 1.2, gamma: 3), window: .init(side: 96, stride: 64)))
        }
    }

    private static func clip(
        _ readout: CLIPVisualEncoder.Readout, window: CLIPVisualEncoder.Window?
    ) -> CLIPVisualEncoder.Configuration {
        .init(
            backbone: .init(
                width: 32, depth: 4, heads: 2, mlpWidth: 64, patch: 8, positionGrid: .init(rows: 4, columns: 4),
                positionRule: .bicubic(antialias: false), epsilon: 1e-5, activation: .quickGELU),
            embeddingDimension: 24, readout: readout, window: window)
    }

    /// The transformer of the spectral stage beside it: DINO's, or DINOv2's with registers.
    var spectral: VisionTransformer.Configuration {
        let isDINOv2 = self == .proxyCLIP
        return VisionTransformer.Configuration(
            width: 24, depth: 2, heads: 3, mlpWidth: 48, patch: 8, positionGrid: .init(rows: 6, columns: 6),
            positionRule: isDINOv2 ? .bicubic(antialias: true) : .dino, epsilon: 1e-6, activation: .gelu,
            registers: isDINOv2 ? 2 : 0, layerScale: isDINOv2)
    }
}

extension BundleConfiguration {
    /// A bundle of networks so small that writing and loading it takes milliseconds.
    static func tiny(_ visual: TinyVisual) -> BundleConfiguration {
        let text = CLIPTextEncoder.Configuration(
            width: 32, layers: 2, heads: 2, mlpWidth: 64, contextLength: 20, embeddingDimension: 24, epsilon: 1e-5,
            activation: .quickGELU)
        let preprocessing = Preprocessing(
            mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225], interpolation: .bicubic, antialias: true)
        return BundleConfiguration(
            name: "tiny", version: "1", license: "CC0-1.0",
            text: Text(
                weights: "text.safetensors", vocabulary: "vocab.json", merges: "merges.txt", encoder: text),
            visual: Visual(
                weights: "visual.safetensors", architecture: visual.architecture, preprocessing: preprocessing,
                maxSide: 160, multiple: 16),
            spectral: Spectral(
                weights: "spectral.safetensors", encoder: visual.spectral, preprocessing: preprocessing, maxTokens: 400),
            prompts: Prompts(templates: ["{}", "a photo of a {}"], background: ["background"]), logitScale: 1 / 0.07,
            fusion: Fusion(
                rule: .selectAfterPropagate, tau: 0.8, gamma: 2, alpha: 0.15, lambda: 0.1, eigensegments: 5),
            presence: Presence(a: 1, b: -0.1, threshold: 0), selfTest: nil, files: [:])
    }
}

extension RandomBundle {
    static func tiny(_ visual: TinyVisual = .drn, seed: UInt64 = 7) -> RandomBundle {
        RandomBundle(.tiny(visual), tokens: 600, seed: seed)
    }
}

/// A tiny bundle in a folder of its own, to be spoilt; both go with this value.
final class TinyBundle {
    let scratch: ScratchFolder
    let path: String

    init(_ visual: TinyVisual = .drn) throws {
        scratch = try ScratchFolder()
        path = scratch.path("bundle")
        try RandomBundle.tiny(visual).write(to: path, context)
    }

    func load() throws -> ModelBundle { try ModelBundle(directory: path, engine: Engine(.openBLAS)) }

    /// What loading says, with `BUNDLE` for the folder's path; "loads" where it says nothing.
    func refusal() -> String {
        do {
            _ = try load()
            return "loads"
        } catch {
            return "\(error)".replacingOccurrences(of: path, with: "BUNDLE")
        }
    }

    func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: "\(path)/\(name)"))) }

    func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
        try Data(bytes).write(to: URL(filePath: "\(path)/\(name)"))
    }

    var json: JSONValue {
        get throws { try JSONValue(parsing: bytes("bundle.json")) }
    }

    func edit(_ change: (JSONValue) -> JSONValue) throws { try write(change(json).indented.utf8, to: "bundle.json") }

    /// Replaces a file and its hash.
    func replace(_ name: String, _ bytes: some Sequence<UInt8>) throws {
        try write(bytes, to: name)
        let digest = try sha256(ofFileAt: "\(path)/\(name)")
        try edit { $0.replacing("/files/\(name)", .string(digest)) }
    }

    /// Replaces the tensors of a weight file, and its hash.
    func change(_ name: String, _ change: (inout [(String, Tensor)]) throws -> Void) throws {
        let file = try SafetensorsFile(path: "\(path)/\(name)")
        var tensors = try file.names.map { ($0, try file.tensor($0)) }
        try change(&tensors)
        try SafetensorsFile.write(tensors, to: "\(path)/\(name)")
        try replace(name, bytes(name))
    }
}
