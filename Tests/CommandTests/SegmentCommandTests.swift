import Foundation
import Imaging
import Tensors
import TestSupport
import Testing

@testable import silhouette

@Suite("silhouette segment")
struct SegmentCommandTests {
    private let scratch: ScratchFolder
    private let scene = Repository.scene.path

    init() throws { scratch = try ScratchFolder() }

    private func segment(_ arguments: String...) throws -> CommandRun {
        try CommandRun(["segment"] + arguments + ["--precision", "fp32"], in: scratch.root)
    }

    private func json(_ run: CommandRun) throws -> JSONValue {
        try JSONValue(parsing: Array(run.output.utf8))
    }

    @Test("one picture gives JSON on standard output that names the file, and nothing on standard error")
    func onePicture() throws {
        let run = try segment(scene, "--class", "blue star", "--class", "red, dotted circle")
        #expect(run.status == 0 && run.errors.isEmpty)
        let answer = try json(run)
        #expect(answer["image"]?["file"] == .string(scene))
        #expect(answer["classes"]?.array?.map { $0["name"] } == ["blue star", "red, dotted circle"])
        #expect(answer["classes"]?.array?[0]["present"] == true)
    }

    @Test("every output is written whole: JSON, overlay, label map, one black and white picture for each eigensegment")
    func outputs() throws {
        let run = try segment(
            scene, "--class", "blue star", "--output", "a.json", "--overlay", "o.png", "--label-map", "l.png",
            "--eigensegments", "shapes")
        #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty)
        #expect(try scratch.names == ["a.json", "l.png", "o.png", "shapes"])
        let answer = try JSONValue(parsing: Array(Data(contentsOf: scratch.url("a.json"))))
        let area = try #require(answer["segments"]?.array?[0]["area"]?.integer)
        let map = try LabelMap(png: Array(Data(contentsOf: scratch.url("l.png"))), name: "l.png")
        #expect(map.pixelCounts(classes: 1)[1] == area)
        let overlay = try ImageDecoder.decode(Array(Data(contentsOf: scratch.url("o.png"))))
        #expect(overlay.width >= map.width && overlay.height >= map.height)
        let shapes = try FileManager.default.contentsOfDirectory(atPath: scratch.path("shapes")).sorted()
        #expect(shapes == (1...5).map { "scene-\($0).png" })
    }

    @Test("many pictures give one line each, one bad picture is reported and skipped, and the exit status says so")
    func manyPictures() throws {
        try scratch.file("bad.jpg", Data("no picture".utf8))
        try FileManager.default.copyItem(atPath: scene, toPath: scratch.path("scene.png"))
        let run = try segment(
            scene, "bad.jpg", "scene.png", "missing.png", "--class", "blue star", "--overlay", "overlays",
            "--label-map",
            "maps")
        #expect(run.status == 1)
        let lines = run.output.split(separator: "\n")
        #expect(lines.count == 2)
        let files = try lines.map { try JSONValue(parsing: Array($0.utf8))["image"]?["file"]?.string }
        #expect(files == [scene, "scene.png"])
        #expect(
            run.errors == """
                silhouette: bad.jpg: the bytes are no picture that is known here; give a JPEG, PNG or WebP picture
                silhouette: missing.png: cannot be read (No such file or directory)
                silhouette: 2 of 4 pictures gave no answer; the lines above say why

                """)
        for folder in ["overlays", "maps"] {
            let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path(folder)).sorted()
            #expect(names == ["scene-2.png", "scene.png"])
        }
    }

    @Test("classes come from a file as names and objects")
    func classesFile() throws {
        try scratch.file(
            "c.json",
            Data(#"["blue star", {"name": "ring", "prompts": ["yellow dotted ring"], "threshold": 0.2}]"#.utf8))
        let answer = try json(segment(scene, "--classes-file", "c.json", "--fusion", "select"))
        #expect(answer["classes"]?.array?.map { $0["name"] } == ["blue star", "ring"])
        #expect(answer["classes"]?.array?[1]["present"] == true)
    }

    @Test("components and the details of the JSON are chosen as in a request")
    func details() throws {
        let usual = try json(segment(scene, "--class", "blue star"))
        let run = try segment(scene, "--class", "blue star", "--components", "--include", "polygon")
        let segments = try #require(json(run)["segments"]?.array)
        #expect(segments.allSatisfy { $0["polygon"]?.array?.count == 1 && $0["rle"] == nil })
        #expect(try json(run)["timings_ms"] == nil)
        let areas = segments.compactMap { $0["area"]?.integer }
        #expect(areas.reduce(0, +) == usual["segments"]?.array?[0]["area"]?.integer)
    }

    @Test("the same masks from both engines' fp32, but for few pixels")
    func engines() throws {
        let names = ["--class", "blue star", "--class", "violet heart"]
        func map(_ engine: String) throws -> [UInt16] {
            let file = "\(engine).png"
            let run = try CommandRun(
                [
                    "segment", scene, "--engine", engine, "--precision", "fp32", "--output", "/dev/null", "--label-map",
                    file,
                ]
                    + names,
                in: scratch.root)
            #expect(run.status == 0, "\(run.errors)")
            return try LabelMap(png: Array(Data(contentsOf: scratch.url(file))), name: file).labels
        }
        let (first, second) = (try map("onednn"), try map("openblas"))
        let unlike = zip(first, second).count { $0 != $1 }
        #expect(unlike * 1000 <= first.count, "\(unlike) of \(first.count) pixels differ")
    }

    @Test(
        "wrong usage is one line and exit status 2",
        arguments: [
            ([], "no classes: name at least one with --class, or give --classes-file"),
            (
                ["--class", "Road", "--class", " road"],
                "--class/1: the class \" road\" is the same as --class/0 (case and outer space do not count); name it once"
            ),
            (["--class", " "], "--class/0: found an empty text, expected some words"),
            (["--classes-file", "empty.json"], "/classes: the list is empty; name at least one class"),
            (
                ["--classes-file", "unknown.json"],
                "unknown.json/0/title: no such field; known are name, prompts, threshold"
            ),
            (
                ["--classes-file", "broken.json"],
                "broken.json: not JSON: line 1, column 7: the text ends where"
            ),
            (["--class", "a", "--background", " "], "--background: "),
            (["--class", "a", "--threads", "0"], "--threads: found 0, expected a number from 1 to 256"),
            (["--class", "a", "--fusion", "best"], "The value 'best' is invalid for '--fusion"),
            (["--class", "a", "--include", "area"], "The value 'area' is invalid for '--include"),
            (["--class", "a", "--classes-file", "x"], "--class and --classes-file exclude each other"),
            (["--class", "a", "--output", "x", "--overlay", "x"], "x is named for two outputs"),
        ])
    func usage(arguments: [String], message: String) throws {
        try scratch.file("empty.json", Data("[]".utf8))
        try scratch.file("unknown.json", Data(#"[{"title": "road"}]"#.utf8))
        try scratch.file("broken.json", Data(#"["road"#.utf8))
        let run = try CommandRun(["segment", scene] + arguments, in: scratch.root)
        #expect(run.status == 2)
        #expect(run.output.isEmpty)
        #expect(run.errors.hasPrefix("silhouette: \(message)"), "\(run.errors)")
        #expect(run.errors.split(separator: "\n").count == 1)
    }

    @Test("failures are one line and exit status 1, and an existing output stays as it was")
    func failures() throws {
        try scratch.file("a.json", Data("old".utf8))
        try scratch.file("bad.jpg", Data("no picture".utf8))
        let cases: [([String], String)] = [
            (["bad.jpg", "--class", "a", "-o", "a.json"], "bad.jpg: the bytes are no picture that is known here"),
            (["none.jpg", "--class", "a", "-o", "a.json"], "none.jpg: cannot be read (No such file or directory)"),
            (
                [scene, "--class", "a", "-o", "no/where.json"],
                "no/where.json: cannot be written (No such file or directory)"
            ),
            ([scene, "--class", "a", "-o", "."], ".: is a folder, and a file is to be written"),
            ([scene, "--classes-file", "none.json"], "none.json: cannot be read (No such file or directory)"),
            ([scene, "--class", "a", "--bundle", "nowhere"], "no bundle at nowhere: there is no bundle.json"),
            ([scene, "--class", "a", "--engine", "openblas", "--precision", "bf16"], "openblas has no bf16"),
        ]
        for (arguments, message) in cases {
            let run = try CommandRun(["segment"] + arguments, in: scratch.root)
            #expect(run.status == 1, "\(arguments): \(run.errors)")
            #expect(run.errors.hasPrefix("silhouette: \(message)"), "\(run.errors)")
            #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
        }
        #expect(try String(contentsOf: scratch.url("a.json"), encoding: .utf8) == "old")
        #expect(try scratch.names == ["a.json", "bad.jpg"])
    }

    @Test(
        "a copy of the executable elsewhere finds the bundle in ../share/silhouette, and says where it looked otherwise"
    )
    func installed() throws {
        for folder in ["bin", "share/silhouette"] {
            try FileManager.default.createDirectory(at: scratch.url(folder), withIntermediateDirectories: true)
        }
        let copy = scratch.url("bin/silhouette")
        try FileManager.default.copyItem(at: CommandRun.executable, to: copy)
        let lost = try CommandRun(["bundle", "inspect"], executable: copy)
        #expect(lost.status == 1)
        #expect(lost.errors.contains("\(scratch.path("share/silhouette/silhouette-starter"))"))
        try FileManager.default.createSymbolicLink(
            at: scratch.url("share/silhouette/silhouette-starter"),
            withDestinationURL: Repository.starterBundle)
        let found = try CommandRun(["bundle", "inspect"], executable: copy)
        #expect(found.status == 0 && found.output.contains("silhouette-starter 1"))
    }
}
