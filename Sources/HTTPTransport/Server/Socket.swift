import CEpoll
import Glibc

/// A socket's descriptor and the calls on it; whoever holds it closes it.
struct Socket {
    let descriptor: Int32

    enum Transfer {
        case bytes(Int)
        /// Nothing can be moved now.
        case later
        /// The peer sends no more.
        case end
        case failed
    }

    /// Binds, listens, and says where: the port may have been chosen by the system.
    static func listening(on address: ListenAddress) throws(TransportError) -> (Socket, ListenAddress) {
        let family = address.isUnix ? AF_UNIX : address.isIPv6 ? AF_INET6 : AF_INET
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let socket = Socket(descriptor: Glibc.socket(family, type, 0))
        guard socket.descriptor >= 0 else { throw address.failure(errno) }
        do throws(TransportError) {
            if family != AF_UNIX { socket.set(SOL_SOCKET, SO_REUSEADDR) }
            // An IPv6 listener takes no IPv4 clients, so that both can be named without meaning one twice.
            if family == AF_INET6 { socket.set(Int32(IPPROTO_IPV6), IPV6_V6ONLY) }
            // Accepted sockets have it too: what a client does not take waits here, where it is bounded, and not in
            // megabytes of the kernel's, which take long to fill while the others wait.
            if family != AF_UNIX {
                socket.set(Int32(IPPROTO_TCP), TCP_NOTSENT_LOWAT, Int32(TransportLimits.unsentMark))
            }
            try socket.bind(to: address)
            guard listen(socket.descriptor, 1024) == 0 else { throw address.failure(errno) }
            return (socket, socket.boundAddress(as: address))
        } catch {
            socket.close()
            throw error
        }
    }

    func accept() -> (Socket, PeerAddress)? {
        var storage = sockaddr_storage()
        let accepted = cepoll_accept(descriptor, &storage)
        guard accepted >= 0 else { return nil }
        let socket = Socket(descriptor: accepted)
        let peer = PeerAddress(storage)
        if peer.bytes != nil { socket.set(Int32(IPPROTO_TCP), TCP_NODELAY) }
        return (socket, peer)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        Self.transfer { recv(descriptor, buffer.baseAddress, buffer.count, 0) }
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> Transfer {
        Self.transfer { send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)) }
    }

    func shutdownWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    func close() { Glibc.close(descriptor) }

    private static func transfer(_ call: () -> Int) -> Transfer {
        while true {
            let count = call()
            if count > 0 { return .bytes(count) }
            if count == 0 { return .end }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .later
            default: return .failed
            }
        }
    }

    private func set(_ level: Int32, _ option: Int32, _ value: Int32 = 1) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}

extension Socket {
    private func bind(to address: ListenAddress) throws(TransportError) {
        var storage = try address.storage()
        if case .unix(let path) = address { try Self.removeStaleFile(path, address) }
        let result = withUnsafePointer(to: &storage.0) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.bind(descriptor, $0, storage.1) }
        }
        guard result == 0 else { throw address.failure(errno) }
    }

    /// Removes a socket file that nobody listens on; anything else of that name stays and binding fails.
    private static func removeStaleFile(_ path: String, _ address: ListenAddress) throws(TransportError) {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return }
        let probe = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { Glibc.close(probe) }
        var storage = try address.storage()
        let result = withUnsafePointer(to: &storage.0) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(probe, $0, storage.1) }
        }
        if result != 0, errno == ECONNREFUSED { unlink(path) }
    }

    private func boundAddress(as address: ListenAddress) -> ListenAddress {
        guard case .internet(let host, _) = address else { return address }
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        _ = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return .internet(host: host, port: PeerAddress(storage).port)
    }
}

extension ListenAddress {
    fileprivate var isUnix: Bool { if case .unix = self { true } else { false } }
    fileprivate var isIPv6: Bool { if case .internet(let host, _) = self { host.contains(":") } else { false } }

    fileprivate func failure(_ code: Int32) -> TransportError {
        .cannotListen(address: description, reason: TransportError.reason(code))
    }

    /// The address as the kernel takes it, and its length.
    func storage() throws(TransportError) -> (sockaddr_storage, socklen_t) {
        var storage = sockaddr_storage()
        switch self {
        case .internet(let host, let port):
            guard let bytes = AddressRange.parse(host) else { throw .badAddress(description) }
            let length = withUnsafeMutableBytes(of: &storage) { raw in
                raw.storeBytes(of: UInt16(port).bigEndian, toByteOffset: 2, as: UInt16.self)
                // sin_addr stands at 4, sin6_addr after its flow label at 8.
                raw.baseAddress.map { base in
                    (base + (isIPv6 ? 8 : 4)).copyMemory(
                        from: isIPv6 ? bytes : Array(bytes.suffix(4)), byteCount: isIPv6 ? 16 : 4)
                }
                return isIPv6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
            }
            storage.ss_family = sa_family_t(isIPv6 ? AF_INET6 : AF_INET)
            return (storage, socklen_t(length))
        case .unix(let path):
            let offset = MemoryLayout<sa_family_t>.size
            guard !path.isEmpty, path.utf8.count < MemoryLayout<sockaddr_un>.size - offset else {
                throw .badAddress(description)
            }
            storage.ss_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &storage) { raw in
                for (index, byte) in path.utf8.enumerated() { raw[offset + index] = byte }
            }
            return (storage, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
}
