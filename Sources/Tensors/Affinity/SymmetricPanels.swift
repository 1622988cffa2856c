import CKernels

/// A symmetric matrix `[N, N]` that is kept once: its upper triangle, in panels of sixteen rows.
///
/// A pass of the eigensolver is bound by memory, and a panel serves its rows and their mirror image in one reading.
public struct SymmetricPanels: Sendable {
    /// N.
    public let rows: Int
    /// Σⱼ Wᵢⱼ for each row i.
    public internal(set) var rowSums: [Float]
    let level: KernelLevel
    let memory: PanelMemory

    /// What the matrix takes in memory.
    public var byteCount: Int { memory.byteCount }

    static let panelRows = Int(SPECTRAL_PANEL)

    /// The number of panels; the last one's missing rows are zeros.
    var panels: Int { Self.panels(rows) }

    static func panels(_ rows: Int) -> Int { (rows + panelRows - 1) / panelRows }

    /// One element. For single look-ups.
    public subscript(row: Int, column: Int) -> Float { memory.base[position(min(row, column), max(row, column))] }

    /// The whole matrix, `[N, N]`. For small problems that are solved densely.
    public func dense() -> Tensor {
        Tensor([rows, rows]) { elements in
            for row in 0..<rows { for column in 0..<rows { elements[row * rows + column] = self[row, column] } }
        }
    }

    /// Where element (row, column) lies; `row`'s panel must not be after `column`'s.
    func position(_ row: Int, _ column: Int) -> Int {
        let panel = row / Self.panelRows
        return spectral_panel_offset(panel, panels) + (column - panel * Self.panelRows) * Self.panelRows
            + row % Self.panelRows
    }

    /// Ranges of panels with nearly equal numbers of elements: the items of a loop. They do not depend on the threads.
    static func items(_ panels: Int, _ count: Int) -> [Range<Int>] {
        let area = panels * (panels + 1) / 2
        var (ranges, start, covered) = ([Range<Int>](), 0, 0)
        for panel in 0..<panels {
            covered += panels - panel
            guard covered * count >= area * (ranges.count + 1) else { continue }
            ranges.append(start..<panel + 1)
            start = panel + 1
        }
        return ranges
    }
}
