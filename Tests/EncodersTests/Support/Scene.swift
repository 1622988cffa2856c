import Foundation
import Imaging
import Segmentation

/// The drawn scene that the package ships as its example.
func scene() throws -> Picture {
    let root = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    let bytes = try Data(contentsOf: root.appending(path: "deploy/example/scene.png"))
    return try Picture(Array(bytes), context)
}
