/// Reads multipart/form-data (RFC 7578, RFC 2046 §5.1) as its bytes come; holds no more than a part's header block and one
/// delimiter back.
struct MultipartParser {
    enum Event: Equatable {
        /// A part begins.
        case part(PartHeader)
        /// Some of its content; never empty.
        case content([UInt8])
        case partEnd
        /// The closing delimiter; what follows it is ignored.
        case end
    }

    private enum State {
        case preamble
        /// Behind a delimiter: a line end, or the two hyphens of the last one.
        case afterDelimiter
        case header
        case content
        case epilogue
    }

    private let delimiter: [UInt8]
    private let headerBytes: Int
    private var state = State.preamble
    private var buffer: [UInt8]
    private var position = 0

    /// - Parameters:
    ///   - boundary: 1 to 70 characters of RFC 2046 §5.1.1; nil otherwise.
    ///   - headerBytes: the most that the header block of one part may take.
    init?(boundary: String, headerBytes: Int = FormLimits.headerBytes) {
        let others = Set("'()+_,-./:=? ".utf8)
        guard (1...70).contains(boundary.utf8.count), !boundary.hasSuffix(" "),
            boundary.utf8.allSatisfy({ byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || others.contains(byte)
            })
        else { return nil }
        delimiter = Array("\r\n--\(boundary)".utf8)
        self.headerBytes = headerBytes
        // The first delimiter may stand at the very start, where no line end is before it.
        buffer = Array("\r\n".utf8)
    }

    /// Whether the closing delimiter has been seen.
    var isWhole: Bool { if case .epilogue = state { true } else { false } }

    mutating func feed(_ piece: [UInt8]) {
        if position > 0 {
            buffer.removeFirst(position)
            position = 0
        }
        buffer += piece
    }

    /// The next event; nil where more bytes are needed.
    /// - Throws: ``Problem`` 400.
    mutating func next() throws -> Event? {
        while true {
            switch state {
            case .preamble:
                guard skipPreamble() else { return nil }
            case .afterDelimiter:
                guard let isLast = try delimiterEnd() else { return nil }
                state = isLast ? .epilogue : .header
                if isLast { return .end }
            case .header:
                guard let header = try headerBlock() else { return nil }
                state = .content
                return .part(header)
            case .content:
                return content()
            case .epilogue:
                position = buffer.count
                return nil
            }
        }
    }

    private mutating func skipPreamble() -> Bool {
        let found = findDelimiter()
        position = found.start
        guard found.isWhole else { return false }
        position += delimiter.count
        state = .afterDelimiter
        return true
    }

    private mutating func content() -> Event? {
        let found = findDelimiter()
        if found.start > position {
            defer { position = found.start }
            return .content(Array(buffer[position..<found.start]))
        }
        guard found.isWhole else { return nil }
        position += delimiter.count
        state = .afterDelimiter
        return .partEnd
    }

    /// Where the delimiter, or what may become one with more bytes, begins; the buffer's end where neither is.
    private func findDelimiter() -> (start: Int, isWhole: Bool) {
        var start = position
        while let found = buffer[start...].firstIndex(of: delimiter[0]) {
            let seen = buffer[found...].prefix(delimiter.count)
            if delimiter.starts(with: seen) { return (found, seen.count == delimiter.count) }
            start = found + 1
        }
        return (buffer.count, false)
    }

    /// Whether the delimiter was the last one; nil where that is not known yet. RFC 2046 allows blanks behind it.
    private mutating func delimiterEnd() throws -> Bool? {
        let rest = buffer[position...]
        if rest.starts(with: "--".utf8) {
            position += 2
            return true
        }
        guard rest.count >= 2 else { return nil }
        let line = rest.drop { $0 == 0x20 || $0 == 0x09 }
        guard rest.count - line.count <= 64, line.isEmpty || line.starts(with: "\r\n".utf8.prefix(line.count)) else {
            throw Problem.malformed(
                "text follows a multipart boundary on its line", hint: "end the line after the boundary")
        }
        guard line.count >= 2 else { return nil }
        position = line.startIndex + 2
        return false
    }

    private mutating func headerBlock() throws -> PartHeader? {
        let block = buffer[position...].prefix(headerBytes + 4)
        let mark = Array("\r\n\r\n".utf8)
        guard let end = block.indices.first(where: { block[$0] == mark[0] && block[$0...].starts(with: mark) }) else {
            guard block.count < headerBytes + 4 else {
                throw Problem.malformed(
                    "the header of a part is longer than \(headerBytes) bytes", hint: "send shorter part headers"
                ).with { $0.limit = headerBytes }
            }
            return nil
        }
        let header = try PartHeader(block[..<end])
        position = end + mark.count
        return header
    }
}
