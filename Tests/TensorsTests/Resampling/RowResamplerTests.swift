import CKernels
import Tensors
import TestSupport
import Testing

@Suite("Resampling by rows")
struct RowResamplerTests {
    static let modes: [(Interpolation, Bool)] = [
        (.nearest, false), (.bilinear(alignCorners: false), false), (.bilinear(alignCorners: true), false),
        (.bicubic, false), (.bilinear(alignCorners: false), true), (.bicubic, true),
    ]

    static func random(_ shape: [Int], _ random: inout SplitMix64) -> Tensor {
        Tensor(shape, (0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &random) })
    }

    @Test("bands of any extent, and 1, 2 and 3 threads, give the same bits", arguments: modes)
    func sameBits(mode: Interpolation, antialias: Bool) throws {
        var random = SplitMix64(seed: 1959)
        for _ in 0..<12 {
            let shape = [Int.random(in: 1...40, using: &random), Int.random(in: 1...40, using: &random), 3]
            let (height, width) = (Int.random(in: 1...90, using: &random), Int.random(in: 1...400, using: &random))
            let source = Self.random(shape, &random)
            let answers = try (1...3).map {
                try interpolate(
                    source, height: height, width: width, mode, antialias: antialias,
                    ExecutionContext(team: ThreadTeam(threads: $0)))
            }
            let resampler = RowResampler(source, height: height, width: width, mode, antialias: antialias)
            var (banded, start) = ([Float](), 0)
            while start < height {
                let range = start..<Int.random(in: start + 1...height, using: &random)
                let band = resampler.rows(range)
                let copy = Tensor(band.shape) { resampler.rows(range, into: &$0) }
                #expect(copy.values == band.values)
                banded += band.values
                start = range.upperBound
            }
            for answer in answers { #expect(answer.values == banded, "\(shape) to \(height)×\(width)") }
        }
    }

    @Test("a constant map stays constant, and the same size is the same map", arguments: modes)
    func invariants(mode: Interpolation, antialias: Bool) throws {
        let context = ExecutionContext(team: ThreadTeam(threads: 1))
        let flat = Tensor([9, 7, 2], [Float](repeating: 3, count: 126))
        for (height, width) in [(1, 1), (4, 3), (9, 7), (31, 20)] {
            let found = try interpolate(flat, height: height, width: width, mode, antialias: antialias, context)
            #expect(found.values.allSatisfy { abs($0 - 3) < 1e-5 })
        }
        var random = SplitMix64(seed: 7)
        let map = Self.random([9, 7, 2], &random)
        let same = try interpolate(map, height: 9, width: 7, mode, antialias: antialias, context)
        #expect(largestDifference(same.values, map.values) < 1e-6)
    }

    @Test("bytes give what the same numbers give as floats", arguments: modes)
    func bytes(mode: Interpolation, antialias: Bool) throws {
        var random = SplitMix64(seed: 255)
        let bytes = (0..<37 * 29 * 3).map { _ in UInt8.random(in: 0...255, using: &random) }
        let context = ExecutionContext(team: ThreadTeam(threads: 2))
        for (height, width) in [(5, 80), (37, 12), (64, 7)] {
            let found = try RowResampler(
                bytes: bytes, shape: [37, 29, 3], height: height, width: width, mode, antialias: antialias
            ).allRows(context)
            let expected = try interpolate(
                Tensor([37, 29, 3], bytes.map(Float.init)), height: height, width: width, mode, antialias: antialias,
                context)
            #expect(found.shape == expected.shape)
            #expect(largestDifference(found.values, expected.values) < 1e-4)
        }
    }

    /// A level that the processor lacks is not run.
    static let available = [resampling_portable, resampling_avx2, resampling_avx512].filter {
        $0.rawValue <= resampling_best_level().rawValue
    }

    @Test("every level of instructions sums what the definition sums", arguments: available.map(\.rawValue))
    func everyLevel(level: UInt32) {
        let level = resampling_level(rawValue: level)
        var random = SplitMix64(seed: 512)
        for channels in [1, 2, 3, 4, 5, 8, 11, 16, 17, 40] {
            let (input, width, taps) = (
                Int.random(in: 9...30, using: &random), 23, Int.random(in: 1...9, using: &random)
            )
            let x = Self.random([taps, input * channels], &random).values
            let weights = Self.random([width, taps], &random).values
            let starts = (0..<width).map { _ in Int32.random(in: 0...Int32(input - taps), using: &random) }
            let bytes = x.map { UInt8(($0 + 1) * 127) }
            var (rows, byteRows) = ([Float](repeating: .nan, count: input * channels), [Float]())
            byteRows = rows
            resampling_rows(level, x, input * channels, weights, taps, &rows, rows.count)
            resampling_byte_rows(level, bytes, input * channels, weights, taps, &byteRows, rows.count)
            for i in rows.indices {
                let sum = (0..<taps).reduce(0.0) { $0 + Double(weights[$1]) * Double(x[$1 * input * channels + i]) }
                #expect(abs(Double(rows[i]) - sum) < 1e-5)
                let byteSum = (0..<taps).reduce(0.0) {
                    $0 + Double(weights[$1]) * Double(bytes[$1 * input * channels + i])
                }
                #expect(abs(Double(byteRows[i]) - byteSum) < 1e-3)
            }
            var columns = [Float](repeating: .nan, count: width * channels)
            resampling_columns(level, x, starts, weights, taps, &columns, width, channels)
            for (i, found) in columns.enumerated() {
                let (p, c) = (i / channels, i % channels)
                let sum = (0..<taps).reduce(0.0) {
                    $0 + Double(weights[p * taps + $1]) * Double(x[(Int(starts[p]) + $1) * channels + c])
                }
                #expect(abs(Double(found) - sum) < 1e-5)
            }
        }
    }
}
