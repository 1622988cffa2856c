import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Hostile safetensors files")
struct HostileSafetensorsTests {
    /// A header with eight bytes of data behind it, and what the refusal must say.
    static let headers: [(String, String)] = [
        (#"[]"#, "does not start with {"),
        (#" {}"#, "does not start with {"),
        (#"{"#, "the text ends"),
        (#"{} x"#, "more text"),
        (#"{"a":1}"#, "expected dtype, shape and data_offsets"),
        (#"{"a":{"dtype":"F32","shape":[2]}}"#, "expected dtype, shape and data_offsets"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1}}"#, "expected dtype, shape"),
        (#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, "whole numbers"),
        (#"{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}"#, "whole numbers"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, "whole numbers"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4,8]}}"#, "whole numbers"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,1e300]}}"#, "whole numbers"),
        (#"{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}"#, "type \"I64\", expected F32, F16 or BF16"),
        (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, "8 bytes where type and shape need 12"),
        (#"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}"#, "no memory holds"),
        (#"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#, "bytes 0..<16 of 8"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}"#, "bytes 8..<16 of 8"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "starts at byte 4, expected 0"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, "8 bytes of data where the header describes 4"),
        (#"{"a\nb":1}"#, #"tensor "a\nb": expected dtype"#),
        (#"{}"#, "8 bytes of data where the header describes 0"),
        (
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
            #"tensor "b": shares bytes with "a""#
        ),
        (
            #"{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]},"b":{"dtype":"F16","shape":[1],"data_offsets":[6,8]}}"#,
            "starts at byte 6, expected 2"
        ),
        (
            #"{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}"#,
            "no place for its type"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
            #"the name "a" stands twice"#
        ),
        (#"{"__metadata__":[]}"#, "__metadata__: an array, expected an object"),
        (#"{"__metadata__":{"a":1}}"#, #"__metadata__: "a" is a number, expected a string"#),
    ]

    @Test("a header that lies is refused, naming the file and the fault", arguments: headers)
    func lyingHeader(header: String, fault: String) throws {
        try expectRefusal(
            TemporaryFile.safetensors(header: header, data: [UInt8](repeating: 0, count: 8)), saying: fault)
    }

    @Test("names that Swift cannot tell apart are refused")
    func equivalentNames() throws {
        let header =
            "{\"\u{E9}\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"e\u{301}\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}"
        try expectRefusal(
            TemporaryFile.safetensors(header: header, data: [UInt8](repeating: 0, count: 8)), saying: "told from")
    }

    @Test("a header whose data would be misaligned in the file is refused")
    func misalignedHeader() throws {
        let header = Array(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#.utf8)
        #expect(header.count % 4 != 0)
        let length = withUnsafeBytes(of: UInt64(header.count).littleEndian, Array.init)
        try expectRefusal(length + header + [0, 0, 0, 0], saying: "no place for its type")
    }

    @Test("a length past the file, the format's limit or 64 bits is refused", arguments: [9, 1 << 40, UInt64.max])
    func absurdLength(length: UInt64) throws {
        try expectRefusal(
            withUnsafeBytes(of: length.littleEndian, Array.init) + Array("{}      ".utf8), saying: "where 8 are there")
    }

    @Test("a file too short for a length is refused", arguments: [0, 1, 7])
    func tooShort(count: Int) throws {
        try expectRefusal([UInt8](repeating: 0, count: count), saying: "\(count) bytes are too few")
    }

    @Test("no file of mutated bytes ends the process, and what is accepted can be read whole")
    func mutations() throws {
        let header =
            #"{"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"#
            + #""b":{"dtype":"BF16","shape":[3],"data_offsets":[8,14]}}"#
        let bytes = TemporaryFile.safetensors(header: header, data: [UInt8](0..<14))
        var random = SplitMix64(seed: 41)
        for _ in 0..<500 {
            var mutated = bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                mutated[Int.random(in: 0..<mutated.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let temporary = try TemporaryFile(mutated)
            do {
                let file = try SafetensorsFile(path: temporary.path)
                for name in file.names { #expect(try file.tensor(name).count == file.shape(of: name)?.reduce(1, *)) }
            } catch let error as SafetensorsError {
                #expect(error.description.hasPrefix(temporary.path))
            }
        }
    }

    private func expectRefusal(_ bytes: [UInt8], saying fault: String) throws {
        let file = try TemporaryFile(bytes)
        let error = #expect(throws: SafetensorsError.self) { try SafetensorsFile(path: file.path) }
        let text = error?.description ?? ""
        #expect(text.hasPrefix(file.path + ": ") && text.contains(fault) && !text.contains("\n"), "\(text)")
    }
}
