extension RunLengthEncoding {
    /// Reads COCO's compressed string, from wherever it comes.
    ///
    /// Runs of length 0 in the middle, which no encoder writes but `pycocotools` reads, are joined away.
    /// - Throws: ``ImagingFailure/badRunLengths(_:)`` for a size or a string that is not a mask.
    public init(compressed: String, height: Int, width: Int) throws {
        var counts = RunLengthCounts(code: Array(compressed.utf8))
        try self.init(height: height, width: width) {
            let count = counts.next()
            if let fault = counts.fault { throw ImagingFailure.badRunLengths(fault) }
            return count
        }
    }

    /// Reads COCO's uncompressed counts.
    /// - Throws: ``ImagingFailure/badRunLengths(_:)`` when they do not add up to `height · width`.
    public init(counts: [UInt32], height: Int, width: Int) throws {
        var rest = counts[...]
        try self.init(height: height, width: width) { rest.popFirst().map(Int.init) }
    }

    private init(height: Int, width: Int, next: () throws -> Int?) throws {
        let (total, overflow) = height.multipliedReportingOverflow(by: width)
        guard height > 0, width > 0, !overflow, total <= Int(UInt32.max) else {
            throw ImagingFailure.badRunLengths("a mask of \(height)×\(width) pixels is not possible")
        }
        var writer = RunLengthWriter()
        var (position, inside) = (0, false)
        while let count = try next() {
            guard count <= total - position else {
                throw ImagingFailure.badRunLengths("its runs are longer than the \(total) pixels of \(height)×\(width)")
            }
            if inside && count > 0 { writer.add(position..<position + count) }
            position += count
            inside.toggle()
        }
        guard position == total else {
            throw ImagingFailure.badRunLengths("its runs fill \(position) of the \(total) pixels of \(height)×\(width)")
        }
        self.init(height: height, width: width, writer: writer)
    }
}
