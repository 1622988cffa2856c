import HTTPTransport

/// The proxies whose `X-Forwarded-For` is believed.
struct TrustedProxies: Sendable {
    let networks: [AddressRange]

    /// The last address that no trusted proxy has: each proxy adds whom it was asked by to the right of what it was told,
    /// so that what stands to the left of that address may be invented.
    func client(of request: Request) -> PeerAddress {
        guard isTrusted(request.peer) else { return request.peer }
        var client = request.peer
        let named = request.fields.values(of: "x-forwarded-for").flatMap { $0.split(separator: ",") }
        for text in named.reversed() {
            guard let address = PeerAddress(text.trimmed) else { break }
            client = address
            guard isTrusted(address) else { break }
        }
        return client
    }

    private func isTrusted(_ address: PeerAddress) -> Bool { networks.contains { $0.contains(address) } }
}

extension Substring {
    fileprivate var trimmed: Substring {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        let rest = drop(while: isBlank)
        return rest.lastIndex { !isBlank($0) }.map { rest[...$0] } ?? ""
    }
}

extension Request {
    /// Whether whoever sent it is on this machine and passes nothing on.
    var isFromThisMachine: Bool {
        let isHere = peer == .local || AddressRange.loopback.contains { $0.contains(peer) }
        return isHere && !["x-forwarded-for", "forwarded", "x-real-ip", "via"].contains { fields.contains($0) }
    }
}
