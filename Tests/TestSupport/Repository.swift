public import Foundation

/// Where the sources of this package stand.
public enum Repository {
    public static let root = (1...3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent()
    }

    /// The bundle that the command embeds.
    public static let starterBundle = root.appendingPathComponent("Sources/silhouette/Resources/silhouette-starter")

    /// The drawn scene that the package ships as its example.
    public static let scene = root.appendingPathComponent("deploy/example/scene.png")
}
