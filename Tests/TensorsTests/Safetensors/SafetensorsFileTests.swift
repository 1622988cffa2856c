import CKernels
import Foundation
import Tensors
import Testing

@Suite("Safetensors files")
struct SafetensorsFileTests {
    @Test("what is written is read back, in order, with shapes, values and metadata")
    func roundTrip() throws {
        let file = try TemporaryFile()
        let tensors: [(String, Tensor)] = [
            ("b.weight", Tensor([2, 3], [1, -2, 0.5, .pi, -0.0, 0x1p-140])), ("a", Tensor([], [7])),
            ("nothing", Tensor([0, 4], [])),
        ]
        try SafetensorsFile.write(tensors, to: file.path, metadata: ["made by": "a \"test\""])
        let read = try SafetensorsFile(path: file.path)
        #expect(read.names == ["b.weight", "a", "nothing"])
        #expect(read.metadata == ["made by": "a \"test\""])
        for (name, tensor) in tensors {
            #expect(read.shape(of: name) == tensor.shape)
            #expect(try read.tensor(name).values.map(\.bitPattern) == tensor.values.map(\.bitPattern))
        }
        #expect(read.shape(of: "c") == nil)
        #expect(throws: SafetensorsError.missing(file: file.path, tensor: "c", expected: nil)) { try read.tensor("c") }
    }

    @Test("F16 and BF16 expand to the values they encode")
    func halfPrecision() throws {
        let header =
            #"{"h":{"dtype":"F16","shape":[3],"data_offsets":[0,6]},"#
            + #""b":{"dtype":"BF16","shape":[1,2],"data_offsets":[6,10]}}"#
        let data: [UInt8] = [0x00, 0x3C, 0x01, 0x80, 0xFF, 0x7B, 0x80, 0x3F, 0x49, 0xC0]
        let temporary = try TemporaryFile(TemporaryFile.safetensors(header: header, data: data))
        let file = try SafetensorsFile(path: temporary.path)
        #expect(try file.tensor("h").values == [1, -0x1p-24, 65504])
        #expect(try file.tensor("b").values == [1, -3.140625])
    }

    @Test("every one of the 65536 halves expands exactly, with and without F16C")
    func everyHalf() {
        let halves = (0...UInt16.max).map { $0 }
        for expand in [weights_expand_f16, weights_expand_f16_portable] {
            var floats = [Float](repeating: 0, count: halves.count)
            expand(halves, &floats, halves.count)
            for (half, float) in zip(halves, floats) {
                let expected = Float(Float16(bitPattern: half))
                #expect(expected.isNaN ? float.isNaN : float.bitPattern == expected.bitPattern, "half \(half)")
            }
        }
    }

    @Test("a file cut short after it was opened throws instead of reading lost pages")
    func truncated() throws {
        let temporary = try TemporaryFile()
        try SafetensorsFile.write([("a", Tensor(zeros: [4096]))], to: temporary.path)
        let file = try SafetensorsFile(path: temporary.path)
        #expect(truncate(temporary.path, 100) == 0)
        let error = #expect(throws: SafetensorsError.self) { try file.tensor("a") }
        #expect(error?.description.contains("now 100 bytes") == true)
    }

    @Test("a file renamed over an open one leaves the old bytes readable")
    func replaced() throws {
        let temporary = try TemporaryFile()
        try SafetensorsFile.write([("a", Tensor([1], [1]))], to: temporary.path)
        let file = try SafetensorsFile(path: temporary.path)
        try SafetensorsFile.write([("a", Tensor([1], [2]))], to: temporary.path)
        #expect(try file.tensor("a").values == [1])
        #expect(try SafetensorsFile(path: temporary.path).tensor("a").values == [2])
    }

    @Test("an output that cannot be written is named")
    func unwritable() {
        let path = "/nonexistent/folder/weights.safetensors"
        let error = #expect(throws: SafetensorsError.self) { try SafetensorsFile.write([], to: path) }
        #expect(error?.description.hasPrefix("\(path): cannot be written: ") == true)
    }
}
