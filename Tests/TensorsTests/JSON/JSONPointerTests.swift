import Tensors
import Testing

@Suite("JSON pointers")
struct JSONPointerTests {
    /// RFC 6901 §5.
    static let document =
        #"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}"#
    static let places: [(String, JSONValue)] = [
        ("/foo", ["bar", "baz"]), ("/foo/0", "bar"), ("/", 0), ("/a~1b", 1), ("/c%d", 2), ("/e^f", 3), ("/g|h", 4),
        ("/i\\j", 5), ("/k\"l", 6), ("/ ", 7), ("/m~0n", 8),
    ]

    @Test("the standard's pointers find their values and are written back the same", arguments: places)
    func examples(text: String, value: JSONValue) throws {
        let document = try JSONValue(parsing: Array(Self.document.utf8))
        let pointer = try #require(JSONPointer(text))
        #expect(document[pointer] == value)
        #expect(pointer.description == text)
        #expect(document[.root] == document && JSONPointer("") == .root)
    }

    @Test("places that are not there give nil", arguments: ["/foo/2", "/foo/00", "/foo/-1", "/foo/-", "/bar", "/ /x"])
    func absent(text: String) throws {
        let pointer = try #require(JSONPointer(text))
        #expect(try JSONValue(parsing: Array(Self.document.utf8))[pointer] == nil)
    }

    @Test("texts that are no pointers are refused", arguments: ["a", "/~", "/~2", "/a~/b", "#/a"])
    func refused(text: String) { #expect(JSONPointer(text) == nil) }

    @Test("pointers are built downwards, escaping as they go")
    func building() {
        #expect(JSONPointer.root.appending("a/b~").appending(3).description == "/a~1b~0/3")
    }
}
