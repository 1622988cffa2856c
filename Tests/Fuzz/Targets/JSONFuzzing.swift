import Foundation
import Tensors

/// What is accepted is JSON to another reader too, and comes back from either way of writing it; what is refused is
/// refused at a place in the text.
func fuzzJSON(_ bytes: [UInt8]) {
    do {
        let value = try JSONValue(parsing: bytes, maximumDepth: 16)
        for text in [value.compact, value.indented] {
            guard let back = try? JSONValue(parsing: Array(text.utf8), maximumDepth: 16), back == value else {
                violated("\(text) reads back otherwise")
            }
        }
        demand(!value.compact.utf8.contains(0x0A))
        let other = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
        demand(other != nil, "Foundation refuses it")
    } catch let error as JSONError {
        demand((0...bytes.count).contains(error.offset) && error.line >= 1 && error.column >= 1)
        expectOneLine(error)
    } catch {
        violated("\(error) is no JSONError")
    }
}
