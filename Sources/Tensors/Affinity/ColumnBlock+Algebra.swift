import CKernels

extension ColumnBlock {
    /// selfᵀ · other, `[8·groups, 8·other.groups]`.
    public func crossProduct(_ other: ColumnBlock) -> Tensor { crossProduct(other, level: .best) }

    func crossProduct(_ other: ColumnBlock, level: KernelLevel) -> Tensor {
        let width = Self.width
        var tile = Tensor(uninitialized: [width, width])
        return Tensor([width * groups, width * other.groups]) { result in
            for (left, right) in pairs(other) {
                elements.withUnsafeBase { a in
                    other.elements.withUnsafeBase { b in
                        tile.withUnsafeMutableBase {
                            spectral_cross(
                                level.rawValue, a + left * stride, b + right * stride, paddedRows, $0)
                        }
                    }
                }
                tile.withSpan { tile in
                    for row in 0..<width {
                        for column in 0..<width {
                            result[((left * width + row) * other.groups + right) * width + column] =
                                tile[row * width + column]
                        }
                    }
                }
            }
        }
    }

    /// self += factor · other · coefficients; `coefficients` is `[8·other.groups, 8·groups]`.
    public mutating func add(_ other: ColumnBlock, times coefficients: Tensor, factor: Float = 1) {
        add(other, times: coefficients, factor: factor, level: .best)
    }

    mutating func add(_ other: ColumnBlock, times coefficients: Tensor, factor: Float, level: KernelLevel) {
        let (width, stride, groups, rows) = (Self.width, stride, groups, paddedRows)
        for (left, right) in other.pairs(self) {
            let tile = Tensor([width, width]) { tile in
                for row in 0..<width {
                    for column in 0..<width {
                        tile[row * width + column] = coefficients.element(
                            (left * width + row) * groups * width + right * width + column)
                    }
                }
            }
            other.elements.withUnsafeBase { a in
                tile.withUnsafeBase { c in
                    elements.withUnsafeMutableBase {
                        spectral_combine(
                            level.rawValue, a + left * stride, c, factor, rows, $0 + right * stride)
                    }
                }
            }
        }
    }

    /// The squared length of each column, `8·groups` numbers.
    public func squaredLengths() -> [Float] { squaredLengths(level: .best) }

    func squaredLengths(level: KernelLevel) -> [Float] {
        var result = Tensor(uninitialized: [groups * Self.width])
        result.withUnsafeMutableBase { target in
            elements.withUnsafeBase { source in
                for group in 0..<groups {
                    spectral_squares(
                        level.rawValue, source + group * stride, paddedRows, target + group * Self.width)
                }
            }
        }
        return result.values
    }

    private func pairs(_ other: ColumnBlock) -> [(Int, Int)] {
        precondition(rows == other.rows, "blocks of \(rows) and \(other.rows) rows")
        return (0..<groups).flatMap { left in (0..<other.groups).map { (left, $0) } }
    }
}

extension Tensor {
    /// The element at a place in row-major order.
    fileprivate func element(_ place: Int) -> Float { withSpan { $0[place] } }
}
