import Encoders
import Imaging
import Tensors
import Testing

@testable import Segmentation

@Suite("The segmenter, with the starter bundle")
struct SegmenterTests {
    private let context = Starter.context()

    private func answer(_ change: (inout SegmentationOptions) -> Void = { _ in }) throws -> SegmentationResult {
        var options = SegmentationOptions()
        change(&options)
        return try Starter.segmenter().segment(Starter.scene(), into: Starter.classes, options, context)
    }

    @Test("Every class asked for is listed, in order; what the scene shows is present and what it lacks is not")
    func listed() throws {
        let answer = try answer()
        #expect(answer.classes.map(\.name) == Starter.classes.map(\.name))
        #expect(answer.classes.prefix(6).allSatisfy { $0.present })
        #expect(answer.classes.suffix(2).allSatisfy { !$0.present && $0.area == 0 })
        #expect(answer.segments.map(\.classIndex) == Array(0..<6))
        for segment in answer.segments {
            #expect((0...1).contains(segment.score) && segment.score > 0)
            #expect((0...1).contains(try #require(segment.shapeScore)))
        }
    }

    @Test(
        "Masks and the unlabelled pixels are a partition, and run lengths, label map, areas and JSON agree",
        arguments: FusionRule.allCases, [Background.auto, .none, .prompt("a flat wall")])
    func partition(rule: FusionRule, background: Background) throws {
        let answer = try answer {
            $0.fusion = rule
            $0.background = background
        }
        var owners = [UInt16](repeating: 0, count: answer.labelMap.labels.count)
        for segment in answer.segments {
            let mask = segment.rle.mask()
            #expect(mask.bits.count { $0 } == segment.rle.area)
            #expect(answer.classes[segment.classIndex].area == segment.rle.area)
            for (pixel, inside) in mask.bits.enumerated() where inside {
                #expect(owners[pixel] == 0, "pixel \(pixel) lies in two masks")
                owners[pixel] = UInt16(segment.classIndex + 1)
            }
        }
        #expect(owners == answer.labelMap.labels)
        #expect(owners.count { $0 == 0 } == answer.unlabeledArea)
        if background == .none { #expect(answer.unlabeledArea == 0) }
        let json = answer.json(id: "req_0")
        #expect(json["segments"]?.array?.compactMap { $0["area"]?.integer } == answer.segments.map(\.rle.area))
        #expect(json["unlabeled"]?["area"]?.integer == answer.unlabeledArea)
    }

    @Test("The same JSON but for id and timings, for 1, 2 and 3 threads", arguments: FusionRule.allCases)
    func deterministic(rule: FusionRule) throws {
        let segmenter = try Starter.segmenter()
        var options = SegmentationOptions()
        options.fusion = rule
        options.include = [.rle, .eigensegments]
        let answers = try (1...3).map { threads in
            let context = Starter.context(threads: threads)
            return try segmenter.segment(Starter.scene(context), into: Starter.classes, options, context)
                .json(id: "req_0").compact
        }
        #expect(answers[0] == answers[1])
        #expect(answers[0] == answers[2])
    }

    @Test("Another class list about an encoded picture gives what a request of its own gives")
    func encodedOnce() throws {
        let segmenter = try Starter.segmenter()
        var options = SegmentationOptions()
        options.include = [.rle]
        let encoded = try segmenter.encode(Starter.scene(), context)
        for count in [8, 3, 1] {
            let classes = Array(Starter.classes.suffix(count))
            let later = try segmenter.answer(classes, about: encoded, options, context)
            let alone = try Starter.segmenter().segment(Starter.scene(), into: classes, options, context)
            #expect(later.json(id: "").compact == alone.json(id: "").compact)
            #expect(later.timings.encode == 0 && later.timings.spectral == 0)
        }
    }

    @Test("Without fusion and eigensegments the spectral stage does not run, and there is no shape score")
    func withoutShapes() throws {
        let answer = try answer { $0.fusion = FusionRule.none }
        #expect(answer.timings.spectral == 0)
        #expect(answer.segments.allSatisfy { $0.shapeScore == nil })
        #expect(answer.segments.count == 6)
    }

    @Test("Eigensegments come when asked for, as many as the bundle says, smallest eigenvalue first")
    func eigensegments() throws {
        let answer = try answer { $0.include = [.eigensegments] }
        #expect(answer.eigensegments.count == 5)
        #expect(answer.eigensegments.map(\.eigenvalue) == answer.eigensegments.map(\.eigenvalue).sorted())
        #expect(answer.json()["eigensegments"]?.array?.count == 5)
        #expect(answer.json()["timings_ms"] == nil)
    }

    @Test("A threshold of 1 makes a class absent, and its pixels unlabelled")
    func thresholds() throws {
        let strict = Starter.classes.map { ClassQuery($0.name, threshold: $0.name == "blue star" ? 1 : nil) }
        let answer = try Starter.segmenter().segment(Starter.scene(), into: strict, .init(), context)
        let usual = try self.answer()
        #expect(!answer.classes[1].present && answer.classes[0].present)
        #expect(answer.unlabeledArea == usual.unlabeledArea + usual.classes[1].area)
        let none = try self.answer { $0.presenceThreshold = 1 }
        #expect(none.segments.isEmpty && none.unlabeledArea == none.labelMap.labels.count)
    }

    @Test("A class needs min_area pixels to be present")
    func minArea() throws {
        let usual = try answer()
        let least = try #require(usual.segments.map(\.rle.area).min())
        #expect(try answer { $0.minArea = least }.segments.count == usual.segments.count)
        #expect(try answer { $0.minArea = least + 1 }.segments.count == usual.segments.count - 1)
    }

    @Test("One class without background covers the picture, with a warning")
    func oneClass() throws {
        var options = SegmentationOptions()
        options.background = .none
        let answer = try Starter.segmenter().segment(
            Starter.scene(), into: [ClassQuery("blue star")], options, context)
        #expect(answer.warnings == [.oneClassCoversAll(name: "blue star")])
        #expect(answer.segments.map(\.rle.area) == [answer.labelMap.labels.count])
    }

    @Test("A flat picture is answered, whatever the rule", arguments: FusionRule.allCases)
    func flat(rule: FusionRule) throws {
        var options = SegmentationOptions()
        options.fusion = rule
        let answer = try Starter.segmenter().segment(Starter.flatPicture(), into: Starter.classes, options, context)
        #expect(answer.classes.count == Starter.classes.count)
        #expect(answer.unlabeledArea + answer.segments.reduce(0) { $0 + $1.rle.area } == 96 * 64)
    }

    @Test(
        "Pictures of a few pixels and of extreme shapes are answered", arguments: [(1, 1), (1, 300), (700, 2), (9, 7)])
    func odd(width: Int, height: Int) throws {
        let answer = try Starter.segmenter().segment(
            Starter.flatPicture(width: width, height: height), into: Starter.classes, .init(), context)
        #expect(answer.labelMap.labels.count == width * height)
    }

    @Test("A spectral stage without enough tokens leaves the unfused answer and a warning that says so")
    func tooFewTokens() throws {
        let answer = try Starter.segmenter().segment(
            Starter.flatPicture(width: 8, height: 8), into: Starter.classes, .init(), context)
        #expect(answer.fusion == .none)
        #expect(
            answer.warnings == [
                .unfused(
                    reason: "spectral: 1 tokens where 7 are needed; use a larger picture or fewer eigensegments")
            ])
    }

    @Test("A request that is cancelled stops with the reason of its owner", arguments: [0, 3, 40])
    func cancelled(after checks: Int) throws {
        struct Gone: Error {}
        let counter = Counter()
        let context = ExecutionContext(team: ThreadTeam(threads: 2)) { if counter.next() > checks { throw Gone() } }
        let picture = try Starter.scene()
        #expect(throws: Gone.self) {
            try Starter.segmenter().segment(picture, into: Starter.classes, .init(), context)
        }
    }

    @Test("The bundle's self-test comes out as recorded")
    func selfTest() throws {
        let agreement = try Starter.segmenter().verify(context)
        #expect(try #require(agreement) >= 0.99)
    }
}
