import Foundation

/// The file that bearer tokens stand in: one a line; empty lines and lines that begin with `#` are passed over.
enum TokenFile {
    static let maximumBytes = 1 << 20
    /// Of one token; 16 random bytes in hexadecimal are 32.
    static let minimumTokenBytes = 16

    /// - Throws: ``TokenFileError``, `HashingError`.
    static func read(_ path: String) throws -> [TokenDigest] {
        var digests: [TokenDigest] = []
        let lines = try bytes(path).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let text = line.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
            guard let first = text.first, first != UInt8(ascii: "#") else { continue }
            guard isToken(text) else { throw TokenFileError.badToken(path: path, line: index + 1) }
            guard text.count >= minimumTokenBytes else {
                throw TokenFileError.shortToken(path: path, line: index + 1, minimum: minimumTokenBytes)
            }
            digests.append(try TokenDigest(of: text))
        }
        guard !digests.isEmpty else { throw TokenFileError.noTokens(path: path) }
        return digests
    }

    /// Opens first and looks then, so that what is looked at is what is read. Without waiting, because a pipe has no end.
    private static func bytes(_ path: String) throws -> Data {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw TokenFileError.unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw TokenFileError.unreadable(path: path, reason: "not a regular file")
        }
        guard status.st_mode & (S_IROTH | S_IWOTH) == 0 else { throw TokenFileError.openToOthers(path: path) }
        guard status.st_size <= maximumBytes else { throw TokenFileError.tooLarge(path: path, limit: maximumBytes) }
        do {
            return try file.read(upToCount: maximumBytes) ?? Data()
        } catch {
            throw TokenFileError.unreadable(path: path, reason: "reading failed")
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

    /// RFC 6750 §2.1, `b64token`: what a client can send.
    static func isToken(_ text: some Sequence<UInt8>) -> Bool {
        var hasEnded = false
        for byte in text {
            if byte == UInt8(ascii: "=") {
                hasEnded = true
            } else {
                guard !hasEnded, letters.contains(byte) else { return false }
            }
        }
        return true
    }

    private static let letters = Set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/".utf8)
}

/// Why a file of tokens is not taken. Each description is one line and holds no token.
public enum TokenFileError: Error, Equatable {
    case unreadable(path: String, reason: String)
    case openToOthers(path: String)
    case tooLarge(path: String, limit: Int)
    case noTokens(path: String)
    case shortToken(path: String, line: Int, minimum: Int)
    case badToken(path: String, line: Int)
}

extension TokenFileError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path): the tokens cannot be read: \(reason); give a readable file"
        case .openToOthers(let path): "\(path): every user may read or write the tokens; chmod o-rw it"
        case .tooLarge(let path, let limit): "\(path): more than \(limit) bytes; give a file of tokens, one a line"
        case .noTokens(let path): "\(path): there is no token in it; write one a line"
        case .shortToken(let path, let line, let minimum):
            "\(path), line \(line): the token is shorter than \(minimum) bytes; make one with openssl rand -hex 32"
        case .badToken(let path, let line):
            "\(path), line \(line): no bearer token; use letters, digits and -._~+/ alone, = at the end (RFC 6750)"
        }
    }
}
