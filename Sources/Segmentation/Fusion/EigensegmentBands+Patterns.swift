import Spectral

extension EigensegmentBands? {
    /// The pattern of each pixel of `rows`, row-major; without eigensegments all are 0.
    func patterns(of rows: Range<Int>, picture: PictureSize) -> [UInt32] {
        self?.rows(rows) ?? [UInt32](repeating: 0, count: rows.count * picture.width)
    }
}
