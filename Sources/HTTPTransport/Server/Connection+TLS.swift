extension Connection {
    /// Takes encrypted bytes, answers TLS's own messages and gives the session what it can read.
    func decrypt(_ bytes: UnsafeRawBufferPointer, _ tls: TLSSession) {
        guard tls.feed(bytes) else { return close() }
        let before = input.count
        // The bytes are fed, so the scratch they came in is free again.
        var outcome = TLSSession.Plaintext.bytes(0)
        while case .bytes = outcome {
            outcome = tls.read(into: loop.scratch)
            guard case .bytes(let count) = outcome else { break }
            input.append(UnsafeRawBufferPointer(rebasing: loop.scratch[..<count]))
        }
        tls.take(to: &wire, loop.scratch)
        if input.count > before { session?.inputArrived() }
        flush()
        switch outcome {
        case .failed: close()
        case .ended: end()
        case .bytes, .more: break
        }
    }

    /// Encrypts output while little of it waits to be sent. False where TLS is broken.
    func encrypt(_ tls: TLSSession) -> Bool {
        var isWhole = true
        while !output.isEmpty, isWhole, wire.count < TransportLimits.inputMark {
            output.withNext { bytes in
                guard let count = tls.write(bytes) else {
                    isWhole = false
                    return 0
                }
                return count
            }
            tls.take(to: &wire, loop.scratch)
        }
        return isWhole
    }
}
