/// What stands before the content of one part of a form.
struct PartHeader: Equatable {
    /// Of the field, from Content-Disposition.
    let name: String
    /// In lower case, without parameters; nil where the part does not say.
    let type: String?

    /// - Parameter block: the field lines, without the empty line behind them.
    /// - Throws: ``Problem`` 400 where it names no form field.
    init(_ block: ArraySlice<UInt8>) throws {
        guard let text = String(validating: block, as: UTF8.self) else {
            throw Self.fault("the header of a part is not UTF-8")
        }
        var (name, type): (String?, String?) = (nil, nil)
        for line in text.split(separator: "\r\n" as Character, omittingEmptySubsequences: false) {
            guard let colon = line.firstIndex(of: ":"), !line.contains("\n"), !line.contains("\r") else {
                throw Self.fault("a line in the header of a part is no field")
            }
            let value = String(line[line.index(after: colon)...].trimmingBlanks)
            switch line[..<colon].lowercased() {
            case "content-disposition":
                guard name == nil else { throw Self.fault("a part has two Content-Disposition fields") }
                name = try Self.fieldName(value)
            case "content-type":
                type = MediaType(value)?.name
            case "content-transfer-encoding":
                // RFC 7578 §4.7 has it no more; older clients send the names of no coding at all.
                guard ["binary", "8bit", "7bit"].contains(value.lowercased()) else {
                    throw Self.fault("a part has a Content-Transfer-Encoding")
                }
            default: break
            }
        }
        guard let name else { throw Self.fault("a part has no Content-Disposition") }
        self.name = name
        self.type = type
    }

    private static func fieldName(_ disposition: String) throws -> String {
        let pieces = MediaType.split(disposition)
        let named = pieces.dropFirst().filter { $0.lowercased().hasPrefix("name=") }
        guard pieces[0].lowercased() == "form-data", named.count == 1,
            let name = MediaType.unquoted(named[0].dropFirst(5))
        else { throw fault("a part's Content-Disposition is not form-data with one name") }
        return name
    }

    private static func fault(_ what: String) -> Problem {
        .malformed(what, hint: "send parts as RFC 7578 describes")
    }
}
