import Testing

/// A page in Prometheus' text format 0.0.4, read strictly.
struct MetricsText {
    /// By name and labels as written.
    private(set) var samples: [String: Double] = [:]
    private(set) var types: [String: String] = [:]

    init(_ text: String) throws {
        var described: Set<Substring> = []
        #expect(text.hasSuffix("\n"))
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if let match = line.wholeMatch(of: /# (HELP|TYPE) ([a-z_]+) (.+)/) {
                if match.1 == "HELP" {
                    #expect(described.insert(match.2).inserted, "\(match.2) is described once")
                } else {
                    #expect(described.contains(match.2) && ["counter", "gauge", "histogram"].contains(match.3))
                    #expect(types.updateValue(String(match.3), forKey: String(match.2)) == nil)
                }
                continue
            }
            let label = /[a-z_]+="(?:[^"\\\n]|\\["\\n])*"/
            let match = try #require(line.wholeMatch(of: /([a-z_]+)(\{(.*)\})? (\S+)/), "\(line)")
            var rest = match.3 ?? ""
            while let found = rest.prefixMatch(of: label) { rest = rest[found.range.upperBound...].drop { $0 == "," } }
            #expect(rest.isEmpty, "\(line)")
            let name = String(match.1)
            let family = ["_bucket", "_sum", "_count"].compactMap {
                name.hasSuffix($0) ? String(name.dropLast($0.count)) : nil
            }
            #expect(types[name] != nil || family.contains { types[$0] == "histogram" }, "\(name) has a type")
            let value = try #require(Double(match.4), "\(line)")
            #expect(samples.updateValue(value, forKey: "\(name)\(match.2 ?? "")") == nil, "\(line) stands once")
        }
    }

    subscript(sample: String) -> Double? { samples[sample] }

    /// Upper bounds and counts of a histogram's buckets.
    func buckets(_ name: String, _ label: String) -> [(bound: Double, count: Double)] {
        samples.compactMap { sample, count -> (bound: Double, count: Double)? in
            let start = "\(name)_bucket{\(label),le=\""
            guard sample.hasPrefix(start) else { return nil }
            let bound = sample.dropFirst(start.count).dropLast(2)
            return (bound == "+Inf" ? .infinity : Double(bound) ?? .nan, count)
        }.sorted { $0.bound < $1.bound }
    }
}
