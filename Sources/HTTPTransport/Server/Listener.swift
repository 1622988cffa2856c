import Glibc

/// A listening socket.
final class Listener: EventHandler {
    private let socket: Socket
    private let address: ListenAddress
    private let isSecure: Bool
    private unowned let server: ServerCore
    private var isPaused = false

    init(_ socket: Socket, _ address: ListenAddress, isSecure: Bool, _ server: ServerCore) {
        self.socket = socket
        self.address = address
        self.isSecure = isSecure
        self.server = server
    }

    func becameReady(_ readiness: Readiness) {
        // A batch at a time, so that a flood of connections does not hold up those that are open.
        for _ in 0..<64 {
            guard let (socket, peer) = socket.accept() else { return pauseIfOutOfDescriptors() }
            server.accepted(socket, peer, isSecure: isSecure)
        }
    }

    /// Without a descriptor the connection stays in the backlog and the listener ready: it looks away for a while.
    private func pauseIfOutOfDescriptors() {
        guard [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) else { return }
        isPaused = true
        server.loop.setInterest(socket.descriptor, [])
    }

    func checkDeadlines(now: Instant) {
        guard isPaused else { return }
        isPaused = false
        server.loop.setInterest(socket.descriptor, .readable)
    }

    /// - Parameter takingWaiting: whether connections that wait in the backlog are accepted first.
    func close(takingWaiting: Bool) {
        while takingWaiting, let (socket, peer) = socket.accept() { server.accepted(socket, peer, isSecure: isSecure) }
        server.loop.forget(socket.descriptor)
        socket.close()
        if case .unix(let path) = address { unlink(path) }
    }
}
