import Segmentation
import Tensors

/// What a picture held by the service is called: the SHA-256 of its bytes.
struct ImageReference: Hashable, Sendable, CustomStringConvertible {
    /// 64 hexadecimal digits in lower case.
    let digest: String

    init(digest: String) { self.digest = digest }

    /// Reads 64 hexadecimal digits with or without `sha256:` before them; nil for anything else.
    init?(_ text: String) {
        let prefix = "sha256:"
        let digits = (text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text).lowercased()
        guard digits.utf8.count == 64,
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        digest = digits
    }

    var description: String { "sha256:\(digest)" }

    /// Where the service describes it.
    var path: String { "/v1/images/\(digest)" }
}
