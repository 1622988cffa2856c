import Encoders
import Foundation
import Tensors

/// How far a bundle's networks are from recorded results.
struct Comparison {
    private(set) var rows: [Row] = []

    struct Row {
        let name: String
        /// max |a − b|
        let largestDifference: Float
        /// The least cosine of a token or position; nil for results of one channel, where it says nothing.
        let leastCosine: Double?
        let isWithin: Bool
    }

    /// - Throws: what the file is refused for; what the context throws to stop.
    init(
        of bundle: ModelBundle, with recorded: SafetensorsFile, tolerance: Tolerance, _ context: ExecutionContext
    ) throws {
        func compare(_ name: String, _ make: () throws -> Tensor?) throws {
            guard recorded.shape(of: name) != nil, let found = try make() else { return }
            let expected = try recorded.tensor(name)
            rows.append(try Row(name, found, expected.reshaped(found.shape, called: name), tolerance))
        }
        var texts: [Tensor] = []
        for index in (0...).prefix(while: { recorded.shape(of: "text.\($0).tokens") != nil }) {
            let tokens = try recorded.tensor("text.\(index).tokens").values.map { Int($0) }
            try compare("text.\(index).embedding") {
                let found = try bundle.text.embed(tokens: [tokens], context)
                texts.append(found)
                return found
            }
        }
        let labels = texts.count > 1 ? try LabelComparison(concatenateRows(texts), of: bundle, context) : nil
        for index in (0...).prefix(while: { recorded.shape(of: "visual.\($0).pixels") != nil }) {
            let guide = "visual.\(index).guide"
            let features = try bundle.visual(
                recorded.tensor("visual.\(index).pixels"),
                guide: recorded.shape(of: guide) == nil ? nil : recorded.tensor(guide), context)
            let embeddings = "visual.\(index).embeddings"
            try compare(embeddings) { features.embeddings }
            if let labels, recorded.shape(of: embeddings) != nil {
                let expected = try recorded.tensor(embeddings).reshaped(features.embeddings.shape, called: embeddings)
                let margin = try labels.largestMargin(features.embeddings, expected, context)
                rows.append(Row(name: "visual.\(index).labels", margin: margin, tolerance))
            }
            try compare("visual.\(index).boundary") { features.boundary }
        }
        for index in (0...).prefix(while: { recorded.shape(of: "spectral.\($0).pixels") != nil }) {
            let pixels = try recorded.tensor("spectral.\(index).pixels")
            try compare("spectral.\(index).last") { try bundle.spectral(pixels, context) }
            try compare("spectral.\(index).keys") { try bundle.spectral.keys(pixels, context) }
        }
    }

    var json: JSONValue {
        .array(
            rows.map { row in
                [
                    "name": .string(row.name), "largest_difference": .number(Double(row.largestDifference)),
                    "least_cosine": row.leastCosine.map { .number($0) } ?? .null, "within": .bool(row.isWithin),
                ]
            })
    }

    var table: String {
        rows.map { row in
            row.name.padding(toLength: 24, withPad: " ", startingAt: 0)
                + String(format: "largest difference %9.2e", row.largestDifference)
                + (row.leastCosine.map { String(format: "   least cosine %.7f", $0) } ?? "")
                + (row.isWithin ? "" : "   TOO FAR")
        }.joined(separator: "\n")
    }
}

/// How far a network's results may be off.
struct Tolerance {
    /// Of each element; nil where only directions count.
    let difference: Float?
    /// Of each token's or position's direction.
    let cosine: Double
    /// From which difference of its two largest logits on a place must have the recorded label; nil where none must.
    let margin: Float?

    /// An encoder in fp32 is within 1e-3 and a cosine of 0.99999. bf16 keeps eight bits: its directions are within
    /// 0.99.
    init(for precision: Precision) {
        switch precision {
        case .fp32: (difference, cosine, margin) = (1e-3, 0.99999, 1e-3)
        case .bf16: (difference, cosine, margin) = (nil, 0.99, nil)
        }
    }
}

extension Comparison.Row {
    /// - Parameter margin: the largest of a place whose label differs.
    fileprivate init(name: String, margin: Float, _ tolerance: Tolerance) {
        self.init(
            name: name, largestDifference: margin, leastCosine: nil,
            isWithin: tolerance.margin.map { margin <= $0 } ?? true)
    }

    fileprivate init(_ name: String, _ a: Tensor, _ b: Tensor, _ tolerance: Tolerance) {
        let width = a.shape.last ?? 1
        let (x, y) = (a.values, b.values)
        let difference = zip(x, y).reduce(Float(0)) { largest, pair in
            let distance = abs(pair.0 - pair.1)
            // NaN compares with nothing, so it is made the largest there is.
            return distance.isNaN ? .infinity : max(largest, distance)
        }
        let cosine = width > 1 ? Self.leastCosine(x, y, width) : nil
        self.init(
            name: name, largestDifference: difference, leastCosine: cosine,
            isWithin: tolerance.difference.map { difference <= $0 } ?? difference.isFinite
                && cosine.map { $0 >= tolerance.cosine } ?? true)
    }

    private static func leastCosine(_ x: [Float], _ y: [Float], _ width: Int) -> Double {
        stride(from: 0, to: x.count, by: width).reduce(1) { least, start in
            var (dot, left, right) = (0.0, 0.0, 0.0)
            for index in start..<start + width {
                dot += Double(x[index]) * Double(y[index])
                left += Double(x[index]) * Double(x[index])
                right += Double(y[index]) * Double(y[index])
            }
            return min(least, dot / max((left * right).squareRoot(), .leastNormalMagnitude))
        }
    }
}

extension Tensor {
    fileprivate func reshaped(_ shape: [Int], called name: String) throws -> Tensor {
        guard shape.reduce(1, *) == count else {
            throw CommandFailure.unlikeShapes(name: name, recorded: self.shape, found: shape)
        }
        return reshaped(shape)
    }
}
