/// What one body held, before it is known what was asked.
enum RequestContent: Sendable {
    case json([UInt8])
    case form(FormContent)
    /// A picture alone, whose format is what its type claimed; everything else stands in the query.
    case picture([UInt8])

    /// The parts of a form.
    struct FormContent: Sendable {
        var images: [[UInt8]] = []
        var classes: [String] = []
        /// A JSON object.
        var options: String?
        var model: String?
    }
}
