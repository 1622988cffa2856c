import Foundation
import Tensors
import TestSupport
import Testing

@testable import silhouette

@Suite("silhouette bench")
struct BenchCommandTests {
    @Test("times every stage of the embedded bundle, first requests and later ones")
    func bundle() throws {
        let run = try CommandRun(["bench", "--size", "64", "--runs", "1", "--threads", "1", "--json"])
        #expect(run.status == 0, "\(run.errors)")
        let report = try JSONValue(parsing: Array(run.output.utf8))
        #expect(
            report["rows"]?.members?.map(\.name) == [
                "text, 20 names", "encode", "spectral", "fusion", "request", "again, none", "again, select",
                "again, propagate", "again, select+propagate",
            ])
        for row in try #require(report["rows"]?.members) {
            let (least, median) = (row.value["min"]?.number, row.value["median"]?.number)
            #expect(try #require(least) > 0 && least == median, "\(row.name)")
        }
    }

    @Test("times the spectral stage on recorded features, in a table for people")
    func features() throws {
        let scratch = try ScratchFolder()
        let side = 20
        let values = (0..<side * side * 4).map { Float(($0 * 7919) % 101) / 101 + ($0 % (side * 4) < side * 2 ? 1 : 0) }
        try SafetensorsFile.write(
            [("features", Tensor([side * side, 4], values))], to: scratch.path("made.safetensors"))
        let run = try CommandRun(["bench", "--features", scratch.path("made.safetensors"), "--runs", "2"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("spectral made   min"))
    }

    @Test("features that are no square grid are refused in one line")
    func noGrid() throws {
        let scratch = try ScratchFolder()
        try SafetensorsFile.write([("features", Tensor(zeros: [5, 3]))], to: scratch.path("odd.safetensors"))
        let run = try CommandRun(["bench", "--features", scratch.path("odd.safetensors")])
        #expect(run.status == 1)
        #expect(run.errors.contains("\"features\" is [5, 3]; expected [n·n, d], the tokens of a square grid"))
    }
}
