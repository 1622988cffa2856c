import Encoders
import Spectral
import Tensors
import TestSupport
import Testing

@testable import Segmentation

@Suite("Propagation within fusion")
struct PropagationTests {
    private let context = ExecutionContext(team: ThreadTeam(threads: 2))

    private func labels(_ labelling: Labelling) -> [Int] { labelling.bands.flatMap(\.self).map(Int.init) }

    /// `logits + up(Y − down(logits))` at every pixel, whole maps at a time.
    private func textbookLogits(_ scene: FusionScene, _ shapes: PictureShapes) throws -> [[Float]] {
        let (height, width) = (shapes.affinity.height, shapes.affinity.width)
        let down = try interpolate(
            scene.logits, height: height, width: width, .bilinear(alignCorners: false), antialias: true, context)
        let channels = down.shape[2]
        let smooth = try propagate(
            down.reshaped([height * width, channels]), on: shapes.affinity, alpha: scene.parameters.alpha, context)
        let correction = Tensor(down.shape, zip(smooth.values, down.values).map { $0 - $1 })
        let (plain, added) = (
            TextbookFusion.upsampled(scene.logits, scene.picture), TextbookFusion.upsampled(correction, scene.picture)
        )
        return zip(plain, added).map { zip($0, $1).map { $0 + $1 } }
    }

    @Test("By bands, propagate and select+propagate equal their textbook versions: 60 random pictures")
    func textbook() throws {
        var random = SplitMix64(seed: 0xB0_0C)
        var changed = 0
        for _ in 0..<60 {
            var scene = FusionScene.random(&random)
            scene.parameters.alpha = random.float(0...20)
            let fusion = try scene.fusion(context)
            let shapes = try #require(fusion.shapes)
            var textbook = scene.textbook
            let plain = textbook.argmax
            textbook.logits = try textbookLogits(scene, shapes)
            let propagated = try labels(fusion(.propagate, context))
            #expect(propagated == textbook.argmax)
            let selected = try labels(fusion(.selectAfterPropagate, context))
            #expect(selected == textbook.select(tau: scene.parameters.tau, gamma: scene.parameters.gamma))
            changed += propagated == plain ? 0 : 1
        }
        #expect(changed > 20, "pictures that propagation changes")
    }

    @Test("α = 0 changes nothing")
    func identity() throws {
        var random = SplitMix64(seed: 3)
        var scene = FusionScene.random(&random)
        scene.parameters.alpha = 0
        let fusion = try scene.fusion(context)
        #expect(try labels(fusion(.propagate, context)) == labels(fusion(.none, context)))
    }
}
