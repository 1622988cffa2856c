import Foundation
import Tensors
import TestSupport
import Testing

@testable import Encoders

@Suite("A bundle.json is refused, in one line that names the field,")
struct BundleFieldTests {
    /// Fields that may be left out.
    private static let optional: Set = [
        "/visual/fuse_width", "/visual/batch_norm_epsilon", "/visual/window", "/spectral/registers",
        "/spectral/layer_scale",
    ]

    @Test("when any field is missing", arguments: TinyVisual.allCases)
    func missing(visual: TinyVisual) throws {
        let bundle = try TinyBundle(visual)
        let json = try bundle.json
        let places = json.places.members.filter { !$0.hasPrefix("/files/") && !Self.optional.contains($0) }
        #expect(places.count > 60)
        for place in places {
            try bundle.edit { _ in json.removing(place) }
            let refusal = bundle.refusal()
            #expect(refusal.hasPrefix("BUNDLE/bundle.json: \(place): missing; expected "), "\(refusal)")
            #expect(!refusal.contains("\n"))
        }
    }

    @Test("when any field is of another type", arguments: TinyVisual.allCases)
    func mistyped(visual: TinyVisual) throws {
        let bundle = try TinyBundle(visual)
        let json = try bundle.json
        for place in json.places.members {
            try bundle.edit { _ in json.replacing(place, nil) }
            let refusal = bundle.refusal()
            #expect(refusal.hasPrefix("BUNDLE/bundle.json: \(place): expected "), "\(refusal)")
            #expect(refusal.hasSuffix(", found null"))
        }
    }

    @Test("when any object has a field too many", arguments: TinyVisual.allCases)
    func unknown(visual: TinyVisual) throws {
        let bundle = try TinyBundle(visual)
        let json = try bundle.json
        for place in json.places.objects where place != "/files" {
            try bundle.edit { _ in json.adding("colour", 1, to: place) }
            let refusal = bundle.refusal()
            #expect(
                refusal.hasPrefix("BUNDLE/bundle.json: \(place)/colour: unknown field; known here are "), "\(refusal)")
        }
    }

    /// One value that no bundle may have.
    struct Fault: Sendable, CustomTestStringConvertible {
        let visual: TinyVisual
        let place: String
        let value: JSONValue
        let message: String
        var testDescription: String { place }

        init(_ place: String, _ value: JSONValue, _ message: String, visual: TinyVisual = .drn) {
            (self.visual, self.place, self.value, self.message) = (visual, place, value, message)
        }
    }

    private static let faults = [
        Fault("/format", 2, "this program reads format 1 alone; use the version that the bundle was made for"),
        Fault("/format", 0, "expected a whole number from 1 to 1000000, found a number"),
        Fault("/text/architecture", "gru", "\"gru\" is not known; known here are clip-text"),
        Fault("/text/heads", 5, "5 heads do not divide the width 32"),
        Fault("/text/context_length", 1, "expected at least 2, the start and the end of a text; found 1"),
        Fault("/text/activation", "relu", "\"relu\" is not known; known are gelu, quick_gelu"),
        Fault("/text/epsilon", -1, "expected a number from 0 on, found -1.0"),
        Fault("/text/width", 32.5, "expected a whole number from 1 to 1000000, found a number"),
        Fault("/visual/architecture", "fcn", "\"fcn\" is not known; known here are drn-d, dpt, sazs-vit, clip"),
        Fault("/visual/block", "wide", "\"wide\" is not known; known are basic, bottleneck"),
        Fault("/visual/channels", [1, 2], "expected 8 whole numbers from 1 to 1000000, found an array"),
        Fault("/visual/pyramid_bins", [], "expected some whole numbers from 1 to 1000000, found an array"),
        Fault("/visual/pyramid_interpolation/mode", "bicubic", "only \"bilinear\" is known here"),
        Fault("/visual/preprocessing/std", [1, 0, 1], "expected three numbers above 0"),
        Fault("/visual/preprocessing/mean", [1, 1e300, 1], "expected 3 numbers, found an array"),
        Fault(
            "/visual/preprocessing/interpolation", "area", "\"area\" is not known; known are bilinear, bicubic, nearest"
        ),
        Fault("/visual/preprocessing/max_side", 150, "150 is no multiple of 16"),
        Fault("/visual/preprocessing/multiple", 4, "expected a multiple of 8, the network's own; found 4"),
        Fault(
            "/visual/preprocessing/multiple", 8, "expected a multiple of 16, the network's own; found 8", visual: .dpt),
        Fault("/visual/hooks", [0, 1, 1, 3], "expected four rising block numbers from 0 to 3", visual: .dpt),
        Fault("/visual/hooks", [0, 1, 2, 4], "expected four rising block numbers from 0 to 3", visual: .dpt),
        Fault("/visual/readout", "add", "only \"project\" is known here", visual: .sazsViT),
        Fault(
            "/visual/readout/name", "clearclip",
            "\"clearclip\" is not known; known are maskclip, proxyclip, proxyclip-keys", visual: .maskCLIP),
        Fault("/visual/readout/gamma", 0, "expected a number above 0, found 0.0", visual: .proxyCLIP),
        Fault("/visual/window/side", 100, "expected a multiple of 8, the patch; found 100", visual: .proxyCLIP),
        Fault("/visual/window/stride", 104, "expected at most the side, 96; found 104", visual: .proxyCLIP),
        Fault(
            "/visual/preprocessing/multiple", 4, "expected a multiple of 8, the network's own; found 4",
            visual: .maskCLIP),
        Fault(
            "/spectral/position_rule", "hf", "\"hf\" is not known; known are dino, bicubic, bicubic-antialias"),
        Fault("/prompts/templates", ["a"], "expected at least one template, each with {} where the name goes"),
        Fault("/prompts/background", [], "expected at least one prompt"),
        Fault("/logit_scale", "14", "expected a finite number, found a string"),
        Fault(
            "/fusion/rule", "both", "\"both\" is not known; known are none, select, propagate, select+propagate"),
        Fault("/fusion/alpha", -1, "expected a number from 0 on"),
        Fault("/files/vocab.json", "12", "expected a SHA-256 in 64 lower-case hexadecimal digits"),
    ]

    @Test("when a value is none that the program can follow", arguments: faults)
    func values(fault: Fault) throws {
        let bundle = try TinyBundle(fault.visual)
        try bundle.edit { $0.replacing(fault.place, fault.value) }
        #expect(bundle.refusal() == "BUNDLE/bundle.json: \(fault.place): \(fault.message)")
    }

    @Test("when a name stands twice in one object")
    func duplicate() throws {
        let bundle = try TinyBundle()
        let text = String(decoding: try bundle.bytes("bundle.json"), as: UTF8.self)
        try bundle.write(text.replacingOccurrences(of: "\"version\"", with: "\"name\"").utf8, to: "bundle.json")
        #expect(
            bundle.refusal()
                == "BUNDLE/bundle.json: line 4, column 3: the name \"name\" stands twice in one object; "
                + "restore the file from the bundle's source")
    }

    @Test("when it is no JSON, or no object")
    func notJSON() throws {
        let bundle = try TinyBundle()
        try bundle.write("{\"format\": 1,}".utf8, to: "bundle.json")
        #expect(
            bundle.refusal()
                == "BUNDLE/bundle.json: line 1, column 14: found '}' where a name in quotes is expected; "
                + "restore the file from the bundle's source")
        try bundle.write("[]".utf8, to: "bundle.json")
        #expect(bundle.refusal() == "BUNDLE/bundle.json: expected an object, found an array")
    }
}
