import Segmentation
import Synchronization
import Tensors
import TestSupport
import Testing

@testable import Encoders

@Suite("A bundle whose encoder is guided by the spectral stage's transformer")
struct GuidedBundleTests {
    private let scratch: ScratchFolder
    private let segmenter: Segmenter
    private let classes = ["cat", "dog", "sky", "road"].map { ClassQuery($0) }

    init() throws {
        scratch = try ScratchFolder()
        try RandomBundle.tiny(.proxyCLIP).write(to: scratch.path("bundle"), context)
        segmenter = try Segmenter(ModelBundle(directory: scratch.path("bundle"), engine: Engine()))
    }

    @Test("gives the same answer for 1, 2 and 3 threads", arguments: FusionRule.allCases)
    func threads(rule: FusionRule) throws {
        var options = SegmentationOptions()
        (options.fusion, options.background, options.include) = (rule, .none, [.rle, .eigensegments])
        let answers = try contexts.map { try segmenter.segment(scene(), into: classes, options, $0) }
        #expect(answers[0].fusion == rule)
        let texts = answers.map { $0.json(id: "req_0").compact }
        #expect(texts.allSatisfy { $0 == texts[0] })
    }

    /// Counts how often work asks whether to stop: as often for the same work.
    private func checks(_ body: (ExecutionContext) throws -> Void) rethrows -> Int {
        let count = Mutex(0)
        try body(ExecutionContext(team: ThreadTeam(threads: 1)) { count.withLock { $0 += 1 } })
        return count.withLock { $0 }
    }

    @Test("runs the transformer once, for the encoder and for the shapes")
    func once() throws {
        try RandomBundle.tiny(.maskCLIP).write(to: scratch.path("unguided"), context)
        let unguided = try Segmenter(ModelBundle(directory: scratch.path("unguided"), engine: Engine()))
        let picture = try scene()
        let pass = try checks { _ = try segmenter.bundle.spectral.keys(Tensor(zeros: [160, 160, 3]), $0) }
        let costs = try [segmenter, unguided].map { segmenter in
            try checks { _ = try segmenter.encode(picture, $0) }
                - checks { _ = try segmenter.encode(picture, withShapes: false, $0) }
        }
        #expect(pass > 0)
        #expect(costs[0] + pass / 2 < costs[1], "shapes cost \(costs[0]), unguided \(costs[1]), a pass \(pass)")
    }

    @Test("needs the transformer also where no shapes are asked for, and has none then")
    func withoutShapes() throws {
        var options = SegmentationOptions()
        (options.fusion, options.background) = (FusionRule.none, .none)
        let answer = try segmenter.segment(scene(), into: classes, options, context)
        #expect(answer.timings.spectral > 0)
        #expect(answer.segments.allSatisfy { $0.shapeScore == nil })
    }
}
