import Foundation
import HTTPTransport
import Imaging
import Segmentation
import Tensors

extension SegmentationService {
    /// `POST /v1/images`: encodes a picture and holds what came of it.
    func upload(_ call: Call, _ body: RequestBody) {
        read(call, body, [.multipart, .raw]) { [self] received in
            let request = try UploadRequest(received.content, received.query)
            let reference = ImageReference(digest: try Tensors.sha256(of: request.image.span))
            let model = try model(request.model)
            if let image = images.use(reference, by: call.owner), image.orientation == request.orientation,
                image.features[model.digest] != nil
            {
                return try answer(call, image, status: 200)
            }
            let header = try ImageDecoder.header(request.image)
            let job = job(model, cost: header.width * header.height, timeout: request.timeout) {
                [self, body = received.held] job, context in
                try withExtendedLifetime(body) {
                    let segmenter = try model.segmenter(at: configuration.clock())
                    job.begin(.decode)
                    let picture = try Picture(request.image, orientation: request.orientation, context)
                    job.begin(.encode)
                    let encoded = try segmenter.encode(picture, context)
                    let image = HeldImage(
                        reference: reference, bytes: request.image, header: header, orientation: request.orientation,
                        facts: encoded.facts, features: [model.digest: encoded])
                    job.begin(.write)
                    let (held, isNew) = try images.keep(image, for: call.owner)
                    try answer(call, held, status: isNew ? 201 : 200)
                }
            } failed: { error in
                call.answer(error)
            }
            try admit([job], call)
        }
    }

    /// `GET /v1/images/{sha256}`; looking is no use.
    func describe(_ call: Call, _ digest: String) {
        guard let entry = ImageReference(digest).flatMap({ images.look(at: $0, by: call.owner) }) else {
            return call.answer(Problem.notHeld(digest))
        }
        call.answer(json(entry))
    }

    /// `DELETE /v1/images/{sha256}`.
    func forget(_ call: Call, _ digest: String) {
        guard let reference = ImageReference(digest), images.forget(reference, by: call.owner) else {
            return call.answer(Problem.notHeld(digest))
        }
        call.answer(Response(status: 204))
    }

    private func answer(_ call: Call, _ image: HeldImage, status: Int) throws {
        var response = Response.json(json(.init(image: image, remaining: images.lifetime)), status: status)
        response.fields.append("location", image.reference.path)
        call.answer(response)
    }

    private func json(_ entry: ImageStore.Entry) -> JSONValue {
        let image = entry.image
        return [
            "ref": .string("\(image.reference)"), "image": image.facts.json(),
            "models": .array(image.features.keys.sorted().map { .string("sha256:\($0)") }),
            "bytes": JSONValue(image.bytes.count), "held_bytes": JSONValue(image.byteCount),
            "expires_at": .string(Date(timeIntervalSinceNow: entry.remaining).formatted(.iso8601)),
        ]
    }
}
