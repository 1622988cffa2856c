import Foundation
import TestSupport
import Tensors

@testable import silhouette

/// A data set of drawn pictures: the example scene, asked for what it shows, with the command's own answer as truth, so
/// that every figure of that answer is known.
struct MadeDataset {
    let folder: URL
    static let classes = ["blue star", "violet heart", "yellow dotted ring"]

    init(in scratch: ScratchFolder) throws {
        folder = scratch.url("data")
        for name in ["images", "masks"] {
            try FileManager.default.createDirectory(
                at: folder.appendingPathComponent(name), withIntermediateDirectories: true)
        }
        let scene = Repository.scene
        // The reader goes by bytes, whatever the file is called.
        try FileManager.default.copyItem(at: scene, to: folder.appendingPathComponent("images/scene.jpg"))
        let map = scratch.path("map.png")
        _ = try CommandRun(
            [
                "segment", scene.path, "--precision", "fp32", "--fusion", "none", "--output", "/dev/null",
                "--label-map", map,
            ]
                + Self.classes.flatMap { ["--class", $0] })
        try FileManager.default.moveItem(atPath: map, toPath: folder.appendingPathComponent("masks/scene.png").path)
        try write(.array(Self.classes.map { .string($0) }), to: "classes.json")
        try write(["folds": [["blue star"], ["violet heart"]]], to: "folds.json")
        try write(["test": ["scene"], "none": []], to: "splits.json")
    }

    func write(_ json: JSONValue, to name: String) throws {
        try Data(json.compact.utf8).write(to: folder.appendingPathComponent(name))
    }
}
