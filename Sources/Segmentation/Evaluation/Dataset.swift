import Foundation
import Imaging
import Tensors

/// Pictures whose answers are known: `classes.json`, `images/*.jpg`, `masks/*.png`.
///
/// Masks are 8-bit indices: i is `classes[i − 1]`, 0 is *rest*, a region that none of the names covers, 255 is ignored.
/// An optional `splits.json` (`{"test": ["stem", …], …}`) names subsets, an optional `queries.json`
/// (`{"stem": ["name", …]}`) what is asked of each picture.
public struct Dataset: Sendable {
    public let directory: String
    public let classes: [String]
    /// File names without their ends, sorted.
    public let stems: [String]
    /// The names asked of each picture; nil when all classes are asked of all.
    let queries: [String: [String]]?
    private let images: [String: String]

    /// - Parameters:
    ///   - directory: the folder.
    ///   - split: the name of a subset in `splits.json`; nil for all pictures.
    /// - Throws: ``SegmentationError/dataset(path:problem:)`` for a file that is missing or not of this form.
    public init(directory: String, split: String? = nil) throws {
        let folder = DatasetFolder(directory: directory)
        self.directory = directory
        classes = try folder.classes()
        images = try folder.images()
        queries = try folder.queries()
        stems = try split.map { try folder.split($0) } ?? images.keys.sorted()
        guard !stems.isEmpty else {
            throw SegmentationError.dataset(path: "\(directory)/images", problem: "holds no picture (*.jpg)")
        }
        for stem in stems {
            guard images[stem] != nil else {
                throw SegmentationError.dataset(
                    path: "\(directory)/splits.json", problem: "names \"\(stem)\", of which images/ has no picture")
            }
            guard queries.map({ $0[stem] != nil }) ?? true else {
                throw SegmentationError.dataset(
                    path: "\(directory)/queries.json", problem: "does not say what to ask of \"\(stem)\"")
            }
        }
    }

    /// The unseen names of one fold of `folds.json` (`{"folds": [["name", …], …]}`).
    ///
    /// - Parameter number: from 0.
    /// - Throws: ``SegmentationError/dataset(path:problem:)``
    public func unseen(inFold number: Int) throws -> [String] {
        try DatasetFolder(directory: directory).fold(number)
    }

    func picture(_ stem: String, _ context: ExecutionContext) throws -> Picture {
        let path = "\(directory)/images/\(images[stem] ?? stem)"
        return try Picture(DatasetFolder.bytes(path), name: path, context)
    }

    func truth(_ stem: String) throws -> GroundTruth {
        let path = "\(directory)/masks/\(stem).png"
        let mask = try LabelMap(png: DatasetFolder.bytes(path), name: path)
        return try GroundTruth(mask, classes: classes.count, path: path)
    }
}
