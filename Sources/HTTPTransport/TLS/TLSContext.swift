import COpenSSL

/// Where a server's certificate stands.
public struct CertificateFiles: Sendable, Hashable {
    /// PEM, the server's own certificate first.
    public var chain: String
    /// PEM, unencrypted.
    public var key: String

    public init(chain: String, key: String) {
        self.chain = chain
        self.key = key
    }
}

/// What all TLS connections with one certificate share: TLS 1.2 and later, h2 before http/1.1 by ALPN.
///
/// `@unchecked Sendable`: OpenSSL counts its references atomically and nothing here changes it once it is made.
final class TLSContext: @unchecked Sendable {
    fileprivate let context: UnsafeMutableRawPointer

    init(_ files: CertificateFiles) throws(TransportError) {
        var message = [CChar](repeating: 0, count: Int(openssl_message_bytes))
        var isKeyBad: Int32 = 0
        guard let context = openssl_tls_context(files.chain, files.key, &message, &isKeyBad) else {
            let reason = String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            throw .badCertificate(path: isKeyBad == 1 ? files.key : files.chain, reason: reason)
        }
        self.context = context
    }

    deinit { openssl_tls_context_free(context) }
}

/// The server's side of TLS on one connection: bytes in, bytes out, no I/O.
final class TLSSession {
    enum Plaintext {
        case bytes(Int)
        case more
        /// The client said that it sends no more.
        case ended
        case failed
    }

    private let session: UnsafeMutableRawPointer

    /// Nil where there is no memory.
    init?(_ context: TLSContext) {
        guard let session = openssl_tls_begin(context.context) else { return nil }
        self.session = session
    }

    deinit { openssl_tls_free(session) }

    var isEstablished: Bool { openssl_tls_is_established(session) == 1 }
    /// Whether ALPN chose HTTP/2; false before the handshake is done.
    var isHTTP2: Bool { openssl_tls_is_http2(session) == 1 }

    /// Takes what came from the client.
    func feed(_ bytes: UnsafeRawBufferPointer) -> Bool {
        openssl_tls_feed(session, bytes.baseAddress, bytes.count) == 1
    }

    /// Decrypts into `buffer` what was fed.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Plaintext {
        switch openssl_tls_read(session, buffer.baseAddress, Int32(buffer.count)) {
        case Int32(OPENSSL_TLS_MORE): .more
        case Int32(OPENSSL_TLS_ENDED): .ended
        case Int32(OPENSSL_TLS_FAILED): .failed
        case let count: .bytes(Int(count))
        }
    }

    /// Encrypts the first of `bytes`; how many, or nil where the session is broken.
    func write(_ bytes: UnsafeRawBufferPointer) -> Int? {
        let count = openssl_tls_write(session, bytes.baseAddress, Int32(min(bytes.count, 16 * 1024)))
        return count > 0 ? Int(count) : nil
    }

    /// Adds to `wire` what is to be sent, by way of `buffer`.
    func take(to wire: inout OutputQueue, _ buffer: UnsafeMutableRawBufferPointer) {
        while case let count = Int(openssl_tls_take(session, buffer.baseAddress, Int32(buffer.count))), count > 0 {
            wire.append { $0.append(contentsOf: buffer[..<count]) }
        }
    }

    /// Tells the client that nothing more comes.
    func end() { openssl_tls_end(session) }
}
