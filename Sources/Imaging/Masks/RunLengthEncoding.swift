/// A mask as COCO stores it: lengths of runs in column-major order, the first of zeros.
///
/// Equal to `pycocotools.mask` in `encode`, `decode`, `area` and `toBbox`. The runs are kept in COCO's compressed
/// form (one or two bytes a run), in which the same mask always has the same bytes.
/// Source: `maskApi.c` of the COCO API (Dollár, Lin).
public struct RunLengthEncoding: Sendable, Hashable {
    public let height: Int
    public let width: Int
    /// The number of pixels inside.
    public let area: Int
    /// COCO's characters, 48 to 111.
    let code: [UInt8]

    init(height: Int, width: Int, writer: consuming RunLengthWriter) {
        writer.finish(total: height * width)
        self.height = height
        self.width = width
        area = writer.area
        code = writer.code
    }

    /// `pycocotools.mask.encode(mask)`.
    public init(_ mask: BinaryMask) {
        var writer = RunLengthWriter()
        forEachColumnRun(of: mask.bits, width: mask.width, height: mask.height) { inside, run in
            if inside { writer.add(run) }
        }
        self.init(height: mask.height, width: mask.width, writer: writer)
    }

    /// COCO's compressed string. Its alphabet holds the backslash, which JSON escapes.
    public var compressed: String { String(decoding: code, as: UTF8.self) }

    /// COCO's uncompressed form: zeros, ones, zeros … of columns one after the other; the sum is `height · width`.
    public var counts: [UInt32] { Array(RunLengthCounts(code: code).lazy.map(UInt32.init)) }

    /// `pycocotools.mask.decode(self)`.
    public func mask() -> BinaryMask {
        var mask = BinaryMask(width: width, height: height)
        forEachRunInside { run in
            var (x, y) = run.lowerBound.quotientAndRemainder(dividingBy: height)
            for _ in run {
                mask.bits[y * width + x] = true
                y += 1
                if y == height { (x, y) = (x + 1, 0) }
            }
        }
        return mask
    }

    /// `pycocotools.mask.toBbox(self)`.
    public var bbox: BoundingBox {
        guard area > 0 else { return .empty }
        var (left, right, top, bottom) = (width, 0, height, 0)
        forEachRunInside { run in
            let (firstColumn, first) = run.lowerBound.quotientAndRemainder(dividingBy: height)
            let (lastColumn, last) = (run.upperBound - 1).quotientAndRemainder(dividingBy: height)
            left = min(left, firstColumn)
            right = max(right, lastColumn)
            // A run that goes on in the next column touches both the bottom and the top row.
            top = firstColumn == lastColumn ? min(top, first) : 0
            bottom = firstColumn == lastColumn ? max(bottom, last) : height - 1
        }
        return BoundingBox(x: left, y: top, width: right - left + 1, height: bottom - top + 1)
    }

    /// Visits the runs of ones as ranges of column-major positions.
    func forEachRunInside(_ body: (Range<Int>) -> Void) {
        var position = 0
        for (index, count) in RunLengthCounts(code: code).enumerated() {
            if index % 2 == 1 { body(position..<position + count) }
            position += count
        }
    }
}
