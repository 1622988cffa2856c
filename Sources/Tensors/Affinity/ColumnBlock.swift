import CKernels

/// Vectors side by side, `[N, C]`, kept in groups of eight columns: one row of a group fills a vector register.
///
/// Rows are padded with zeros to whole panels of ``SymmetricPanels``, columns to whole groups.
public struct ColumnBlock: Sendable {
    /// N.
    public let rows: Int
    /// The number of groups of eight columns.
    public let groups: Int
    /// `[groups, padded rows, 8]`
    var elements: Tensor

    /// Columns in a group.
    public static let width = Int(SPECTRAL_GROUP)

    var paddedRows: Int { elements.shape[1] }
    /// Elements of a group.
    var stride: Int { paddedRows * Self.width }

    /// Zeros.
    public init(rows: Int, groups: Int) {
        self.rows = rows
        self.groups = groups
        let padded = SymmetricPanels.panels(rows) * SymmetricPanels.panelRows
        elements = Tensor(zeros: [groups, padded, Self.width])
    }

    /// The columns of a matrix `[N, C]`, then columns of zeros up to a multiple of eight.
    public init(_ matrix: Tensor) {
        let columns = matrix.shape[1]
        self.init(rows: matrix.shape[0], groups: (columns + Self.width - 1) / Self.width)
        let stride = stride
        elements.withMutableSpan { target in
            matrix.withSpan { source in
                for row in 0..<matrix.shape[0] {
                    for column in 0..<columns {
                        let group = column / Self.width
                        target[group * stride + row * Self.width + column % Self.width] = source[row * columns + column]
                    }
                }
            }
        }
    }

    /// The first `columns` columns as a matrix `[N, columns]`.
    public func matrix(columns: Int) -> Tensor {
        precondition(columns <= groups * Self.width, "\(columns) of \(groups * Self.width) columns")
        return Tensor([rows, columns]) { target in
            elements.withSpan { source in
                for row in 0..<rows {
                    for column in 0..<columns {
                        target[row * columns + column] =
                            source[column / Self.width * stride + row * Self.width + column % Self.width]
                    }
                }
            }
        }
    }

    /// One group as a block of its own. Shares storage.
    public func group(_ index: Int) -> ColumnBlock {
        ColumnBlock(rows: rows, elements: elements.rows(index..<index + 1))
    }

    init(rows: Int, elements: Tensor) {
        self.rows = rows
        self.elements = elements
        groups = elements.shape[0]
    }
}
