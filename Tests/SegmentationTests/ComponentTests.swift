import Encoders
import Imaging
import Tensors
import Testing

@testable import Segmentation

@Suite("Components and runners-up, with the starter bundle")
struct ComponentTests {
    private let context = Starter.context()

    private func answer(_ change: (inout SegmentationOptions) -> Void = { _ in }) throws -> SegmentationResult {
        var options = SegmentationOptions()
        change(&options)
        return try Starter.segmenter().segment(Starter.scene(), into: Starter.classes, options, context)
    }

    @Test(
        "Components divide the masks of classes and change nothing else",
        arguments: FusionRule.allCases, [Background.auto, .none])
    func partition(rule: FusionRule, background: Background) throws {
        let whole = try answer {
            ($0.fusion, $0.background) = (rule, background)
        }
        let parts = try answer {
            ($0.fusion, $0.background, $0.components) = (rule, background, true)
        }
        #expect(parts.labelMap == whole.labelMap && parts.classes == whole.classes)
        #expect(parts.unlabeledArea == whole.unlabeledArea)
        #expect(parts.segments.count > whole.segments.count)
        var owners = [UInt16](repeating: 0, count: whole.labelMap.labels.count)
        for segment in parts.segments {
            for (pixel, inside) in segment.rle.mask().bits.enumerated() where inside {
                #expect(owners[pixel] == 0, "pixel \(pixel) lies in two masks")
                owners[pixel] = UInt16(segment.classIndex + 1)
            }
            #expect(MaskOutline(segment.rle).polygons.count == 1)
        }
        #expect(owners == whole.labelMap.labels)
        let order = parts.segments.map { ($0.classIndex, -$0.rle.area) }
        #expect(zip(order, order.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test("Every component is listed by its class, and the scores of a class are the means of its components'")
    func scores() throws {
        let (whole, parts) = (try answer(), try answer { $0.components = true })
        let json = parts.json(id: "")
        let listed = try #require(json["classes"]?.array).flatMap { $0["segments"]?.array ?? [] }
        #expect(listed.compactMap(\.integer) == Array(parts.segments.indices))
        for segment in whole.segments {
            let own = parts.segments.filter { $0.classIndex == segment.classIndex }
            let sum = own.reduce(0) { $0 + $1.semanticScore * Double($1.rle.area) }
            #expect(abs(sum / Double(segment.rle.area) - segment.semanticScore) < 1e-9)
            #expect(own.count > 1 || own.map(\.score) == [segment.score])
            #expect(own.allSatisfy { (0...1).contains($0.shapeScore ?? -1) })
        }
    }

    @Test("min_area counts the pixels of a class, not those of its components")
    func minArea() throws {
        let least = try #require(answer().segments.map(\.rle.area).min())
        let parts = try answer { ($0.components, $0.minArea) = (true, least) }
        #expect(Set(parts.segments.map(\.classIndex)).count == 6)
        #expect(parts.segments.contains { $0.rle.area < least })
    }

    @Test("Asking for runners-up adds them and changes nothing else")
    func runnersUp() throws {
        let usual = try answer()
        let answer = try answer { $0.include.insert(.runnerUp) }
        for (segment, usual) in zip(answer.segments, usual.segments) {
            let other = try #require(segment.runnerUp)
            #expect(other.classIndex != segment.classIndex)
            #expect(other.className == Starter.classes[other.classIndex].name)
            #expect((0...segment.semanticScore).contains(other.semanticScore))
            #expect(segment.semanticScore == usual.semanticScore && segment.shapeScore == usual.shapeScore)
        }
        let json = answer.json()["segments"]?.array?[0]["runner_up"]
        #expect(json?["class_index"]?.integer == answer.segments[0].runnerUp?.classIndex)
        #expect(usual.json()["segments"]?.array?[0]["runner_up"] == nil)
    }

    @Test("A class asked for alone has no runner-up")
    func alone() throws {
        var options = SegmentationOptions()
        options.include = [.runnerUp]
        let answer = try Starter.segmenter().segment(Starter.scene(), into: [ClassQuery("blue star")], options, context)
        #expect(answer.json()["segments"]?.array?[0]["runner_up"] == .null)
    }

    @Test("The same JSON for 1, 2 and 3 threads, with every detail", arguments: FusionRule.allCases)
    func threads(rule: FusionRule) throws {
        var options = SegmentationOptions()
        (options.fusion, options.components) = (rule, true)
        options.include = [.rle, .polygon, .runnerUp, .eigensegments]
        let answers = try (1...3).map { threads in
            let context = Starter.context(threads: threads)
            return try Starter.segmenter().segment(Starter.scene(context), into: Starter.classes, options, context)
                .json(id: "req_0").compact
        }
        #expect(answers[0] == answers[1])
        #expect(answers[0] == answers[2])
    }
}
