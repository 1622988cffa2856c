import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Eigenpairs of symmetric matrices")
struct SymmetricEigenTests {
    private func dot(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Double {
        zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    @Test("residuals vanish, vectors are orthonormal, values ascend", arguments: [1, 2, 3, 17, 64, 200, 512])
    func random(n: Int) throws {
        var random = SplitMix64(seed: UInt64(n))
        var matrix = [Float](repeating: 0, count: n * n)
        for row in 0..<n {
            for column in row..<n {
                matrix[row * n + column] = Float.random(in: -1...1, using: &random)
                matrix[column * n + row] = matrix[row * n + column]
            }
        }
        let (values, tensor) = try symmetricEigen(Tensor([n, n], matrix))
        let vectors = tensor.values
        #expect(values == values.sorted())
        func row(_ all: [Float], _ i: Int) -> ArraySlice<Float> { all[i * n..<(i + 1) * n] }
        for i in stride(from: 0, to: n, by: max(1, n / 40)) {
            for j in 0..<n {
                let entry = dot(row(matrix, j), row(vectors, i))
                #expect(abs(entry - Double(values[i]) * Double(vectors[i * n + j])) < 1e-4)
                #expect(abs(dot(row(vectors, i), row(vectors, j)) - (i == j ? 1 : 0)) < 1e-5)
            }
        }
    }

    @Test("the eigenvalues of a path's Laplacian are 2 − 2·cos(πk/n)")
    func path() throws {
        let n = 50
        let laplacian = Tensor([n, n]) { m in
            for i in 0..<n {
                for j in 0..<n {
                    m[i * n + j] = i == j ? (i == 0 || i == n - 1 ? 1 : 2) : abs(i - j) == 1 ? -1 : 0
                }
            }
        }
        let (values, vectors) = try symmetricEigen(laplacian)
        let expected = (0..<n).map { 2 - 2 * cos(.pi * Double($0) / Double(n)) }
        for (found, expected) in zip(values, expected) { #expect(abs(Double(found) - expected) < 2e-6) }
        #expect(Set(vectors.rows(0..<1).values.map { ($0 * 1e4).rounded() }).count == 1)
    }

    @Test("only the triangle on and above the diagonal is read")
    func triangle() throws {
        let whole = try symmetricEigen(Tensor([2, 2], [2, 1, 1, 2]))
        let half = try symmetricEigen(Tensor([2, 2], [2, 1, 99, 2]))
        #expect(half.values == whole.values && half.vectors.values == whole.vectors.values)
        #expect(zip(whole.values, [1, 3]).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test("a matrix that is not finite throws where it is not", arguments: [Float.nan, .infinity, -.infinity])
    func notFinite(value: Float) {
        var matrix = [Float](repeating: 1, count: 400)
        matrix[47] = value
        let error = #expect(throws: EigenError.self) { try symmetricEigen(Tensor([20, 20], matrix)) }
        #expect(error == .nonFinite(row: 2, column: 7))
    }

    @Test("a matrix of no rows has no pairs")
    func empty() throws { #expect(try symmetricEigen(Tensor(zeros: [0, 0])).values.isEmpty) }
}
