public import HTTPTransport
import Imaging
public import Segmentation
import Tensors

/// Every bound of the service that an error may quote, with its default.
public struct ServiceLimits: Sendable, Equatable {
    public var transport = TransportLimits()
    /// Of one picture's classes.
    public var request = RequestLimits()
    /// Pictures of one batch.
    public var batch = 16
    /// From the whole request to its answer, in milliseconds; `timeout_ms` lowers it.
    public var deadline = 30_000
    /// Jobs that wait for a worker.
    public var queue = 64
    /// Pixels × classes of all waiting jobs; that of one largest request is the default.
    public var queueCost = ImageLimits.default.pixels * RequestLimits().classes
    /// Bytes of all request bodies held at one time.
    public var heldBodies = 512 << 20
    /// Bytes of all pictures that are held, with what the networks see in them.
    public var heldImages = 512 << 20
    /// Seconds from the last use of a held picture to its end.
    public var imageLifetime = 600.0

    public init() {}

    var json: JSONValue {
        let image = ImageLimits.default
        return [
            "body_bytes": JSONValue(transport.bodyBytes), "held_body_bytes": JSONValue(heldBodies),
            "held_image_bytes": JSONValue(heldImages), "image_seconds": .number(imageLifetime),
            "batch_images": JSONValue(batch),
            "classes": JSONValue(request.classes), "text_bytes": JSONValue(request.textBytes),
            "prompts": JSONValue(request.prompts), "image_pixels": JSONValue(image.pixels),
            "image_side": JSONValue(image.side), "image_scans": JSONValue(image.scans),
            "image_chunks": JSONValue(image.chunks), "image_metadata_bytes": JSONValue(image.metadata),
            "deadline_ms": JSONValue(deadline), "queue_jobs": JSONValue(queue), "queue_cost": JSONValue(queueCost),
            "form_parts": JSONValue(FormLimits.parts), "form_text_bytes": JSONValue(FormLimits.textBytes),
            "form_header_bytes": JSONValue(FormLimits.headerBytes), "json_depth": JSONValue(SegmentRequest.jsonDepth),
            "target_bytes": JSONValue(transport.targetBytes), "header_bytes": JSONValue(transport.headerBytes),
            "header_fields": JSONValue(transport.headerFields), "header_seconds": .number(transport.headerTime),
            "idle_seconds": .number(transport.idleTime), "rate_seconds": .number(transport.rateTime),
            "minimum_rate": .number(transport.minimumRate), "unsent_bytes": JSONValue(transport.unsentBytes),
            "connections": JSONValue(transport.connections),
            "connections_per_address": JSONValue(transport.connectionsPerAddress),
            "streams": JSONValue(transport.streams),
        ]
    }
}
