public import Tensors

extension LabelMap {
    /// The map as an indexed PNG: 8 bits and a palette up to 255 classes, 16-bit grey levels past that; 0 is unlabelled,
    /// `i` the i-th class (counted from 1).
    ///
    /// An iTXt chunk, `Classes`, names them: `{"unlabeled":0,"classes":[{"label":1,"name":"road","color":"#2f7bff"},…]}`.
    /// - Parameters:
    ///   - classes: the names of all classes, present or not, in order.
    ///   - context: asked at every row whether to stop.
    /// - Throws: ``ImagingFailure/notEncoded(reason:)`` too for a label past the classes; or what the context throws.
    public func png(classes: [String], context: ExecutionContext? = nil) throws -> [UInt8] {
        try check(classes: classes.count)
        let palette = ClassPalette(classes: classes.count)
        let isWide = classes.count > 255
        let encoder = PNGEncoder(
            width: width, height: height, coding: isWide ? .grey16 : .palette(palette.colours),
            text: PNGEncoder.Text(keyword: "Classes", content: classTable(classes, palette).compact))
        return try labels.withUnsafeBufferPointer { labels in
            try encoder.encode(context) { y, row in
                let labels = UnsafeBufferPointer(rebasing: labels[y * width..<(y + 1) * width])
                if isWide { fillWide(row, with: labels) } else { fill(row, with: labels) }
            }
        }
    }

    /// Throws unless every label is one of so many classes.
    func check(classes: Int) throws {
        guard classes <= UInt16.max else {
            throw ImagingFailure.notEncoded(reason: "\(classes) classes are more than \(UInt16.max) labels")
        }
        let largest = labels.max() ?? 0
        guard Int(largest) <= classes else {
            throw ImagingFailure.notEncoded(
                reason: "pixels have the label \(largest), but \(classes) classes are named")
        }
    }
}

private func classTable(_ classes: [String], _ palette: ClassPalette) -> JSONValue {
    let rows = classes.enumerated().map { index, name -> JSONValue in
        ["label": JSONValue(index + 1), "name": .string(name), "color": .string(palette.colours[index + 1].code)]
    }
    return ["unlabeled": 0, "classes": .array(rows)]
}

private func fill(_ row: UnsafeMutableBufferPointer<UInt8>, with labels: UnsafeBufferPointer<UInt16>) {
    for x in labels.indices { row[x] = UInt8(truncatingIfNeeded: labels[x]) }
}

private func fillWide(_ row: UnsafeMutableBufferPointer<UInt8>, with labels: UnsafeBufferPointer<UInt16>) {
    for x in labels.indices {
        row[2 * x] = UInt8(labels[x] >> 8)
        row[2 * x + 1] = UInt8(truncatingIfNeeded: labels[x])
    }
}
