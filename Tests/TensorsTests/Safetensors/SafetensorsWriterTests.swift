import Foundation
import Tensors
import Testing

@Suite("Safetensors files written in pieces")
struct SafetensorsWriterTests {
    private let layout = WeightLayout([.init("a", [2, 3]), .init("none", [0]), .init("b", [2])])

    @Test("have the bytes of those written at once, whatever the pieces, and the hash that is returned")
    func pieces() throws {
        let (whole, parts) = (try TemporaryFile(), try TemporaryFile())
        let elements = (0..<8).map { Float($0) }
        try SafetensorsFile.write(
            [
                ("a", Tensor([2, 3], Array(elements[..<6]))), ("none", Tensor([0], [])),
                ("b", Tensor([2], Array(elements[6...]))),
            ], to: whole.path, metadata: ["from": "test"])
        for width in 1...8 {
            let writer = try SafetensorsWriter(path: parts.path, layout: layout, metadata: ["from": "test"])
            for start in stride(from: 0, to: 8, by: width) {
                let piece = Array(elements[start..<min(start + width, 8)])
                try writer.append(Tensor([piece.count], piece))
            }
            let digest = try writer.finish()
            #expect(try Data(contentsOf: URL(filePath: parts.path)) == Data(contentsOf: URL(filePath: whole.path)))
            #expect(try digest == sha256(ofFileAt: parts.path))
        }
    }

    @Test("leave an older file alone and nothing behind when they are given up")
    func givenUp() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "silhouette-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "weights.safetensors").path
        try SafetensorsFile.write([("old", Tensor([1], [1]))], to: path)
        do {
            let writer = try SafetensorsWriter(path: path, layout: layout)
            try writer.append(Tensor(zeros: [6]))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["weights.safetensors"])
        #expect(try SafetensorsFile(path: path).names == ["old"])
    }

    @Test("name the disk's fault")
    func full() throws {
        let error = #expect(throws: SafetensorsError.self) {
            try SafetensorsWriter(path: "/nonexistent/w.safetensors", layout: layout)
        }
        #expect(
            error?.description == "/nonexistent/w.safetensors: cannot be written: No such file or directory")
    }
}
