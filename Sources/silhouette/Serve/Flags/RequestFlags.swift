import ArgumentParser
import HTTPTransport
import Segmentation
import SegmentationService

private let limits = ServiceLimits()

/// How much requests may ask for.
struct RequestFlags: ParsableArguments {
    @Option(help: "Bytes of the longest body (\(limits.transport.bodyBytes)).")
    var body: String?

    @Option(help: "Classes of one request (\(limits.request.classes)).")
    var classes: String?

    @Option(help: "UTF-8 bytes of a name or a prompt (\(limits.request.textBytes)).")
    var textBytes: String?

    @Option(help: "Prompts of one class (\(limits.request.prompts)).")
    var prompts: String?

    @Option(help: "Pictures of one batch (\(limits.batch)).")
    var batch: String?

    @Option(help: "Bytes of all bodies that are held at one time (\(limits.heldBodies)).")
    var heldBodies: String?

    @Option(
        help: "Bytes of all uploaded pictures that are held, with what the networks see in them (\(limits.heldImages))."
    )
    var heldImages: String?

    @Option(help: "Seconds from the last use of an uploaded picture to its end (\(Int(limits.imageLifetime))).")
    var imageLifetime: String?
}
