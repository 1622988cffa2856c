/// Answers requests.
public protocol RequestHandler: Sendable {
    /// Takes one request, once its head is whole.
    ///
    /// Called on the transport's queue: it must return soon. The answer may be given at once or later, from any thread.
    /// - Parameters:
    ///   - request: the head.
    ///   - body: where the body comes from, piece by piece; what is not asked for is not read from the client.
    ///   - responder: where the answer goes. Letting go of it without one answers 500.
    func respond(to request: Request, body: RequestBody, responder: Responder)
}
