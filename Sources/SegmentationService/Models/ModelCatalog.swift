import Encoders
import Synchronization

/// The models that requests may name, in the operator's order; the first answers those that name none.
public final class ModelCatalog: Sendable {
    let sources: [ModelSource]
    private let current: Mutex<[Model]>

    /// Reads the outline of every bundle.
    ///
    /// - Parameter sources: at least one.
    /// - Throws: what a bundle is refused for without reading its weights; two that are the same.
    public init(_ sources: [ModelSource]) throws {
        precondition(!sources.isEmpty, "a service has at least one model")
        self.sources = sources
        var models: [Model] = []
        for source in sources {
            let model = try Model(source)
            try Self.requireUnlike(model, source, Array(zip(models, sources))[...])
            models.append(model)
        }
        current = Mutex(models)
    }

    var models: [Model] { current.withLock { $0 } }
    var first: Model { current.withLock { $0[0] } }

    /// The first model of that name, of that `name@version`, or of that `sha256:` digest.
    func named(_ name: String) -> Model? {
        let models = models
        return models.first { $0.outline.configuration.name == name }
            ?? models.first { $0.title == name || "sha256:\($0.digest)" == name }
    }

    /// What the place of a model holds now; it does not answer yet.
    ///
    /// - Throws: as ``init(_:)``
    func reread(_ index: Int) throws -> Model {
        let model = try Model(sources[index])
        let others = Array(zip(models, sources))
        try Self.requireUnlike(model, sources[index], others[..<index] + others[(index + 1)...])
        return model
    }

    /// From now on requests are accepted for this model in place of the one that was there.
    func replace(_ index: Int, by model: Model) { current.withLock { $0[index] = model } }

    private static func requireUnlike(
        _ model: Model, _ source: ModelSource, _ others: ArraySlice<(Model, ModelSource)>
    ) throws {
        guard let other = others.first(where: { $0.0.title == model.title }) else { return }
        throw ModelFailure.same(title: model.title, first: other.1.name, second: source.name)
    }

    /// What is served, a line for each, for the operator to see.
    public var lines: [String] {
        zip(models, sources).map { model, source in
            "bundle \(model.title) (\(source.name)) sha256:\(model.digest), \(model.sizes.weights >> 20) MB of weights, "
                + "from \(model.outline.path)"
        }
    }
}
