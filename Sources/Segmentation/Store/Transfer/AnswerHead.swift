import Foundation

/// The head of an HTTP answer, taken line by line.
struct AnswerHead: Equatable {
    private(set) var status = 0
    /// Values by names in lower case; of a repeated field the last.
    private(set) var fields: [String: String] = [:]

    /// Takes one line. A status line begins anew: the heads of interim answers (100, 103) come before the answer's own.
    mutating func take(_ line: String) {
        let line = line.trimmingCharacters(in: .whitespacesAndNewlines)
        if line.hasPrefix("HTTP/") {
            status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            fields = [:]
        } else if let colon = line.firstIndex(of: ":") {
            let name = line[..<colon].lowercased()
            fields[name] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
    }

    /// The entity tag, where it tells bytes apart: a weak one does not (RFC 9110 §8.8.3).
    var strongTag: String? { fields["etag"].flatMap { $0.hasPrefix("\"") ? $0 : nil } }

    /// The length of the whole file in bytes, where the answer tells it.
    var total: Int? {
        if status == 206 || status == 416 {
            return fields["content-range"]?.split(separator: "/").last.flatMap { Int($0) }
        }
        return fields["content-length"].flatMap { Int($0) }
    }

    /// Where in the file the body of a 206 begins.
    var rangeStart: Int? {
        guard let range = fields["content-range"], range.hasPrefix("bytes ") else { return nil }
        return range.dropFirst(6).split(separator: "-").first.flatMap { Int($0) }
    }

    /// How many seconds the server asks to wait, told in seconds or as a date beside its own.
    var wait: Double? {
        guard let text = fields["retry-after"] else { return nil }
        if let seconds = Double(text), seconds >= 0 { return seconds }
        guard let until = Self.date(text), let now = fields["date"].flatMap(Self.date) else { return nil }
        return max(0, until.timeIntervalSince(now))
    }

    /// The SHA-256 that a hub tells of a large file before it sends on to where the bytes are.
    var linkedDigest: String? {
        guard let tag = fields["x-linked-etag"] else { return nil }
        let digits = tag.filter { $0 != "\"" }.lowercased()
        return digits.count == 64 && digits.allSatisfy(\.isHexDigit) ? digits : nil
    }

    private static func date(_ text: String) -> Date? {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return format.date(from: text)
    }
}
