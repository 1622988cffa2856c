import HTTPTransport

/// Reads one body piece by piece into a form.
///
/// `@unchecked Sendable`: touched only where pieces are taken, which is on the transport's queue.
final class BodyIntake: @unchecked Sendable {
    private var form: RequestForm
    private let held: HeldBytes
    private let take: @Sendable (Result<(RequestForm, HeldBytes), any Error>) -> Void

    /// - Parameter take: called once, unless the client leaves or the transport answers a fault of the body itself.
    init(
        _ form: RequestForm, _ budget: ByteBudget,
        take: @escaping @Sendable (Result<(RequestForm, HeldBytes), any Error>) -> Void
    ) {
        self.form = form
        held = HeldBytes(budget)
        self.take = take
    }

    func read(_ body: RequestBody) {
        body.read { [self] piece in
            do {
                switch piece {
                case .bytes(let bytes):
                    try held.add(bytes.count)
                    try form.take(bytes)
                    read(body)
                case .end: take(.success((form, held)))
                case .failed: break
                }
            } catch {
                take(.failure(error))
            }
        }
    }
}
