import Dispatch
import Segmentation
import Tensors

extension SegmentationService {
    /// The model that a request names, or the first.
    ///
    /// - Throws: ``Problem`` 422 for one that is not served, 503 for one that could not be loaded just now.
    func model(_ asked: AskedModel?) throws -> Model {
        guard let asked else { return models.first }
        guard let model = models.named(asked.name) else {
            throw Problem.unknownModel(asked, known: models.models.map(\.title))
        }
        try model.refuseAfterFailure(at: configuration.clock())
        return model
    }

    /// Sees to it that the model is loaded: beside the workers, so that requests for others go on, and once although
    /// many ask at once. Jobs that need it wait in the queue.
    func require(_ model: Model) {
        guard model.claimLoad(at: configuration.clock()) else { return }
        loading.async { [self] in
            do {
                try load(model)
                observation.log("loaded the bundle \(model.title)")
            } catch {
                observation.log("did not load the bundle \(model.title), which is tried again in a minute: \(error)")
            }
            queue.wake()
        }
    }

    /// Loads a model on the calling thread; loads run one after the other, so that their memory does not add up.
    func load(_ model: Model) throws {
        dispatchPrecondition(condition: .onQueue(loading))
        let context = ExecutionContext(team: ThreadTeam(threads: configuration.threads))
        defer { observation.metrics.countLoad(isReady: model.isReady) }
        try model.load(context, now: configuration.clock)
    }

    /// What can be read again while requests are answered: each bundle, by the name that its operator gives it.
    public var modelReloads: [(name: String, run: @Sendable () throws -> Void)] {
        models.sources.enumerated().map { index, source in
            (source.name, { [self] in try loading.sync { try reload(index) } })
        }
    }

    /// Loads what a bundle's place holds now beside the old one and then puts it in its place. Requests that were
    /// accepted before end with the old one.
    ///
    /// - Throws: what the new one is refused for; then nothing has changed.
    private func reload(_ index: Int) throws {
        let (old, new) = (models.models[index], try models.reread(index))
        guard new.digest != old.digest else { return old.allowRetry(at: configuration.clock()) }
        if old.isReady { try load(new) }
        models.replace(index, by: new)
        images.forgetFeatures(of: old.digest)
        observation.log("\(new.title) sha256:\(new.digest) answers in place of \(old.title) sha256:\(old.digest)")
    }
}
