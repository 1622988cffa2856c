import Encoders
import Foundation
import Imaging
import Tensors
import TestSupport
import Testing

@testable import Segmentation

@Suite("Sums over regions")
struct RegionTallyTests {
    private let context = ExecutionContext(team: ThreadTeam(threads: 2))

    /// The regions of a labelling in which every class is present.
    private func regions(_ scene: FusionScene, _ labelling: Labelling) -> LabelRegions {
        let channels = scene.logits.shape[2]
        let labels = (0..<channels).map { $0 == scene.background ? 0 : UInt16($0 + 1) }
        return LabelRegions(labelling.labelMap(labels, picture: scene.picture), connected: true)
    }

    @Test("Scores and runners-up of components equal their textbook versions: 60 random pictures")
    func textbook() throws {
        for seed in 0..<60 {
            var random = SplitMix64(seed: 0x7A11 + UInt64(seed))
            let scene = FusionScene.random(&random)
            let labelling = try scene.fusion(context)(.select, context)
            let regions = regions(scene, labelling)
            let classes = scene.background ?? scene.logits.shape[2]
            let tally = try RegionTally(
                of: regions, labelling.field, labelling.eigensegments, classes: classes, withAllClasses: true, context)
            let masks = regions.runLengths().map { $0.mask().bits }
            for (region, mask) in masks.enumerated() {
                let own = Int(regions.regions[region].label) - 1
                let means = scene.textbook.meanProbabilities(inside: mask)
                #expect(abs(tally.semanticScore(of: region) - means[own]) < 1e-5, "seed \(seed)")
                let shape = scene.textbook.shapeScore(of: mask.map { $0 ? 1 : 0 }, channel: 1)
                #expect(tally.shapeScore(of: region) == shape, "seed \(seed)")
                let best = (0..<classes).filter { $0 != own }.map { means[$0] }.max()
                let runnerUp = tally.runnerUp(of: region)
                #expect((runnerUp == nil) == (best == nil), "seed \(seed)")
                guard let best, let runnerUp else { continue }
                #expect(runnerUp.classIndex != own && abs(runnerUp.semanticScore - best) < 1e-5, "seed \(seed)")
                #expect(abs(means[runnerUp.classIndex] - best) < 1e-5, "seed \(seed)")
            }
        }
    }

    @Test("Of classes that are equally probable the first is the runner-up")
    func ties() throws {
        let scene = FusionScene(
            logits: Tensor([1, 1, 4], [1, 0.5, 2, 1]), picture: PictureSize(width: 40, height: 30))
        let labelling = try scene.fusion(context)(.none, context)
        let tally = try RegionTally(
            of: regions(scene, labelling), labelling.field, nil, classes: 4, withAllClasses: true, context)
        #expect(tally.runnerUp(of: 0)?.classIndex == 0)
    }

    @Test("Sums do not depend on the order of what is added, and what is not a number adds nothing")
    func order() {
        var random = SplitMix64(seed: 0x5_0F)
        let numbers = (0..<1000).map { _ in random.float(0...1) } + [.nan]
        let sums = [numbers, numbers.reversed(), numbers.shuffled(using: &random)].map { numbers in
            numbers.reduce(into: ProbabilitySum()) { $0 += $1 }
        }
        #expect(sums[0] == sums[1] && sums[0] == sums[2])
        #expect(abs(sums[0].value - numbers.dropLast().reduce(0) { $0 + Double($1) }) < 1e-6)
    }
}

extension TextbookFusion {
    /// Mean softmax probability of each channel over the pixels of a mask.
    fileprivate func meanProbabilities(inside mask: [Bool]) -> [Double] {
        let pixels = logits.indices.filter { mask[$0] }
        let sums = pixels.reduce(into: [Double](repeating: 0, count: logits[0].count)) { sums, pixel in
            let powers = logits[pixel].map { exp(Double($0)) }
            let total = powers.reduce(0, +)
            for channel in sums.indices { sums[channel] += powers[channel] / total }
        }
        return sums.map { $0 / Double(pixels.count) }
    }
}
