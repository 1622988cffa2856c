import Tensors
import TestSupport
import Testing

@testable import Spectral

@Suite struct BandTests {
    private func spectrum(_ height: Int, _ width: Int, _ random: inout SplitMix64) -> Spectrum {
        Spectrum(
            eigenvalues: [0.1, 0.2, 0.3], eigenvectors: Tensor.random([3, height * width], &random),
            residuals: [0, 0, 0], height: height, width: width)
    }

    @Test("at the grid's own size a segment is where its eigenvector is positive")
    func identity() {
        var random = SplitMix64(seed: 61)
        let spectrum = spectrum(7, 9, &random)
        let words = EigensegmentBands(spectrum, height: 7, width: 9).rows(0..<7)
        for k in 0..<3 {
            for token in 0..<63 {
                #expect((words[token] >> UInt32(k) & 1 == 1) == (spectrum.eigenvectors[k, token] > 0))
            }
        }
    }

    @Test("bands are the rows of the whole", arguments: [(50, 33), (7, 100), (5, 4)])
    func bands(_ size: (height: Int, width: Int)) {
        var random = SplitMix64(seed: 62)
        let bands = EigensegmentBands(spectrum(8, 6, &random), height: size.height, width: size.width)
        let whole = bands.rows(0..<size.height)
        var pieces: [UInt32] = []
        for start in stride(from: 0, to: size.height, by: 3) {
            pieces += bands.rows(start..<min(start + 3, size.height))
        }
        #expect(pieces == whole)
        #expect(bands.count == 3 && whole.count == size.height * size.width)
    }
}
