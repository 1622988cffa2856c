import CNghttp2

/// nghttp2's view of the server's side of one connection: bytes in, bytes and events out, no I/O.
final class HTTP2Engine {
    private let session: OpaquePointer
    private let events: UnsafeMutablePointer<cnghttp2_events>
    private var values: [UInt8] = []
    private var lines: [(name: Range<Int>, value: Range<Int>)] = []
    /// The frame that goes out before all others; empty once it is out.
    private var preface: [UInt8] = []

    /// Nil where there is no memory. `owner` outlives the engine and is told of events, from within receive and send.
    init?(owner: HTTP2Session, _ limits: TransportLimits) {
        events = .allocate(capacity: 1)
        events.initialize(to: Self.events(of: Unmanaged.passUnretained(owner)))
        let settings = cnghttp2_settings(
            streams: UInt32(limits.streams), stream_window: UInt32(Self.streamWindow),
            connection_window: UInt32(Self.connectionWindow), header_bytes: UInt32(limits.headerBytes))
        guard let session = cnghttp2_begin(events, settings) else {
            events.deallocate()
            return nil
        }
        self.session = session
        preface = [UInt8](unsafeUninitializedCapacity: Int(cnghttp2_settings_size)) { frame, count in
            count = frame.baseAddress.map { cnghttp2_take_settings(session, settings, $0) } ?? 0
        }
    }

    deinit {
        nghttp2_session_del(session)
        events.deallocate()
    }

    /// What a client may send of one body, and of all, before somebody reads it.
    static let streamWindow = 256 * 1024
    static let connectionWindow = 1024 * 1024

    /// Takes bytes that came. False where the connection cannot go on.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        nghttp2_session_mem_recv(session, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count) >= 0
    }

    /// Adds what is to be sent to `output`, up to a mark. False where the connection cannot go on.
    func send(_ output: inout OutputQueue, _ mark: Int) -> Bool {
        if !preface.isEmpty {
            output.append(preface)
            preface = []
        }
        while output.count < mark {
            var bytes: UnsafePointer<UInt8>?
            let count = nghttp2_session_mem_send(session, &bytes)
            guard count > 0, let bytes else { return count == 0 }
            output.append { $0.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count)) }
        }
        return true
    }

    /// Whether neither side has anything more to say.
    var isOver: Bool { nghttp2_session_want_read(session) == 0 && nghttp2_session_want_write(session) == 0 }

    /// Begins an answer.
    func respond(_ stream: Int32, status: Int, date: String?, fields: Fields, length: Int?, hasBody: Bool) {
        values.removeAll(keepingCapacity: true)
        lines.removeAll(keepingCapacity: true)
        add(":status".utf8, String(status).utf8)
        if let date { add("date".utf8, date.utf8) }
        for line in fields.lines where !Self.isDropped(line, of: fields) {
            let start = Int(line.start)
            add(fields.bytes[start..<start + Int(line.nameLength)], fields.valueBytes(line))
        }
        if let length { add("content-length".utf8, String(length).utf8) }
        submit { cnghttp2_respond(session, stream, $0, $1, hasBody ? 1 : 0) }
    }

    /// RFC 9110 §10.1.1.
    func sendContinue(_ stream: Int32) {
        values.removeAll(keepingCapacity: true)
        lines.removeAll(keepingCapacity: true)
        add(":status".utf8, "100".utf8)
        submit { nghttp2_submit_headers(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream, nil, $0, $1, nil) }
    }

    func resume(_ stream: Int32) { nghttp2_session_resume_data(session, stream) }

    /// Lets the client send as much again as was read of a body.
    func consume(_ stream: Int32, _ count: Int) { nghttp2_session_consume(session, stream, count) }

    /// Resets a stream: with CANCEL, or NO_ERROR where its answer is whole (RFC 9113 §8.1).
    func reset(_ stream: Int32, isAnswered: Bool) {
        let code = isAnswered ? NGHTTP2_NO_ERROR : NGHTTP2_CANCEL
        nghttp2_submit_rst_stream(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream, code.rawValue)
    }

    /// Says that the connection will end, while requests that are on their way are still taken (RFC 9113 §6.8).
    func announceEnd() { nghttp2_submit_shutdown_notice(session) }

    /// Says which request was the last that is answered.
    func end() {
        let last = nghttp2_session_get_last_proc_stream_id(session)
        nghttp2_submit_goaway(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), last, NGHTTP2_NO_ERROR.rawValue, nil, 0)
    }

    /// Ends the connection: GOAWAY, then nothing is read any more.
    func terminate(_ code: nghttp2_error_code) {
        nghttp2_session_terminate_session(session, code.rawValue)
    }

    /// What the client lets an answer take before it gives more.
    var initialWindow: Int {
        Int(nghttp2_session_get_remote_settings(session, NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE))
    }

    /// What is left of that for one stream.
    func window(of stream: Int32) -> Int { Int(nghttp2_session_get_stream_remote_window_size(session, stream)) }

    /// How much of one stream's answer can go out without the client giving more.
    func room(for stream: Int32) -> Int {
        min(window(of: stream), Int(nghttp2_session_get_remote_window_size(session)))
    }
}

extension HTTP2Engine {
    private func add(_ name: some Sequence<UInt8>, _ value: some Sequence<UInt8>) {
        let start = values.count
        values.append(contentsOf: name)
        let middle = values.count
        values.append(contentsOf: value)
        lines.append((start..<middle, middle..<values.count))
    }

    private func submit(_ send: (UnsafePointer<nghttp2_nv>, Int) -> Int32) {
        values.withUnsafeMutableBufferPointer { bytes in
            let fields = lines.map { line in
                nghttp2_nv(
                    name: bytes.baseAddress.map { $0 + line.name.lowerBound },
                    value: bytes.baseAddress.map { $0 + line.value.lowerBound }, namelen: line.name.count,
                    valuelen: line.value.count, flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue))
            }
            // Fails only without memory, or for a stream that is gone, which needs no answer.
            _ = fields.withUnsafeBufferPointer { fields in fields.baseAddress.map { send($0, fields.count) } }
        }
    }

    /// RFC 9113 §8.2.2: fields of one connection have no place here; the others are the transport's own.
    private static func isDropped(_ line: Fields.Line, of fields: Fields) -> Bool {
        switch line.nameLength {
        case 4: fields.isNamed(line, "date")
        case 7: fields.isNamed(line, "upgrade")
        case 10: fields.isNamed(line, "connection") || fields.isNamed(line, "keep-alive")
        case 14: fields.isNamed(line, "content-length")
        case 16: fields.isNamed(line, "proxy-connection")
        case 17: fields.isNamed(line, "transfer-encoding")
        default: false
        }
    }
}
