import Encoders
import Foundation
import Tensors

/// What a bundle is, as rows for people.
struct BundleSummary {
    private(set) var rows: [(title: String, text: String)] = []

    /// - Throws: what the weight files' headers are refused for.
    init(_ folder: BundleFolder) throws {
        let configuration = folder.configuration
        rows = [
            ("bundle", "\(configuration.name) \(configuration.version)"),
            ("folder", folder.path),
            ("digest", "sha256:\(folder.digest)"),
            ("licence", configuration.license),
            ("text", try Self.text(configuration.text, folder)),
            ("visual", try Self.visual(configuration.visual, folder)),
            ("spectral", try Self.spectral(configuration.spectral, folder)),
            ("templates", Self.quoted(configuration.prompts.templates)),
            ("background", Self.quoted(configuration.prompts.background)),
            ("logit scale", "\(configuration.logitScale)"),
            ("fusion", Self.fusion(configuration.fusion)),
            (
                "presence",
                "σ(\(configuration.presence.a)·m + \(configuration.presence.b)), present from "
                    + "\(configuration.presence.threshold) on"
            ),
            ("self-test", configuration.selfTest.map { "\($0.image) with \($0.classes.count) classes" } ?? "none"),
        ]
        for (name, hash) in configuration.files.sorted(by: { $0.key < $1.key }) {
            rows.append(("file", "\(name)  \(Self.size(of: "\(folder.path)/\(name)"))  sha256:\(hash)"))
        }
    }

    /// One line for each row, titles aligned.
    var lines: [String] {
        let width = rows.map(\.title.count).max() ?? 0
        return rows.map { $0.title.padding(toLength: width, withPad: " ", startingAt: 0) + "  " + $0.text }
    }

    private static func text(_ text: BundleConfiguration.Text, _ folder: BundleFolder) throws -> String {
        "CLIP text transformer, \(text.encoder.layers) layers of width \(text.encoder.width), "
            + "to \(text.encoder.embeddingDimension) dimensions, \(try parameters(text.weights, folder))"
    }

    private static func visual(_ visual: BundleConfiguration.Visual, _ folder: BundleFolder) throws -> String {
        let architecture =
            switch visual.architecture {
            case .drn(let drn): "DRN-D, \(drn.block.rawValue) blocks \(drn.blocks), channels \(drn.channels)"
            case .dpt(let dpt): "DPT, \(dpt.backbone.depth) blocks of width \(dpt.backbone.width), hooks \(dpt.hooks)"
            case .sazsViT(let vit):
                "SAZS vision transformer, \(vit.backbone.depth) blocks of width \(vit.backbone.width)"
            case .clip(let clip): self.clip(clip)
            }
        return "\(architecture), at most \(visual.maxSide) pixels a side, \(try parameters(visual.weights, folder))"
    }

    private static func clip(_ clip: CLIPVisualEncoder.Configuration) -> String {
        let readout =
            switch clip.readout {
            case .maskCLIP(let keepsResidual): "MaskCLIP\(keepsResidual ? " with residual" : "")"
            case .proxyCLIP(let guidance, let beta, let gamma):
                "ProxyCLIP over \(guidance == .keys ? "keys" : "tokens"), β \(beta), γ \(gamma)"
            }
        let window = clip.window.map { ", windows of \($0.side) pixels every \($0.stride)" } ?? ""
        return "CLIP vision transformer, \(clip.backbone.depth) blocks of width \(clip.backbone.width), "
            + "patch \(clip.backbone.patch), \(readout)\(window)"
    }

    private static func spectral(_ spectral: BundleConfiguration.Spectral, _ folder: BundleFolder) throws -> String {
        let encoder = spectral.encoder
        return "vision transformer, \(encoder.depth) blocks of width \(encoder.width), patch \(encoder.patch), "
            + "at most \(spectral.maxTokens) tokens, \(try parameters(spectral.weights, folder))"
    }

    private static func fusion(_ fusion: BundleConfiguration.Fusion) -> String {
        "\(fusion.rule.rawValue), τ \(fusion.tau), γ \(fusion.gamma), α \(fusion.alpha), λ \(fusion.lambda), "
            + "\(fusion.eigensegments) eigensegments"
    }

    private static func parameters(_ weights: String, _ folder: BundleFolder) throws -> String {
        let file = try SafetensorsFile(path: "\(folder.path)/\(weights)")
        let count = file.names.reduce(0) { $0 + (file.shape(of: $1) ?? []).reduce(1, *) }
        return String(format: "%.1f M parameters", Double(count) / 1e6)
    }

    private static func quoted(_ texts: [String]) -> String { texts.map { "\"\($0)\"" }.joined(separator: ", ") }

    private static func size(of path: String) -> String {
        let bytes = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        return bytes < 100_000
            ? String(format: "%.1f kB", Double(bytes) / 1e3) : String(format: "%.1f MB", Double(bytes) / 1e6)
    }
}
