public import Tensors

/// How a network's tensors come about from a published checkpoint's: rules that rename, join, transpose and reshape, and
/// no more.
///
/// ```json
/// {"rules": [{"tensor": "blocks.{i}.attn.qkv.weight", "from": ["layer.{i}.q.weight", "layer.{i}.k.weight", "layer.{i}.v.weight"]},
///            {"tensor": "text_projection", "from": "text_projection.weight", "transposed": true}],
///  "ignored": ["logit_scale"]}
/// ```
///
/// Several tensors are joined along the first axis. `ignored` names what a checkpoint may hold besides; a star at the end
/// stands for anything.
public struct TensorMapping: Sendable, Equatable {
    struct Rule: Sendable, Equatable {
        let tensor: NamePattern
        let from: [NamePattern]
        /// Whether the checkpoint has the matrix with its axes exchanged.
        let isTransposed: Bool
        /// Whether it has the elements under another shape.
        let isReshaped: Bool
    }

    /// One tensor and where it comes from.
    struct Assignment: Sendable, Equatable {
        let entry: WeightLayout.Entry
        let sources: [String]
        let isTransposed: Bool
        let isReshaped: Bool
    }

    /// Nil where the checkpoint has our names.
    let rules: [Rule]?
    let ignored: [String]

    /// A checkpoint that has our names and nothing else.
    static let identity = TensorMapping(rules: nil, ignored: [])

    /// Where a tensor comes from; nil where no rule makes it.
    func assignment(for entry: WeightLayout.Entry) -> Assignment? {
        guard let rules else {
            return Assignment(entry: entry, sources: [entry.name], isTransposed: false, isReshaped: false)
        }
        for rule in rules {
            guard let number = rule.tensor.number(in: entry.name) else { continue }
            return Assignment(
                entry: entry, sources: rule.from.map { $0.name(number) }, isTransposed: rule.isTransposed,
                isReshaped: rule.isReshaped)
        }
        return nil
    }
}

extension TensorMapping {
    /// - Parameter path: the file or the place in it, for messages.
    /// - Throws: ``BundleError``
    public init(_ value: JSONValue, path: String) throws { try self.init(BundleFields(value, path: path)) }

    init(_ fields: BundleFields) throws {
        try fields.allow("rules", "ignored")
        rules = try fields.objects("rules").map { try Rule($0) }
        ignored = try fields.has("ignored") ? fields.strings("ignored") : []
    }

    static func isIgnored(_ name: String, _ patterns: [String]) -> Bool {
        patterns.contains { $0.hasSuffix("*") ? name.hasPrefix($0.dropLast()) : name == $0 }
    }
}

extension TensorMapping.Rule {
    fileprivate init(_ fields: BundleFields) throws {
        try fields.allow("tensor", "from", "transposed", "reshaped")
        tensor = try Self.pattern(fields.string("tensor"), "tensor", fields)
        let sources = try fields.oneOrMoreStrings("from").map { try Self.pattern($0, "from", fields) }
        from = sources
        isTransposed = try fields.has("transposed") && fields.bool("transposed")
        isReshaped = try fields.has("reshaped") && fields.bool("reshaped")
        guard sources.count == 1 || !isTransposed && !isReshaped else {
            throw fields.fault("from", "several tensors are joined; they are neither transposed nor reshaped")
        }
        guard sources.allSatisfy({ $0.hasPlace == tensor.hasPlace }) else {
            throw fields.fault("from", "\(NamePattern.place) stands on both sides or on neither")
        }
    }

    private static func pattern(_ text: String, _ name: String, _ fields: BundleFields) throws -> NamePattern {
        guard let pattern = NamePattern(text) else {
            throw fields.fault(name, "\"\(text)\" has more than one \(NamePattern.place)")
        }
        return pattern
    }
}
