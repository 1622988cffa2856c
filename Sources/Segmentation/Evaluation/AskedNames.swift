/// What is asked of one picture, and which class of the data set each name means.
struct AskedNames: Sendable {
    let queries: [ClassQuery]
    /// The label of each query in masks, counted from 1; nil for a name outside the data set's classes.
    let labels: [UInt8?]

    /// - Parameters:
    ///   - names: of the data set's classes, or others that never occur in it.
    ///   - classes: the data set's.
    init(_ names: [String], classes: [String], synonyms: Synonyms?) throws {
        let known = Dictionary(
            zip(classes.map(ClassKey.init), classes.indices.map { UInt8($0 + 1) }),
            uniquingKeysWith: { first, _ in first })
        labels = names.map { known[ClassKey($0)] }
        queries = try names.map { ClassQuery(try synonyms?.name(for: $0) ?? $0) }
        try ClassQuery.validate(queries)
    }
}
