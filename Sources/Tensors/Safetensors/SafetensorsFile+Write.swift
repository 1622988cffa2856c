extension SafetensorsFile {
    /// Writes tensors as F32, in the order given; a file of that path is replaced only by the complete new one.
    ///
    /// - Throws: ``SafetensorsError/unwritable(file:reason:)``, ``HashingError``
    public static func write(
        _ tensors: [(String, Tensor)], to path: String, metadata: [String: String] = [:]
    ) throws {
        let layout = WeightLayout(tensors.map { WeightLayout.Entry($0.0, $0.1.shape) })
        let writer = try SafetensorsWriter(path: path, layout: layout, metadata: metadata)
        for (_, tensor) in tensors { try writer.append(tensor) }
        _ = try writer.finish()
    }
}
