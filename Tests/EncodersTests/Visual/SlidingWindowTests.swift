import Tensors
import Testing

@testable import Encoders

@Suite("A sliding window")
struct SlidingWindowTests {
    private static let windows: [(side: Int, stride: Int)] = [(5, 5), (5, 3), (6, 1), (4, 2), (1, 1)]

    private static func window(_ side: Int, _ stride: Int, patch: Int = 1) -> SlidingWindow {
        SlidingWindow(.init(side: side * patch, stride: stride * patch), patch: patch)
    }

    @Test("covers every token, ends where the axis does, and gives each token shares that sum to 1", arguments: windows)
    func shares(side: Int, stride: Int) {
        for count in 1...23 {
            let spans = Self.window(side, stride).spans(count)
            #expect(spans.first?.tokens.lowerBound == 0 && spans.last?.tokens.upperBound == count)
            #expect(spans.allSatisfy { $0.tokens.count == min(side, count) && $0.shares.allSatisfy { $0 > 0 } })
            #expect(zip(spans, spans.dropFirst()).allSatisfy { $0.tokens.lowerBound < $1.tokens.lowerBound })
            var sums = [Float](repeating: 0, count: count)
            for span in spans { for (token, share) in zip(span.tokens, span.shares) { sums[token] += share } }
            #expect(sums.allSatisfy { abs($0 - 1) < 1e-6 }, "\(count): \(sums)")
        }
    }

    @Test(
        "leaves a constant picture constant, and a picture that is encoded place by place as it is", arguments: windows)
    func seamless(side: Int, stride: Int) throws {
        let window = Self.window(side, stride, patch: 2)
        let noise = RandomWeights(seed: 3).tensor("pos_embed", [2 * 13, 2 * 17, 3])
        for pixels in [Tensor([26, 34, 3], Array(repeating: 0.7, count: noise.count)), noise] {
            // The mean of each patch: nothing depends on where a window lies.
            func encode(_ part: Tensor) throws -> Tensor {
                try averagePool(adaptive: part, to: (part.shape[0] / 2, part.shape[1] / 2), context)
            }
            let blended = try window.blend(pixels, context, encode)
            #expect(difference(blended, try encode(pixels)) < 1e-5)
        }
    }

    @Test("lets nothing jump where it ends: what windows disagree on changes by a share a token")
    func seams() throws {
        let (side, count) = (6, 16)
        var windows = 0
        let blended = try Self.window(side, 3).blend(Tensor(zeros: [1, count, 3]), context) { part in
            windows += 1
            return Tensor([1, part.shape[1], 1], Array(repeating: Float(windows), count: part.shape[1]))
        }
        let values = blended.values
        #expect(windows == 5)
        #expect(values.first == 1 && values.last == Float(windows))
        // Neighbouring windows differ by 1; without shares the whole of it would show at one token.
        #expect(zip(values, values.dropFirst()).allSatisfy { $1 - $0 >= 0 && $1 - $0 < 0.6 }, "\(values)")
    }

    @Test("stops between two windows when nobody waits any more")
    func cancelled() {
        struct Stop: Error {}
        let stopping = ExecutionContext(team: ThreadTeam(threads: 1)) { throw Stop() }
        #expect(throws: Stop.self) {
            try Self.window(4, 2).blend(Tensor(zeros: [8, 8, 3]), stopping) { part in part }
        }
    }
}
