import Foundation
import Imaging
import Segmentation

/// The files that go with each picture's answer.
struct PictureOutputs {
    let options: OutputOptions
    /// For each picture a name of its own: its file's without the ending, numbered where two would be the same.
    private let names: [String]

    /// Makes the folders and finds out, before any computing, whether the files can be written.
    ///
    /// - Throws: `CommandFailure.cannotWrite`, `.outputIsFolder`.
    init(_ options: OutputOptions, pictures: [String]) throws {
        self.options = options
        names = Self.names(of: pictures)
        for path in [options.overlay, options.labelMap].compactMap(\.self) {
            try pictures.count > 1 ? Self.makeFolder(path) : ReplacementFile.check(path)
        }
        if let folder = options.eigensegments { try Self.makeFolder(folder) }
    }

    /// - Parameter number: of the picture, from 0.
    func write(_ result: SegmentationResult, of picture: Picture, number: Int) throws {
        let classes = result.classes.map(\.name)
        if let path = options.overlay {
            let overlay = try Overlay(classes: classes).png(picture.image, result.labelMap)
            try ReplacementFile.write(overlay, to: file(path, number))
        }
        if let path = options.labelMap {
            try ReplacementFile.write(result.labelMap.png(classes: classes), to: file(path, number))
        }
        if let folder = options.eigensegments {
            for (index, segment) in result.eigensegments.enumerated() {
                try ReplacementFile.write(segment.rle.mask().png(), to: "\(folder)/\(names[number])-\(index + 1).png")
            }
        }
    }

    private func file(_ path: String, _ number: Int) -> String {
        names.count > 1 ? "\(path)/\(names[number]).png" : path
    }

    static func names(of pictures: [String]) -> [String] {
        var taken: Set<String> = []
        return pictures.map { path in
            let stem = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
            let free = (1...).lazy.map { $0 == 1 ? stem : "\(stem)-\($0)" }.first { !taken.contains($0) } ?? stem
            taken.insert(free)
            return free
        }
    }

    private static func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure.cannotWrite(path: path, reason: "no folder can be made there")
        }
        try ReplacementFile.check("\(path)/picture.png")
    }
}
