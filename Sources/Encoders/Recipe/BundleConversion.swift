import Foundation
public import Tensors

extension BundleRecipe {
    /// Makes the bundle of downloaded files, in a new folder that has its name only once it is complete.
    ///
    /// Tensors go from file to file one at a time, as F32.
    ///
    /// - Parameters:
    ///   - directory: must not exist; the folder that it lies in must.
    ///   - place: where a downloaded file of a source lies.
    ///   - progress: told of the bytes of weights written so far, and in all.
    /// - Throws: ``BundleError``; ``SafetensorsError`` for tensors that are missing, left over, of another shape or not
    ///   finite; what the context throws to stop. Nothing is left behind then.
    public func convert(
        to directory: String, _ context: ExecutionContext, place: (_ source: String, _ file: String) -> String,
        progress: (_ written: Int, _ total: Int) -> Void = { _, _ in }
    ) throws {
        let copies = try copiedParts(place)
        let plans = try weightPlans(copies, place)
        try requireAllUsed(plans)
        let folder = try NewFolder(directory)
        var digests = try copies.map { ($0.name, try folder.write($0.bytes, to: $0.name)) }
        let total = plans.reduce(0) { $0 + $1.byteCount }
        var written = 0
        for plan in plans {
            let digest = try plan.write(to: folder.place(of: plan.part.name), context) {
                written += $0
                progress(written, total)
            }
            digests.append((plan.part.name, digest))
        }
        let configuration = try BundleConfiguration(bundle, digests: digests, path: "\(directory)/bundle.json")
        _ = try folder.write(Array((configuration.json.indented + "\n").utf8), to: "bundle.json")
        try folder.commit()
    }

    /// The files that are no weights.
    private func copiedParts(_ place: (String, String) -> String) throws -> [(name: String, bytes: [UInt8])] {
        try parts.filter { !weightFiles.contains($0.name) }.map { part in
            let path = place(part.source, part.file)
            do { return (part.name, Array(try Data(contentsOf: URL(filePath: path)))) } catch {
                throw BundleError.unreadable(path: path, error.localizedDescription)
            }
        }
    }

    private var weightFiles: [String] {
        [configuration.text.weights, configuration.visual.weights, configuration.spectral.weights]
    }

    private func weightPlans(
        _ copies: [(name: String, bytes: [UInt8])], _ place: (String, String) -> String
    ) throws -> [WeightPlan] {
        let layouts = try layouts(copies)
        return try parts.compactMap { part in
            guard let layout = layouts[part.name] else { return nil }
            return try WeightPlan(
                part, layout, file: SafetensorsFile(path: place(part.source, part.file), admitsOtherTypes: true),
                label: label(part))
        }
    }

    /// The tensors that each weight file must hold.
    private func layouts(_ copies: [(name: String, bytes: [UInt8])]) throws -> [String: WeightLayout] {
        func bytes(_ name: String) -> [UInt8] { copies.first { $0.name == name }?.bytes ?? [] }
        let text = configuration.text
        let tokenizer: BytePairTokenizer
        do {
            tokenizer = try BytePairTokenizer(vocabulary: bytes(text.vocabulary), merges: bytes(text.merges))
        } catch let fault as TokenizerError {
            throw BundleError.tokenizer(vocabulary: text.vocabulary, merges: text.merges, fault)
        }
        return try configuration.layouts(tokenizer).reduce(into: [:]) { $0[$1.file] = $1.layout }
    }

    /// What messages call a part's file.
    private func label(_ part: Part) -> String {
        let repository = sources.first { $0.name == part.source }?.repository ?? part.source
        return "\(repository)/\(part.file)"
    }

    /// - Throws: ``SafetensorsError/unused(file:tensors:)`` where a checkpoint holds what no part takes or ignores.
    private func requireAllUsed(_ plans: [WeightPlan]) throws {
        for (label, plans) in Dictionary(grouping: plans, by: \.label).sorted(by: { $0.key < $1.key }) {
            let used = Set(plans.flatMap { $0.assignments.flatMap(\.sources) })
            let ignored = plans.flatMap { $0.part.ignored + $0.part.mapping.ignored }
            let unused = (plans.first?.file.names ?? []).filter {
                !used.contains($0) && !TensorMapping.isIgnored($0, ignored)
            }
            guard unused.isEmpty else { throw SafetensorsError.unused(file: label, tensors: unused) }
        }
    }
}
