import Encoders
import Imaging
import Spectral
public import Tensors

extension Segmenter {
    /// What the networks see in a picture: any class list can then be asked of it.
    ///
    /// - Parameter withShapes: whether the spectral stage runs; without it every answer is unfused.
    /// - Throws: what the context throws to stop, or an engine. A spectral stage that fails is no error: the answers say
    ///   so in their warnings.
    public func encode(_ picture: Picture, withShapes: Bool = true, _ context: ExecutionContext) throws
        -> EncodedPicture
    {
        var timings = picture.timings
        var patches: PatchFeatures?
        // One pass serves both the graph and the encoder that it guides.
        if withShapes || bundle.visual.guidance != nil {
            patches = try timings.measure(\.spectral) { try self.patches(of: picture.image, context) }
        }
        let embeddings = try timings.measure(\.encode) { try self.embeddings(of: picture.image, patches, context) }
        var shapes = SpectralOutcome.notRun
        if withShapes, let patches {
            shapes = try timings.measure(\.spectral) { try self.shapes(of: picture.image, patches, context) }
        }
        return EncodedPicture(facts: picture.facts, embeddings: embeddings, shapes: shapes, timings: timings)
    }

    /// `V`: `[h, w, D]`.
    private func embeddings(
        of image: DecodedImage, _ patches: PatchFeatures?, _ context: ExecutionContext
    ) throws -> Tensor {
        let visual = bundle.configuration.visual
        let size = SizeRule.longestSide(maxSide: visual.maxSide, multiple: visual.multiple).size(for: image.size)
        let pixels = try image.tensor(size, visual.preprocessing, context)
        let guide = bundle.visual.guidance.flatMap { patches?.map(of: $0) }
        return try bundle.visual(pixels, guide: guide, context).embeddings
    }

    /// What the self-supervised transformer says of each patch.
    private func patches(of image: DecodedImage, _ context: ExecutionContext) throws -> PatchFeatures {
        let spectral = bundle.configuration.spectral
        let rule = SizeRule.tokenBudget(maxTokens: spectral.maxTokens, patch: spectral.encoder.patch)
        return try bundle.spectral.patchFeatures(
            image.tensor(rule.size(for: image.size), spectral.preprocessing, context),
            withTokens: bundle.visual.guidance == .tokens, context)
    }

    /// The graph of the self-supervised keys and its first divisions.
    private func shapes(
        of image: DecodedImage, _ patches: PatchFeatures, _ context: ExecutionContext
    ) throws -> SpectralOutcome {
        let fusion = bundle.configuration.fusion
        let grid = PictureSize(width: patches.grid.columns, height: patches.grid.rows)
        do {
            let affinity = try Affinity(
                features: patches.keys, grid: (grid.height, grid.width),
                colours: fusion.lambda > 0 ? image.colours(grid, context) : nil, lambda: fusion.lambda, context)
            let spectrum = try spectrum(of: affinity, count: fusion.eigensegments, context)
            return .found(PictureShapes(affinity: affinity, spectrum: spectrum))
        } catch let failure as SpectralFailure {
            return .failed(failure.description)
        }
    }
}

extension DecodedImage {
    /// `[height, width, 3]`, as the network that this preprocessing belongs to takes it.
    func tensor(
        _ size: PictureSize, _ preprocessing: BundleConfiguration.Preprocessing, _ context: ExecutionContext
    ) throws -> Tensor {
        try tensor(
            width: size.width, height: size.height, mean: preprocessing.mean, deviation: preprocessing.deviation,
            preprocessing.interpolation, antialias: preprocessing.antialias, context)
    }

    /// `[h, w, 3]` from 0 to 1: the mean colour around each token.
    fileprivate func colours(_ grid: PictureSize, _ context: ExecutionContext) throws -> Tensor {
        try tensor(
            width: grid.width, height: grid.height, mean: [0, 0, 0], deviation: [1, 1, 1],
            .bilinear(alignCorners: false), antialias: true, context)
    }
}
