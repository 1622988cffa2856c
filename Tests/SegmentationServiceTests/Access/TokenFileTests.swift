import Foundation
import TestSupport
import Testing

@testable import SegmentationService

@Suite("Files of tokens")
struct TokenFileTests {
    @Test("each line is a token but for empty ones and comments, whatever its line ends in")
    func lines() throws {
        let files = try TokenFiles(
            "# ours\r\n\r\n  \(TokenFiles.first)\t\r\n#no-token-of-anybody\n\(TokenFiles.second)")
        let tokens = try files.tokens()
        #expect(tokens.count == 2)
        for token in [TokenFiles.first, TokenFiles.second] { #expect(tokens.owner(of: token.utf8) != nil) }
        for token in ["no-token-of-anybody", "#no-token-of-anybody", "", TokenFiles.first + " ", TokenFiles.unknown] {
            #expect(tokens.owner(of: token.utf8) == nil, "\(token)")
        }
    }

    /// What a file holds, its mode, and how the refusal goes on after the path.
    static let refusals: [(String, Int, String)] = [
        ("", 0o600, ": there is no token in it; write one a line"),
        ("# none\n\n", 0o600, ": there is no token in it; write one a line"),
        ("0123456789abcde", 0o600, ", line 1: the token is shorter than 16 bytes; make one with openssl rand -hex 32"),
        (
            "# a\n\(TokenFiles.first) # mine\n", 0o600,
            ", line 2: no bearer token; use letters, digits and -._~+/ alone, = at the end (RFC 6750)"
        ),
        (
            "name:\(TokenFiles.first)", 0o600,
            ", line 1: no bearer token; use letters, digits and -._~+/ alone, = at the end (RFC 6750)"
        ),
        (
            "=\(TokenFiles.first)", 0o600,
            ", line 1: no bearer token; use letters, digits and -._~+/ alone, = at the end (RFC 6750)"
        ),
        (TokenFiles.first, 0o604, ": every user may read or write the tokens; chmod o-rw it"),
        (TokenFiles.first, 0o602, ": every user may read or write the tokens; chmod o-rw it"),
        (
            String(repeating: "#\n", count: (1 << 19) + 1), 0o600,
            ": more than 1048576 bytes; give a file of tokens, one a line"
        ),
    ]

    @Test("a file that does not serve is refused in one line that holds no token", arguments: refusals)
    func refused(text: String, mode: Int, message: String) throws {
        let files = try TokenFiles(text, mode: mode)
        let error = #expect(throws: TokenFileError.self) { try files.tokens() }
        #expect(error?.description == files.path + message)
    }

    @Test("a file that is missing, and one that is no file, is refused")
    func unreadable() throws {
        let folder = try ScratchFolder()
        let missing = folder.path("missing")
        #expect(
            throws: TokenFileError.unreadable(path: missing, reason: "No such file or directory")
        ) { try AccessTokens(file: missing) }
        #expect(
            throws: TokenFileError.unreadable(path: folder.root.path, reason: "not a regular file")
        ) { try AccessTokens(file: folder.root.path) }
        let pipe = folder.path("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        #expect(throws: TokenFileError.unreadable(path: pipe, reason: "not a regular file")) {
            try AccessTokens(file: pipe)
        }
    }

    @Test("tokens of 16 bytes are taken, groups may read")
    func limits() throws {
        #expect(try TokenFiles("0123456789abcdef", mode: 0o640).tokens().count == 1)
    }

    @Test("nothing that is kept holds a token, and digests have no comparison but the one of constant time")
    func structure() throws {
        let tokens = try TokenFiles().tokens()
        var kept = ""
        dump(tokens, to: &kept)
        #expect(!kept.contains(TokenFiles.first) && !kept.contains(TokenFiles.second))
        let digest = try TokenDigest(of: TokenFiles.first.utf8)
        #expect(!(digest as Any is any Equatable))
        dump(digest, to: &kept)
        #expect(!kept.contains(TokenFiles.first))
        #expect(digest.matches(try TokenDigest(of: TokenFiles.first.utf8)))
        #expect(!digest.matches(try TokenDigest(of: TokenFiles.second.utf8)))
    }

    @Test("the owner is the beginning of the token's SHA-256")
    func owner() throws {
        // FIPS 180-4's example of two blocks: 248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1.
        let token = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
        #expect(try TokenFiles(token).tokens().owner(of: token.utf8) == "248d6a61d20638b8")
    }

    @Test("a reload takes exactly what the file holds now; a bad file changes nothing")
    func reload() throws {
        let files = try TokenFiles()
        let tokens = try files.tokens()
        try files.write("\(TokenFiles.second)\n\(TokenFiles.unknown)\n")
        try tokens.reload()
        #expect(tokens.owner(of: TokenFiles.first.utf8) == nil)
        #expect(tokens.owner(of: TokenFiles.second.utf8) != nil && tokens.owner(of: TokenFiles.unknown.utf8) != nil)
        for bad in ["", "short", "\(TokenFiles.first)\nshort"] {
            try files.write(bad)
            #expect(throws: TokenFileError.self) { try tokens.reload() }
            #expect(tokens.count == 2 && tokens.owner(of: TokenFiles.second.utf8) != nil)
        }
    }
}
