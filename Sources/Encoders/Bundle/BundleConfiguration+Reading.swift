import Tensors

extension BundleConfiguration {
    /// Reads the text of a `bundle.json`.
    ///
    /// - Parameter path: the file, for messages.
    /// - Throws: ``BundleError`` at the first unknown, missing or mistyped field.
    public init(parsing bytes: [UInt8], path: String) throws {
        let value: JSONValue
        do { value = try JSONValue(parsing: bytes) } catch let error as JSONError {
            throw BundleError.notJSON(path: path, error.description)
        }
        try self.init(value, path: path)
    }

    /// - Throws: ``BundleError`` at the first unknown, missing or mistyped field.
    init(_ value: JSONValue, path: String) throws {
        let fields = try BundleFields(value, path: path)
        guard try fields.positive("format") == 1 else {
            throw fields.fault(
                "format", "this program reads format 1 alone; use the version that the bundle was made for")
        }
        try fields.allow(
            "format", "name", "version", "license", "text", "visual", "spectral", "prompts", "logit_scale", "fusion",
            "presence", "selftest", "files")
        name = try fields.string("name")
        version = try fields.string("version")
        license = try fields.string("license")
        text = try Text(fields.object("text"))
        visual = try Visual(fields.object("visual"))
        spectral = try Spectral(fields.object("spectral"))
        prompts = try Prompts(fields.object("prompts"))
        logitScale = try fields.number("logit_scale")
        fusion = try Fusion(fields.object("fusion"))
        presence = try Presence(fields.object("presence"))
        selfTest = try fields.has("selftest") ? SelfTest(fields.object("selftest")) : nil
        files = try Self.files(fields.object("files"))
        if let file = usedFiles.first(where: { files[$0] == nil }) {
            throw BundleError.unlisted(path: path, file: file)
        }
    }

    /// The files that the bundle's parts name.
    var usedFiles: [String] {
        [text.weights, text.vocabulary, text.merges, visual.weights, spectral.weights]
            + (selfTest.map { [$0.image, $0.labelMap] } ?? [])
    }

    private static func files(_ fields: BundleFields) throws -> [String: String] {
        var files: [String: String] = [:]
        for (name, digest) in try fields.digests() {
            guard !name.isEmpty, !name.hasPrefix("."), !name.contains("/") else {
                throw fields.fault(name, "a bundle's files lie in its folder itself; this name leads elsewhere")
            }
            files[name] = digest
        }
        return files
    }
}

extension BundleConfiguration.Text {
    init(_ fields: BundleFields) throws {
        try fields.allow(
            "architecture", "weights", "vocabulary", "merges", "width", "layers", "heads", "mlp_width",
            "context_length", "embedding_dimension", "activation", "epsilon")
        try fields.expectArchitecture("clip-text")
        guard try fields.positive("context_length") >= 2 else {
            throw fields.fault("context_length", "expected at least 2, the start and the end of a text; found 1")
        }
        weights = try fields.string("weights")
        vocabulary = try fields.string("vocabulary")
        merges = try fields.string("merges")
        encoder = CLIPTextEncoder.Configuration(
            width: try fields.positive("width"), layers: try fields.positive("layers"),
            heads: try fields.heads(), mlpWidth: try fields.positive("mlp_width"),
            contextLength: try fields.positive("context_length"),
            embeddingDimension: try fields.positive("embedding_dimension"), epsilon: try fields.epsilon("epsilon"),
            activation: try fields.named("activation", in: Activation.names))
    }
}

extension BundleConfiguration.Spectral {
    init(_ fields: BundleFields) throws {
        try fields.allow(
            "architecture", "weights", "width", "depth", "heads", "mlp_width", "patch", "position_grid", "epsilon",
            "activation", "position_rule", "registers", "layer_scale", "preprocessing")
        try fields.expectArchitecture("vit")
        weights = try fields.string("weights")
        encoder = try fields.transformer(
            fields.named("position_rule", in: VisionTransformer.PositionRule.names),
            registers: fields.has("registers") ? fields.positive("registers") : 0,
            layerScale: fields.has("layer_scale") ? fields.bool("layer_scale") : false)
        let input = try fields.object("preprocessing")
        try input.allow("max_tokens", "mean", "std", "interpolation", "antialias")
        maxTokens = try input.positive("max_tokens")
        preprocessing = try BundleConfiguration.Preprocessing(input)
    }
}

extension BundleConfiguration.Preprocessing {
    init(_ fields: BundleFields) throws {
        mean = try fields.numbers("mean", count: 3)
        deviation = try fields.numbers("std", count: 3)
        guard deviation.allSatisfy({ $0 > 0 }) else { throw fields.fault("std", "expected three numbers above 0") }
        interpolation = try fields.named("interpolation", in: Interpolation.names)
        antialias = try fields.bool("antialias")
    }
}

extension BundleConfiguration.Prompts {
    init(_ fields: BundleFields) throws {
        try fields.allow("templates", "background")
        templates = try fields.strings("templates")
        background = try fields.strings("background")
        guard !templates.isEmpty, templates.allSatisfy({ $0.contains("{}") }) else {
            throw fields.fault("templates", "expected at least one template, each with {} where the name goes")
        }
        guard !background.isEmpty else { throw fields.fault("background", "expected at least one prompt") }
    }
}

extension BundleConfiguration.Fusion {
    init(_ fields: BundleFields) throws {
        try fields.allow("rule", "tau", "gamma", "alpha", "lambda", "eigensegments")
        rule = try fields.choice("rule", of: FusionRule.self)
        tau = try fields.number("tau")
        gamma = try fields.number("gamma")
        alpha = try fields.number("alpha")
        lambda = try fields.number("lambda")
        eigensegments = try fields.positive("eigensegments")
        for (name, value) in [("alpha", alpha), ("lambda", lambda), ("gamma", gamma)] where value < 0 {
            throw fields.fault(name, "expected a number from 0 on")
        }
    }
}

extension BundleConfiguration.Presence {
    init(_ fields: BundleFields) throws {
        try fields.allow("a", "b", "threshold")
        a = try fields.number("a")
        b = try fields.number("b")
        threshold = try fields.number("threshold")
    }
}

extension BundleConfiguration.SelfTest {
    init(_ fields: BundleFields) throws {
        try fields.allow("image", "label_map", "classes")
        image = try fields.string("image")
        labelMap = try fields.string("label_map")
        classes = try fields.strings("classes")
    }
}

extension BundleFields {
    func expectArchitecture(_ known: String...) throws {
        let found = try string("architecture")
        guard known.contains(found) else {
            throw fault("architecture", "\"\(found)\" is not known; known here are \(known.joined(separator: ", "))")
        }
    }

    /// The sizes and choices that every transformer over pictures has.
    func transformer(
        _ positionRule: VisionTransformer.PositionRule, registers: Int = 0, layerScale: Bool = false
    ) throws -> VisionTransformer.Configuration {
        let grid = try positives("position_grid", count: 2)
        return VisionTransformer.Configuration(
            width: try positive("width"), depth: try positive("depth"), heads: try heads(),
            mlpWidth: try positive("mlp_width"), patch: try positive("patch"),
            positionGrid: .init(rows: grid[0], columns: grid[1]), positionRule: positionRule,
            epsilon: try epsilon("epsilon"), activation: try named("activation", in: Activation.names),
            registers: registers, layerScale: layerScale)
    }

    /// The number of heads, which must divide the width.
    func heads() throws -> Int {
        let (heads, width) = (try positive("heads"), try positive("width"))
        guard width % heads == 0 else { throw fault("heads", "\(heads) heads do not divide the width \(width)") }
        return heads
    }
}
