extension ClassQuery {
    /// Refuses lists that no request may hold: empty, too long, with empty or duplicate names.
    ///
    /// - Parameters:
    ///   - classes: in request order.
    ///   - pointer: where the list stands in the request, as a JSON pointer (RFC 6901).
    /// - Throws: ``SegmentationError``, with the pointer of the first fault.
    public static func validate(
        _ classes: [ClassQuery], limits: RequestLimits = RequestLimits(),
        at pointer: String = "/classes"
    ) throws {
        guard !classes.isEmpty else { throw SegmentationError.noClasses }
        guard classes.count <= limits.classes else {
            throw SegmentationError.limitExceeded(
                pointer: pointer, what: "classes", limit: limits.classes, actual: classes.count)
        }
        var places: [ClassKey: RequestPlace] = [:]
        for (index, query) in classes.enumerated() {
            let place = RequestPlace(pointer).appending(index)
            try query.validate(limits, at: place)
            if let first = places.updateValue(place, forKey: ClassKey(query.name)) {
                throw SegmentationError.duplicateClass(pointer: "\(place)", name: query.name, first: "\(first)")
            }
        }
    }

    private func validate(_ limits: RequestLimits, at place: RequestPlace) throws {
        try limits.checkText(name, at: place)
        if let threshold, !(0...1).contains(threshold) {
            throw SegmentationError.invalidValue(
                pointer: "\(place)/threshold", found: "\(threshold)", expected: "a number from 0 to 1")
        }
        guard let prompts else { return }
        guard !prompts.isEmpty else {
            throw SegmentationError.invalidValue(
                pointer: "\(place)/prompts", found: "an empty array", expected: "at least one prompt, or no field")
        }
        guard prompts.count <= limits.prompts else {
            throw SegmentationError.limitExceeded(
                pointer: "\(place)/prompts", what: "prompts", limit: limits.prompts, actual: prompts.count)
        }
        for (index, prompt) in prompts.enumerated() {
            try limits.checkText(prompt, at: place.appending("prompts").appending(index))
        }
    }
}
