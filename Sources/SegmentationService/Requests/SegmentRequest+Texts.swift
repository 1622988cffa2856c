import Segmentation
import Tensors

extension SegmentRequest {
    /// From the texts that forms and queries hold.
    ///
    /// - Parameters:
    ///   - classTexts: one name each, never split on commas; or one JSON array.
    ///   - options: a JSON object.
    init(image: [UInt8], classTexts: [String], options: String?) throws {
        self.init(image: image, classes: try Self.classes(classTexts))
        if let options { try read(options: Self.parse(Array(options.utf8), at: "/options")) }
    }

    private static func classes(_ texts: [String]) throws -> [ClassQuery] {
        if texts.count == 1, texts[0].first(where: { !$0.isWhitespace }) == "[" {
            return try ClassQuery.parse(parse(Array(texts[0].utf8), at: "/classes"))
        }
        let classes = texts.map { ClassQuery($0) }
        try ClassQuery.validate(classes)
        return classes
    }
}
