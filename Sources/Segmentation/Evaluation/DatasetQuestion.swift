import Tensors

/// What is asked of one picture of a data set, and what is true of it.
struct DatasetQuestion: Sendable {
    let asked: AskedNames
    /// Classes that were not asked for are rest.
    let truth: GroundTruth
}

extension Dataset {
    func question(_ stem: String, _ synonyms: Synonyms?) throws -> DatasetQuestion {
        let asked = try AskedNames(queries?[stem] ?? classes, classes: classes, synonyms: synonyms)
        let truth = try truth(stem)
        return DatasetQuestion(
            asked: asked,
            truth: queries == nil ? truth : truth.restricted(to: Set(asked.labels.compactMap(\.self))))
    }

    /// Whether any pixel of the set is none of the names asked.
    func hasRest() throws -> Bool {
        try stems.contains { try question($0, nil).truth.occurs(0) }
    }

    /// The picture, which must be as large as its mask.
    func picture(_ stem: String, sized size: PictureSize, _ context: ExecutionContext) throws -> Picture {
        let picture = try picture(stem, context)
        guard picture.image.size == size else {
            throw SegmentationError.dataset(
                path: "\(directory)/masks/\(stem).png", problem: "is \(size), its picture is \(picture.image.size)")
        }
        return picture
    }
}
