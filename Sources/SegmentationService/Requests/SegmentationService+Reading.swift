import Dispatch
import HTTPTransport
import Segmentation

extension SegmentationService {
    /// What a body held, with all that is needed to go on.
    struct Received {
        let content: RequestContent
        let query: QueryParameters
        /// Kept as long as the request's bytes are.
        let held: HeldBytes
    }

    /// Reads the body, which the transport takes from the client only as fast as it is read here.
    ///
    /// - Parameters:
    ///   - kinds: the forms that are read.
    ///   - take: goes on, on the queue of the bodies; what it throws answers the call.
    func read(
        _ call: Call, _ body: RequestBody, _ kinds: [RequestForm.Kind],
        take: @escaping @Sendable (Received) throws -> Void
    ) {
        do {
            guard isLoaded else { throw Self.starting }
            let query = try QueryParameters(call.request.query)
            let intake = BodyIntake(try RequestForm(call.request, kinds), budget) { [self] result in
                reading.async {
                    do {
                        let (form, held) = try result.get()
                        try take(Received(content: form.finish(), query: query, held: held))
                    } catch {
                        call.answer(error)
                    }
                }
            }
            intake.read(body)
        } catch {
            call.answer(error)
        }
    }
}
