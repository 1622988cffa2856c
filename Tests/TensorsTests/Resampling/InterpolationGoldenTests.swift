import Foundation
import Tensors
import Testing

/// One call of `torch.nn.functional.interpolate` and its answer, made by `training/goldens/resampling.py`.
struct InterpolationGolden: CustomTestStringConvertible {
    let name: String
    let mode: Interpolation
    let antialias: Bool
    let scale: (y: Double, x: Double)?
    let source: Tensor
    let target: Tensor

    var testDescription: String { "\(name) \(mode) \(antialias ? "antialias " : "")\(source.shape) → \(target.shape)" }

    static func all() throws -> [InterpolationGolden] {
        let folder = try #require(Bundle.module.resourceURL).appending(path: "Goldens/Resampling")
        let manifest = try JSONValue(parsing: Array(Data(contentsOf: folder.appending(path: "manifest.json"))))
        let path = folder.appending(path: "resampling.safetensors").path
        #expect(try manifest["files"]?["resampling.safetensors"]?.string == sha256(ofFileAt: path))
        let file = try SafetensorsFile(path: path)
        return try #require(manifest["cases"]?.array).map { try InterpolationGolden($0, file) }
    }

    private init(_ record: JSONValue, _ file: SafetensorsFile) throws {
        name = try #require(record["name"]?.string)
        antialias = record["antialias"]?.bool ?? false
        switch try #require(record["mode"]?.string) {
        case "nearest": mode = .nearest
        case "bicubic": mode = .bicubic
        default: mode = .bilinear(alignCorners: record["align_corners"] == true)
        }
        let scales = record["scale"]?.array?.compactMap(\.number)
        scale = scales.map { (y: $0[0], x: $0[1]) }
        let input = try #require(record["input"]?.array).compactMap(\.integer).map(String.init)
        source = try file.tensor("x" + input.joined(separator: "-"))
        target = try file.tensor(name)
    }
}

@Suite("Interpolation beside PyTorch")
struct InterpolationGoldenTests {
    @Test("every mode, size and scale gives PyTorch's values")
    func goldens() throws {
        let context = ExecutionContext(team: ThreadTeam(threads: 2))
        let goldens = try InterpolationGolden.all()
        #expect(goldens.count == 62)
        for golden in goldens {
            let found = try interpolate(
                golden.source, height: golden.target.shape[0], width: golden.target.shape[1], golden.mode,
                antialias: golden.antialias, scale: golden.scale, context)
            #expect(found.shape == golden.target.shape)
            #expect(largestDifference(found.values, golden.target.values) < 1e-5, "\(golden.testDescription)")
        }
    }
}
