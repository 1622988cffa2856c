import Encoders
import Tensors
import TestSupport
import Testing

@testable import Segmentation

/// One picture for the fusion rules.
struct FusionScene {
    var logits: Tensor
    var vectors: Tensor?
    var background: Int?
    var picture: PictureSize
    var parameters = FusionParameters(tau: 0.5, gamma: 1, alpha: 1)

    func fusion(_ context: ExecutionContext) throws -> Fusion {
        Fusion(
            logits: logits, background: background, picture: picture,
            shapes: try vectors.map { try .made(vectors: $0, context) }, parameters: parameters)
    }

    var textbook: TextbookFusion {
        TextbookFusion(logits: logits, vectors: vectors, background: background, picture: picture)
    }

    static func random(_ random: inout SplitMix64) -> FusionScene {
        let channels = random.integer(1...20)
        let logits = random.map(channels)
        var vectors = random.map(random.integer(1...5))
        if vectors.shape[0] == logits.shape[0], vectors.shape[1] == logits.shape[1] {
            // A shape that agrees with a class, so that classes are replaced.
            vectors = Tensor(
                logits.shape.dropLast() + [1],
                (0..<logits.count / channels).map { position in
                    logits.values[position * channels] - 0.2 + 0.3 * random.float()
                })
        }
        return FusionScene(
            logits: logits, vectors: vectors, background: random.integer(0...1) == 1 ? channels - 1 : nil,
            picture: PictureSize(width: random.integer(1...70), height: random.integer(1...70)),
            parameters: FusionParameters(
                tau: random.float(0...0.7), gamma: random.float(0...2), alpha: 1))
    }
}

extension SplitMix64 {
    /// A random map with 3 to 6 rows and columns.
    mutating func map(_ channels: Int) -> Tensor {
        let (height, width) = (integer(3...6), integer(3...6))
        return Tensor([height, width, channels], (0..<height * width * channels).map { _ in 2 * float() })
    }
}

@Suite("Fusion")
struct FusionTests {
    private let context = ExecutionContext(team: ThreadTeam(threads: 2))

    private func labels(_ labelling: Labelling) -> [Int] { labelling.bands.flatMap(\.self).map(Int.init) }

    @Test("By bands, every rule without a graph equals its textbook version: 200 random pictures")
    func textbook() throws {
        var random = SplitMix64(seed: 0xF05_10)
        var replacing = 0
        for _ in 0..<200 {
            let scene = FusionScene.random(&random)
            let plain = try scene.fusion(context)(.none, context)
            #expect(labels(plain) == scene.textbook.argmax)
            let selected = try scene.fusion(context)(.select, context)
            let expected = scene.textbook.select(tau: scene.parameters.tau, gamma: scene.parameters.gamma)
            #expect(labels(selected) == expected)
            replacing += expected == scene.textbook.argmax ? 0 : 1
            expectScores(selected, scene.textbook, expected)
        }
        #expect(replacing > 40, "pictures that select changes")
    }

    private func expectScores(_ labelling: Labelling, _ textbook: TextbookFusion, _ labels: [Int]) {
        for (channel, expected) in textbook.semanticScores(of: labels).enumerated() {
            let area = labelling.histogram.area(of: channel)
            #expect(area == labels.count { $0 == channel })
            guard let expected else { continue }
            #expect(abs(labelling.confidence[channel].value / Double(area) - expected) < 1e-5)
            let shape = labelling.histogram.shapeScore(of: channel)
            #expect(shape == textbook.shapeScore(of: labels, channel: channel))
        }
    }

    @Test("none, select and their scores equal numpy's")
    func goldens() throws {
        for golden in try Golden.cases("fusion") {
            let size = try golden.numbers(golden["size"])
            let scene = FusionScene(
                logits: try golden.tensor("logits"), vectors: try golden.tensor("vectors"),
                background: golden["background"]?.integer,
                picture: PictureSize(width: Int(size[1]), height: Int(size[0])),
                parameters: FusionParameters(
                    tau: Float(try golden.number("tau")), gamma: Float(try golden.number("gamma")), alpha: 1))
            #expect(try labels(scene.fusion(context)(.none, context)) == golden.labels("none"))
            let selected = try scene.fusion(context)(.select, context)
            #expect(try labels(selected) == golden.labels("select"))
            for channel in 0..<scene.logits.shape[2] {
                let area = selected.histogram.area(of: channel)
                if let semantic = golden["semantic_scores"]?.array?[channel].number {
                    #expect(abs(selected.confidence[channel].value / Double(area) - semantic) < 1e-4)
                }
                let shape = try #require(golden["shape_scores"]?.array?[channel].number)
                #expect(abs((selected.histogram.shapeScore(of: channel) ?? -1) - shape) < 1e-12)
            }
        }
    }

    @Test("The same labels and sums for 1, 2 and 3 threads")
    func threads() throws {
        var random = SplitMix64(seed: 0x7_EA)
        let scene = FusionScene(
            logits: random.map(7), vectors: random.map(3), background: 6, picture: PictureSize(width: 801, height: 607))
        let answers = try [1, 2, 3].map { threads in
            let context = ExecutionContext(team: ThreadTeam(threads: threads))
            return try scene.fusion(context)(.select, context)
        }
        for answer in answers.dropFirst() {
            #expect(answer.bands == answers[0].bands)
            #expect(answer.confidence == answers[0].confidence)
            #expect(answer.histogram == answers[0].histogram)
        }
    }

    @Test("Work stops at the band at which it is cancelled")
    func cancellation() throws {
        struct Cancelled: Error {}
        var random = SplitMix64(seed: 1)
        let scene = FusionScene(
            logits: random.map(9), vectors: nil, background: nil, picture: PictureSize(width: 500, height: 4000))
        let context = ExecutionContext(team: ThreadTeam(threads: 1)) { throw Cancelled() }
        #expect(throws: Cancelled.self) { try scene.fusion(context)(.none, context) }
    }
}
