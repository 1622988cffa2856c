import Foundation
import TestSupport
import Testing

@testable import silhouette

@Suite("Replacement file")
struct ReplacementFileTests {
    @Test("an existing file keeps its content until the new one is committed")
    func replacedWhenComplete() throws {
        let scratch = try ScratchFolder()
        try scratch.file("answer", Data("old".utf8))
        let file = try ReplacementFile(scratch.path("answer"))
        try file.append(Array("new".utf8))
        #expect(try String(contentsOf: scratch.url("answer"), encoding: .utf8) == "old")
        try file.commit()
        #expect(try String(contentsOf: scratch.url("answer"), encoding: .utf8) == "new")
        #expect(try scratch.names == ["answer"])
    }

    @Test("what is not committed leaves nothing behind")
    func abandoned() throws {
        let scratch = try ScratchFolder()
        do {
            let file = try ReplacementFile(scratch.path("answer"))
            try file.append([1, 2, 3])
        }
        #expect(try scratch.names.isEmpty)
    }

    @Test("checking a name neither creates nor changes a file")
    func checked() throws {
        let scratch = try ScratchFolder()
        try ReplacementFile.check(scratch.path("answer"))
        #expect(try scratch.names.isEmpty)
    }

    @Test("a link stays a link and its target is replaced")
    func link() throws {
        let scratch = try ScratchFolder()
        try scratch.file("target", Data("old".utf8))
        try FileManager.default.createSymbolicLink(at: scratch.url("link"), withDestinationURL: scratch.url("target"))
        try ReplacementFile.write(Array("new".utf8), to: scratch.path("link"))
        #expect(try String(contentsOf: scratch.url("target"), encoding: .utf8) == "new")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: scratch.path("link")).hasSuffix("target"))
    }

    @Test("what is no regular file is written to and not replaced")
    func special() throws {
        try ReplacementFile.write(Array("gone".utf8), to: "/dev/null")
        let type = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type] as? FileAttributeType
        #expect(type == .typeCharacterSpecial)
    }

    @Test("a folder that does not exist, a file in its place and a folder as the name are refused by name")
    func refused() throws {
        let scratch = try ScratchFolder()
        try scratch.file("file")
        for name in ["missing/answer", "file/answer", "."] {
            let path = scratch.path(name)
            let error = #expect(throws: CommandFailure.self) { try ReplacementFile.check(path) }
            #expect(error?.description.hasPrefix(path) == true)
        }
    }
}
