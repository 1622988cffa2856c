public import Tensors

extension BundleConfiguration {
    /// The text of a `bundle.json` that reads back as this.
    public var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("format", 1), .init("name", .string(name)), .init("version", .string(version)),
            .init("license", .string(license)), .init("text", text.json), .init("visual", visual.json),
            .init("spectral", spectral.json), .init("prompts", prompts.json),
            .init("logit_scale", JSONValue(logitScale)), .init("fusion", fusion.json), .init("presence", presence.json),
        ]
        if let selfTest { members.append(.init("selftest", selfTest.json)) }
        let digests = files.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) }
        return .object(members + [.init("files", .object(digests))])
    }
}

extension BundleConfiguration.Text {
    fileprivate var json: JSONValue {
        [
            "architecture": "clip-text", "weights": .string(weights), "vocabulary": .string(vocabulary),
            "merges": .string(merges), "width": JSONValue(encoder.width), "layers": JSONValue(encoder.layers),
            "heads": JSONValue(encoder.heads), "mlp_width": JSONValue(encoder.mlpWidth),
            "context_length": JSONValue(encoder.contextLength),
            "embedding_dimension": JSONValue(encoder.embeddingDimension),
            "activation": .name(of: encoder.activation, in: Activation.names), "epsilon": JSONValue(encoder.epsilon),
        ]
    }
}

extension BundleConfiguration.Spectral {
    fileprivate var json: JSONValue {
        .object(
            [.init("architecture", "vit"), .init("weights", .string(weights))] + encoder.members + [
                .init("position_rule", .name(of: encoder.positionRule, in: VisionTransformer.PositionRule.names)),
                .init(
                    "preprocessing",
                    .object([.init("max_tokens", JSONValue(maxTokens))] + preprocessing.members)),
            ])
    }
}

extension VisionTransformer.Configuration {
    /// The fields that every transformer over pictures has.
    var members: [JSONValue.Member] {
        [
            .init("width", JSONValue(width)), .init("depth", JSONValue(depth)), .init("heads", JSONValue(heads)),
            .init("mlp_width", JSONValue(mlpWidth)), .init("patch", JSONValue(patch)),
            .init("position_grid", [JSONValue(positionGrid.rows), JSONValue(positionGrid.columns)]),
            .init("epsilon", JSONValue(epsilon)), .init("activation", .name(of: activation, in: Activation.names)),
        ] + (registers > 0 ? [.init("registers", JSONValue(registers))] : [])
            + (layerScale ? [.init("layer_scale", true)] : [])
    }
}

extension BundleConfiguration.Preprocessing {
    var members: [JSONValue.Member] {
        [
            .init("mean", .array(mean.map { JSONValue($0) })), .init("std", .array(deviation.map { JSONValue($0) })),
            .init("interpolation", .name(of: interpolation, in: Interpolation.names)),
            .init("antialias", .bool(antialias)),
        ]
    }
}

extension BundleConfiguration.Prompts {
    fileprivate var json: JSONValue {
        [
            "templates": .array(templates.map { .string($0) }), "background": .array(background.map { .string($0) }),
        ]
    }
}

extension BundleConfiguration.Fusion {
    fileprivate var json: JSONValue {
        [
            "rule": .string(rule.rawValue), "tau": JSONValue(tau), "gamma": JSONValue(gamma),
            "alpha": JSONValue(alpha), "lambda": JSONValue(lambda), "eigensegments": JSONValue(eigensegments),
        ]
    }
}

extension BundleConfiguration.Presence {
    fileprivate var json: JSONValue {
        ["a": JSONValue(a), "b": JSONValue(b), "threshold": JSONValue(threshold)]
    }
}

extension BundleConfiguration.SelfTest {
    fileprivate var json: JSONValue {
        [
            "image": .string(image), "label_map": .string(labelMap), "classes": .array(classes.map { .string($0) }),
        ]
    }
}

extension JSONValue {
    /// The name that a table of ``BundleFields/named(_:in:)`` has for a value.
    static func name<Value: Equatable>(of value: Value, in table: [(name: String, value: Value)]) -> JSONValue {
        guard let entry = table.first(where: { $0.value == value }) else {
            preconditionFailure("bundle.json has no name for \(value)")
        }
        return .string(entry.name)
    }
}
