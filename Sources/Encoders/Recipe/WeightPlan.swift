import Tensors

/// One weight file of a bundle to be written from a checkpoint, every tensor of which was found with a shape that fits.
struct WeightPlan {
    let part: BundleRecipe.Part
    let assignments: [TensorMapping.Assignment]
    let file: SafetensorsFile
    /// What messages call the checkpoint.
    let label: String

    var byteCount: Int { layout.count * MemoryLayout<Float>.size }
    private var layout: WeightLayout { WeightLayout(assignments.map(\.entry)) }

    /// - Throws: ``SafetensorsError`` where the checkpoint lacks a tensor or has it in another shape, ``BundleError``
    ///   where the mapping has no rule for one.
    init(_ part: BundleRecipe.Part, _ layout: WeightLayout, file: SafetensorsFile, label: String) throws {
        self.part = part
        self.file = file
        self.label = label
        assignments = try layout.entries.map { entry in
            guard let assignment = part.mapping.assignment(for: entry) else {
                throw BundleError.field(
                    path: label, pointer: "/files/\(part.name)/mapping", "no rule makes the tensor \"\(entry.name)\"")
            }
            try assignment.check(file, label)
            return assignment
        }
    }

    /// - Parameter progress: told of the bytes that each tensor has added.
    /// - Returns: the file's SHA-256.
    func write(to path: String, _ context: ExecutionContext, progress: (Int) -> Void) throws -> String {
        let writer = try SafetensorsWriter(path: path, layout: layout)
        for assignment in assignments {
            // Tensors joined along the first axis are written one behind the other.
            for source in assignment.sources {
                try context.checkCancellation()
                let tensor = try file.tensor(source, file.shape(of: source) ?? [])
                try writer.append(assignment.isTransposed ? tensor.transposed : tensor)
                progress(tensor.byteCount)
            }
        }
        return try writer.finish()
    }
}

extension TensorMapping.Assignment {
    /// - Throws: ``SafetensorsError/missing(file:tensor:expected:)``,
    ///   ``SafetensorsError/wrongShape(file:tensor:expected:found:)``
    fileprivate func check(_ file: SafetensorsFile, _ label: String) throws {
        let shapes = try sources.map { source in
            guard let shape = file.shape(of: source) else {
                throw SafetensorsError.missing(file: label, tensor: source, expected: nil)
            }
            return shape
        }
        let expected = expectedShape(joining: shapes)
        for (source, shape) in zip(sources, shapes) where !fits(shape, expected) {
            throw SafetensorsError.wrongShape(file: label, tensor: source, expected: expected, found: shape)
        }
    }

    /// The shape that each source must have: of joined ones an equal share.
    private func expectedShape(joining shapes: [[Int]]) -> [Int] {
        guard !isTransposed else { return entry.shape.reversed() }
        guard sources.count > 1, let first = entry.shape.first else { return entry.shape }
        return [first / sources.count] + entry.shape.dropFirst()
    }

    private func fits(_ shape: [Int], _ expected: [Int]) -> Bool {
        isReshaped ? shape.reduce(1, *) == entry.count : shape == expected
    }
}
