/// One request of an HTTP/2 connection, from its first field to its close.
final class HTTP2Stream {
    let id: Int32
    var head = HTTP2Head()
    var exchange: Exchange?
    /// Bytes of the body that came and nobody asked for yet; bounded by the stream's window.
    var inbound: [UInt8] = []
    /// Of the body, ever.
    var received = 0
    var isBodyWhole = false
    var owesContinue = false
    var bodyRate = RateWatch()
    var outputRate = RateWatch()
    /// The answer's body that is not handed out yet.
    private var outbound: [[UInt8]] = []
    private var offset = 0
    private(set) var outboundCount = 0
    private(set) var sent = 0
    var isAnswerWhole = false
    /// When the client must have taken the answer.
    var deadline: Instant?
    /// Whether the answer that was begun has a body.
    var sendsBody = false
    /// Bytes that a told length still asks for; nil where none was told.
    var bodyLeft: Int?

    init(_ id: Int32) {
        self.id = id
    }

    func append(_ piece: [UInt8]) {
        guard !piece.isEmpty else { return }
        outbound.append(piece)
        outboundCount += piece.count
    }

    /// Copies the next bytes of the answer.
    func copyBody(to buffer: UnsafeMutableRawBufferPointer) -> Int {
        var copied = 0
        while copied < buffer.count, let piece = outbound.first {
            let count = min(buffer.count - copied, piece.count - offset)
            piece.withUnsafeBytes { bytes in
                let from = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
                UnsafeMutableRawBufferPointer(rebasing: buffer[copied...]).copyMemory(from: from)
            }
            copied += count
            offset += count
            if offset == piece.count {
                outbound.removeFirst()
                offset = 0
            }
        }
        outboundCount -= copied
        sent += copied
        return copied
    }
}
