import Foundation
import Tensors
import TestSupport
import Testing

@testable import Encoders

@Suite("A bundle is refused, in one line that names the file,")
struct BundleFileTests {
    @Test("never when nothing is wrong with it", arguments: TinyVisual.allCases)
    func sound(visual: TinyVisual) throws {
        #expect(try TinyBundle(visual).refusal() == "loads")
    }

    @Test("when there is no bundle.json, or no folder")
    func noDescription() throws {
        let bundle = try TinyBundle()
        try FileManager.default.removeItem(atPath: "\(bundle.path)/bundle.json")
        let expected =
            "no bundle at BUNDLE: there is no bundle.json; give the folder that holds one with --bundle"
        #expect(bundle.refusal() == expected)
        try FileManager.default.removeItem(atPath: bundle.path)
        #expect(bundle.refusal() == expected)
    }

    private static let files = [
        "text.safetensors", "visual.safetensors", "spectral.safetensors", "vocab.json", "merges.txt",
    ]

    @Test("when a file is missing", arguments: files)
    func missing(name: String) throws {
        let bundle = try TinyBundle()
        try FileManager.default.removeItem(atPath: "\(bundle.path)/\(name)")
        #expect(
            bundle.refusal()
                == "BUNDLE/\(name): cannot be read: No such file or directory; restore the file from the bundle's source"
        )
    }

    @Test("when one bit of a file has changed", arguments: files)
    func changed(name: String) throws {
        let bundle = try TinyBundle()
        var bytes = try bundle.bytes(name)
        let expected = try #require(bundle.json["files"]?[name]?.string)
        bytes[bytes.count / 2] ^= 1
        try bundle.write(bytes, to: name)
        let found = try sha256(ofFileAt: "\(bundle.path)/\(name)")
        #expect(
            bundle.refusal()
                == "BUNDLE/\(name): SHA-256 is \(found), bundle.json expects \(expected); "
                + "the file is damaged or of another version, restore it")
    }

    @Test("when a file is used that has no hash", arguments: files)
    func unlisted(name: String) throws {
        let bundle = try TinyBundle()
        try bundle.edit { $0.removing("/files/\(name)") }
        #expect(
            bundle.refusal() == "BUNDLE/bundle.json: /files: \(name) is used but has no SHA-256 here; add it")
    }

    @Test("when the self-test's picture has no hash")
    func unlistedSelfTest() throws {
        let bundle = try TinyBundle()
        let test: JSONValue = ["image": "a.png", "label_map": "vocab.json", "classes": ["cat"]]
        try bundle.edit { $0.adding("selftest", test, to: "") }
        #expect(bundle.refusal() == "BUNDLE/bundle.json: /files: a.png is used but has no SHA-256 here; add it")
    }

    @Test(
        "when a name leads out of its folder", arguments: ["../text.safetensors", "/etc/passwd", "a/b", "..", ".x", ""])
    func outside(name: String) throws {
        let bundle = try TinyBundle()
        let digest = String(repeating: "0", count: 64)
        try bundle.edit { $0.adding(name, .string(digest), to: "/files") }
        let pointer = JSONPointer.root.appending("files").appending(name)
        #expect(
            bundle.refusal()
                == "BUNDLE/bundle.json: \(pointer): a bundle's files lie in its folder itself; this name leads elsewhere"
        )
    }

    @Test("when the tokenizer's files are none, with a hash that fits")
    func tokenizer() throws {
        let bundle = try TinyBundle()
        let (vocabulary, merges) = (try bundle.bytes("vocab.json"), try bundle.bytes("merges.txt"))
        try bundle.replace("vocab.json", "{}".utf8)
        #expect(
            bundle.refusal()
                == "BUNDLE/vocab.json: the tokenizer's vocabulary has no token \"<|startoftext|>\", "
                + "which bytes or merges need")
        try bundle.replace("vocab.json", "[]".utf8)
        #expect(bundle.refusal() == "BUNDLE/vocab.json: the tokenizer's vocabulary: expected an object")
        try bundle.replace("vocab.json", vocabulary)
        try bundle.replace("merges.txt", merges + "a\n".utf8)
        #expect(
            bundle.refusal()
                == "BUNDLE/merges.txt: the tokenizer's merges: pair 87 is not two tokens with one space between")
    }
}
