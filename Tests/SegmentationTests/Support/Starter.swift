import Encoders
import Foundation
import Imaging
import Tensors
import TestSupport

@testable import Segmentation

/// The bundle that the command embeds, as it stands in the sources, and the drawn scene that it is shown with.
enum Starter {

    private static let loaded = Result {
        try Segmenter(ModelBundle(directory: Repository.starterBundle.path, engine: Engine(.oneDNN, precision: .fp32)))
    }

    /// Loaded once for all tests.
    static func segmenter() throws -> Segmenter { try loaded.get() }

    static func context(threads: Int = 2) -> ExecutionContext { ExecutionContext(team: ThreadTeam(threads: threads)) }

    static func scene(_ context: ExecutionContext = context()) throws -> Picture {
        try Picture(
            Array(Data(contentsOf: Repository.scene)), name: "scene.png", context
        )
    }

    /// Six things that the scene shows and two that it does not.
    static let classes = [
        "red striped circle", "blue star", "yellow dotted ring", "green checkered square", "violet heart",
        "orange gridded triangle", "red dotted circle", "yellow cross",
    ].map { ClassQuery($0) }

    /// One colour everywhere.
    static func flatPicture(width: Int = 96, height: Int = 64) throws -> Picture {
        try Picture(
            DecodedImage(
                width: width, height: height, pixels: [UInt8](repeating: 128, count: 3 * width * height)))
    }
}
