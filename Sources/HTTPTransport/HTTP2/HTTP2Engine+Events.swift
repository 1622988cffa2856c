import CNghttp2

extension HTTP2Engine {
    /// The functions that nghttp2 calls, which hand on to the owner.
    static func events(of owner: Unmanaged<HTTP2Session>) -> cnghttp2_events {
        cnghttp2_events(
            user: owner.toOpaque(),
            frame_began: { session(of: $0)?.frameBegan(type: $1, flags: $2, stream: $3, length: $4) },
            head_began: { session(of: $0)?.headBegan($1) ?? false ? 1 : 0 },
            field: { user, stream, name, nameLength, value, valueLength in
                session(of: user)?.field(
                    stream, UnsafeBufferPointer(start: name, count: nameLength),
                    UnsafeBufferPointer(start: value, count: valueLength))
            },
            head_ended: { session(of: $0)?.headEnded($1, isLast: $2 != 0) },
            data: { session(of: $0)?.data($1, UnsafeBufferPointer(start: $2, count: $3)) },
            ended: { session(of: $0)?.ended($1) },
            closed: { session(of: $0)?.closed($1) },
            settings_taken: { session(of: $0)?.settingsTaken() },
            padding_taken: { session(of: $0)?.paddingTaken() },
            frame_sent: { session(of: $0)?.frameSent(type: $1, flags: $2, stream: $3) },
            body: { user, stream, buffer, capacity, isLast in
                let space = UnsafeMutableRawBufferPointer(start: buffer, count: capacity)
                let body = session(of: user)?.body(stream, to: space) ?? (count: 0, isLast: true)
                isLast?.pointee = body.isLast ? 1 : 0
                return body.count
            })
    }
}

private func session(of user: UnsafeMutableRawPointer?) -> HTTP2Session? {
    user.map { Unmanaged<HTTP2Session>.fromOpaque($0).takeUnretainedValue() }
}
