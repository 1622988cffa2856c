import Foundation
import Imaging
public import Tensors

extension SegmentationResult {
    /// The answer as JSON, with the fields in a fixed order; two answers to the same request differ in `id` and
    /// timings alone.
    ///
    /// - Parameters:
    ///   - id: names the answer; a fresh one when left out.
    ///   - file: the path of the picture, for answers about files.
    public func json(id: String = freshID(), file: String? = nil) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("id", .string(id)), .init("model", model.json), .init("image", picture.json(file: file)),
            .init("classes", .array(classes.indices.map(classJSON))),
            .init("segments", .array(segments.indices.map(segmentJSON))),
            .init("unlabeled", ["area": JSONValue(unlabeledArea), "pixel_fraction": fraction(unlabeledArea)]),
        ]
        if options.include.contains(.eigensegments) {
            members.append(.init("eigensegments", .array(eigensegments.indices.map(eigensegmentJSON))))
        }
        if options.include.contains(.timings) { members.append(.init("timings_ms", timings.json)) }
        members.append(.init("warnings", .array(warnings.map { .string($0.description) })))
        return .object(members)
    }

    private func classJSON(_ index: Int) -> JSONValue {
        let answer = classes[index]
        return [
            "index": JSONValue(index), "name": .string(answer.name), "present": .bool(answer.present),
            "presence_score": .rounded(answer.presenceScore, places: 4), "pixel_fraction": fraction(answer.area),
            "segments": .array(segments.indices.filter { segments[$0].classIndex == index }.map { JSONValue($0) }),
        ]
    }

    private func segmentJSON(_ index: Int) -> JSONValue {
        let segment = segments[index]
        var members: [JSONValue.Member] = [
            .init("index", JSONValue(index)), .init("class", .string(segment.className)),
            .init("class_index", JSONValue(segment.classIndex)),
            .init("score", .rounded(segment.score, places: 4)),
            .init("semantic_score", .rounded(segment.semanticScore, places: 4)),
            .init("shape_score", segment.shapeScore.map { .rounded($0, places: 4) } ?? .null),
        ]
        if options.include.contains(.runnerUp) {
            members.append(.init("runner_up", segment.runnerUp.map(\.json) ?? .null))
        }
        return .object(members + regionJSON(segment.rle))
    }

    private func eigensegmentJSON(_ index: Int) -> JSONValue {
        let segment = eigensegments[index]
        let members: [JSONValue.Member] = [
            .init("index", JSONValue(index)), .init("eigenvalue", .rounded(segment.eigenvalue, places: 6)),
        ]
        return .object(members + regionJSON(segment.rle))
    }

    /// Area and box of a mask, and the mask itself in the forms that are asked for.
    private func regionJSON(_ rle: RunLengthEncoding) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = [
            .init("area", JSONValue(rle.area)), .init("bbox", rle.bbox.json),
        ]
        if options.include.contains(.rle) { members.append(.init("rle", rle.json(options.rle))) }
        if options.include.contains(.polygon) { members.append(.init("polygon", MaskOutline(rle).json)) }
        return members
    }

    private func fraction(_ area: Int) -> JSONValue {
        .rounded(Double(area) / Double(picture.size.area), places: 6)
    }
}

extension SegmentationResult.ModelIdentity {
    var json: JSONValue { ["name": .string(name), "version": .string(version), "digest": .string(digest)] }
}

extension SegmentationResult.PictureFacts {
    package func json(file: String? = nil) -> JSONValue {
        let members: [JSONValue.Member] = [
            .init("width", JSONValue(size.width)), .init("height", JSONValue(size.height)),
            .init("format", .string(format)), .init("sha256", .string(sha256)),
            .init("orientation", JSONValue(orientation)), .init("orientation_applied", .bool(orientationApplied)),
        ]
        return .object((file.map { [.init("file", .string($0))] } ?? []) + members)
    }
}

extension StageTimings {
    var json: JSONValue {
        let stages = [
            ("queue", queue), ("decode", decode), ("text", text), ("encode", encode), ("spectral", spectral),
            ("fusion", fusion), ("total", total),
        ]
        return .object(stages.map { .init($0, .rounded($1, places: 1)) })
    }
}

extension BoundingBox {
    var json: JSONValue { [JSONValue(x), JSONValue(y), JSONValue(width), JSONValue(height)] }
}

extension RunLengthEncoding {
    func json(_ form: SegmentationOptions.RLEForm) -> JSONValue {
        let counts: JSONValue =
            form == .compressed ? .string(compressed) : .array(self.counts.map { .number(Double($0)) })
        return [
            "size": [JSONValue(height), JSONValue(width)], "counts": counts,
            "encoding": .string("coco-\(form.rawValue)"),
        ]
    }
}

extension MaskOutline {
    /// The `coordinates` of a GeoJSON MultiPolygon (RFC 7946 §3.1.7): polygons of rings of corners, exteriors first.
    var json: JSONValue {
        .array(polygons.map { .array(([$0.exterior] + $0.holes).map { .array($0.map(\.json)) }) })
    }
}

extension MaskOutline.Corner {
    fileprivate var json: JSONValue { [JSONValue(x), JSONValue(y)] }
}

extension SegmentationResult.RunnerUp {
    fileprivate var json: JSONValue {
        [
            "class": .string(className), "class_index": JSONValue(classIndex),
            "semantic_score": .rounded(semanticScore, places: 4),
        ]
    }
}

extension JSONValue {
    /// A number with at most `places` digits after the point.
    static func rounded(_ value: Double, places: Int) -> JSONValue {
        let unit = pow(10.0, Double(places))
        return .number((value * unit).rounded() / unit)
    }
}
