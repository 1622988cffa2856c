import CKernels
import COpenBLAS

/// All eigenpairs of a small symmetric matrix, A·v = λ·v; `torch.linalg.eigh`. LAPACK's ssyevd, on one thread.
///
/// - Parameter a: `[n, n]`, n ≤ 16384, symmetric: only the triangle on and above the diagonal is read.
/// - Returns: `values` ascending; `vectors` `[n, n]`, row i the unit vector of value i. A vector's sign is arbitrary.
/// - Throws: ``EigenError``
public func symmetricEigen(_ a: Tensor) throws -> (values: [Float], vectors: Tensor) {
    precondition(a.shape.count == 2 && a.shape[0] == a.shape[1], "eigenpairs of a square matrix, not \(a.shape)")
    let n = a.shape[0]
    precondition(n <= 16384, "LAPACK counts a workspace of 2n² in 32 bits; n is \(n)")
    guard n > 0 else { return ([], a) }
    // LAPACK may never return from a matrix that holds NaN.
    let finite = a.withUnsafeBase { weights_first_non_finite($0, n * n) }
    guard finite == n * n else { throw EigenError.nonFinite(row: finite / n, column: finite % n) }
    openblas_set_num_threads(1)
    var (vectors, values) = (a, [Float](repeating: 0, count: n))
    var work = [Float](repeating: 0, count: 1 + 6 * n + 2 * n * n)
    var integers = [Int32](repeating: 0, count: 3 + 5 * n)
    let fault = vectors.withUnsafeMutableBase { openblas_symmetric_eigen(Int32(n), $0, &values, &work, &integers) }
    guard fault == 0 else { throw EigenError.notConverged(size: n, code: Int(fault)) }
    return (values, vectors)
}

/// Why a matrix has no eigenpairs here.
public enum EigenError: Error, Equatable, CustomStringConvertible {
    case nonFinite(row: Int, column: Int)
    case notConverged(size: Int, code: Int)

    public var description: String {
        switch self {
        case .nonFinite(let row, let column):
            "eigenpairs: the matrix is not finite at row \(row), column \(column); check what it was made of"
        case .notConverged(let size, let code):
            "eigenpairs: LAPACK's ssyevd did not converge on a matrix of \(size) rows (info \(code))"
        }
    }
}
