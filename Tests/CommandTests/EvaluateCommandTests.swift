import Foundation
import Tensors
import TestSupport
import Testing

@testable import silhouette

@Suite("silhouette evaluate")
struct EvaluateCommandTests {
    private let scratch: ScratchFolder
    private let data: MadeDataset

    init() throws {
        scratch = try ScratchFolder()
        data = try MadeDataset(in: scratch)
    }

    private func evaluate(_ arguments: String...) throws -> CommandRun {
        try CommandRun(["evaluate", data.folder.path, "--precision", "fp32"] + arguments)
    }

    private func report(_ arguments: String...) throws -> JSONValue {
        let run = try CommandRun(["evaluate", data.folder.path, "--precision", "fp32", "--json"] + arguments)
        try #require(run.status == 0, "\(run.errors)")
        return try JSONValue(parsing: Array(run.output.utf8))
    }

    @Test("the command's own unfused answer as truth gives full marks to the rule none, and less to others")
    func fullMarks() throws {
        let report = try report()
        #expect(report["pictures"] == 1)
        #expect(report["rules"]?.members?.map(\.name) == ["none", "select", "propagate", "select+propagate"])
        let none = try #require(report["rules"]?["none"])
        for figure in ["miou", "fb_iou", "boundary_f"] { #expect(none[figure] == 100) }
        #expect(none["classes"]?.members?.map(\.name) == MadeDataset.classes)
        #expect(none["presence"]?["balanced_accuracy"] == .null, "nothing absent was asked")
        #expect(try #require(report["rules"]?["propagate"]?["miou"]?.number) < 100)
        #expect(report["oracle"]?["label"] == "oracle, uses the answer")
        #expect(report["oracle"]?["miou"] == 100)
    }

    @Test("unseen classes come from a fold or from names, and seen and unseen are told apart")
    func unseen() throws {
        for arguments in [["--fold", "1"], ["--unseen", "violet heart"]] {
            let run = try CommandRun(
                ["evaluate", data.folder.path, "--precision", "fp32", "--json", "--fusion", "none"] + arguments)
            let report = try JSONValue(parsing: Array(run.output.utf8))
            let none = try #require(report["rules"]?["none"])
            for figure in ["seen_miou", "unseen_miou", "harmonic"] { #expect(none[figure] == 100) }
            #expect(report["rules"]?.members?.count == 1)
        }
    }

    @Test("names asked of a picture, absent ones among them, come from queries.json; unasked classes are rest")
    func queries() throws {
        try data.write(["scene": ["blue star", "purple ladder"]], to: "queries.json")
        let none = try #require(report("--fusion", "none")["rules"]?["none"])
        #expect(none["classes"]?["violet heart"] == .null, "it was not asked for, so it does not occur")
        #expect(none["presence"]?["present_asked"] == 1 && none["presence"]?["absent_asked"] == 1)
    }

    @Test("a file of other names asks these in place of the classes")
    func otherNames() throws {
        let names: JSONValue = [
            "names": [
                "blue star": ["blue star", "grey mountain"], "violet heart": ["violet heart", "grey river"],
                "yellow dotted ring": ["yellow dotted ring", "white noise"],
            ]
        ]
        try Data(names.compact.utf8).write(to: scratch.url("names.json"))
        #expect(try report("--fusion", "none", "--names", scratch.path("names.json"))["rules"]?["none"]?["miou"] == 100)
        let other = try report("--fusion", "none", "--names", scratch.path("names.json") + ":1")
        #expect(try #require(other["rules"]?["none"]?["miou"]?.number) < 100)
    }

    @Test("without --json it prints a table")
    func table() throws {
        let run = try evaluate("--split", "test", "--fusion", "none")
        #expect(run.status == 0)
        let lines = run.output.split(separator: "\n")
        #expect(lines.first?.contains("oracle, uses the answer") == true)
        #expect(lines.contains { $0.hasPrefix("mIoU") && $0.contains("100.00") })
    }

    @Test(
        "what is wrong with a data set is said in one line",
        arguments: [
            (["--split", "dev"], "splits.json: has no split \"dev\"; it has test, none"),
            (["--split", "none"], "images: holds no picture (*.jpg)"),
            (["--fold", "2"], "folds.json: has the folds 0 to 1, not 2"),
            (["--unseen", "car"], "classes.json: has no class \"car\" to count as unseen"),
        ])
    func faults(arguments: [String], message: String) throws {
        let run = try CommandRun(["evaluate", data.folder.path] + arguments)
        #expect(run.status == 1)
        #expect(run.errors == "silhouette: \(data.folder.path)/\(message)\n")
    }

    @Test("a mask that is missing, of another size or with an index past the classes is named")
    func badMasks() throws {
        let mask = data.folder.appendingPathComponent("masks/scene.png")
        try FileManager.default.removeItem(at: mask)
        #expect(try evaluate().errors.contains("masks/scene.png: cannot be read; a data set needs this file"))
        let small = Repository.starterBundle.appendingPathComponent("selftest-labels.png")
        try FileManager.default.copyItem(at: small, to: mask)
        #expect(try evaluate().errors.contains("masks/scene.png: holds the index 5, but classes.json names 3 classes"))
        try data.write(["a", "b", "c", "d", "e"], to: "classes.json")
        #expect(try evaluate().errors.contains("masks/scene.png: is 320×240, its picture is 640×480"))
    }
}
