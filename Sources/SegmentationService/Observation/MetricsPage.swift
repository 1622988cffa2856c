import HTTPTransport

/// Prometheus' text format, version 0.0.4.
struct MetricsPage {
    typealias Labels = [(name: String, value: String)]

    enum Kind: String {
        case counter, gauge, histogram
    }

    private(set) var text = ""

    /// Adds one family.
    mutating func add(_ name: String, _ kind: Kind, _ help: String, _ samples: [(labels: Labels, value: Double)]) {
        begin(name, kind, help)
        for sample in samples { append(name, sample.labels, sample.value) }
    }

    /// Adds a family of one sample.
    mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        add(name, kind, help, [([], value)])
    }

    mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Int) {
        add(name, kind, help, Double(value))
    }

    mutating func add(_ name: String, _ help: String, _ histograms: [(labels: Labels, value: Histogram)]) {
        begin(name, .histogram, help)
        for (labels, histogram) in histograms {
            var total = 0
            for (bound, count) in zip(Histogram.bounds, histogram.counts) {
                total += count
                append("\(name)_bucket", labels + [("le", Self.written(bound))], Double(total))
            }
            append("\(name)_bucket", labels + [("le", "+Inf")], Double(histogram.count))
            append("\(name)_sum", labels, histogram.sum)
            append("\(name)_count", labels, Double(histogram.count))
        }
    }

    var response: Response {
        Response(
            status: 200, fields: ["content-type": "text/plain; version=0.0.4; charset=utf-8"], body: Array(text.utf8))
    }

    private mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(Self.escaped(help))\n# TYPE \(name) \(kind.rawValue)\n"
    }

    private mutating func append(_ name: String, _ labels: Labels, _ value: Double) {
        text += name
        if !labels.isEmpty {
            let written = labels.map { "\($0.name)=\"\(Self.escaped($0.value).replacing("\"", with: "\\\""))\"" }
            text += "{\(written.joined(separator: ","))}"
        }
        text += " \(Self.written(value))\n"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }

    private static func written(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? "\(value)"
    }
}
