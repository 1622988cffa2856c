import COpenSSL
import Foundation

/// The SHA-256 of `bytes`, FIPS 180-4, as 64 lower-case hexadecimal digits.
///
/// - Throws: ``HashingError/unavailable`` where OpenSSL's configuration offers no SHA-256.
public func sha256(of bytes: Span<UInt8>) throws -> String {
    let digest = try SHA256Digest()
    try bytes.withUnsafeBytes(digest.update)
    return try digest.finish()
}

/// The SHA-256 of a file's bytes, read in pieces, as 64 lower-case hexadecimal digits.
///
/// - Throws: ``HashingError``
public func sha256(ofFileAt path: String) throws -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw HashingError.unreadable(path, reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    let digest = try SHA256Digest()
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    while true {
        let count = read(descriptor, &piece, piece.count)
        if count < 0 && errno == EINTR { continue }
        guard count >= 0 else { throw HashingError.unreadable(path, reason: String(cString: strerror(errno))) }
        guard count > 0 else { return try digest.finish() }
        try piece.withUnsafeBytes { try digest.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
}

/// Why a hash could not be taken.
public enum HashingError: Error, Equatable, CustomStringConvertible {
    case unreadable(String, reason: String)
    case unavailable

    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path): cannot be read to take its SHA-256: \(reason)"
        case .unavailable: "OpenSSL offers no SHA-256; check its configuration (openssl list -digest-algorithms)"
        }
    }
}

/// A SHA-256 in progress.
final class SHA256Digest {
    private let state: UnsafeMutableRawPointer

    init() throws {
        guard let state = openssl_sha256_begin() else { throw HashingError.unavailable }
        self.state = state
    }

    deinit { openssl_sha256_free(state) }

    func update(_ bytes: UnsafeRawBufferPointer) throws {
        guard openssl_sha256_update(state, bytes.baseAddress, bytes.count) == 1 else { throw HashingError.unavailable }
    }

    func finish() throws -> String {
        var digest = [UInt8](repeating: 0, count: openssl_sha256_bytes)
        guard openssl_sha256_finish(state, &digest) == 1 else { throw HashingError.unavailable }
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
