import CKernels

extension SafetensorsFile: WeightSource {
    /// - Throws: ``SafetensorsError`` naming file, tensor, what was expected and what was found.
    public func tensor(_ name: String, _ shape: [Int]) throws -> Tensor {
        try requireShape(shape, of: name)
        let tensor = try tensor(name)
        try checkFinite(tensor, name)
        return tensor
    }

    func requireShape(_ shape: [Int], of name: String) throws {
        guard let found = self.shape(of: name) else {
            throw SafetensorsError.missing(file: path, tensor: name, expected: shape)
        }
        guard found == shape else {
            throw SafetensorsError.wrongShape(file: path, tensor: name, expected: shape, found: found)
        }
    }

    private func checkFinite(_ tensor: Tensor, _ name: String) throws {
        let (count, shape) = (tensor.count, tensor.shape)
        let place = tensor.withUnsafeBase { weights_first_non_finite($0, count) }
        guard place < count else { return }
        var (rest, index) = (place, [Int]())
        for extent in shape.reversed() {
            index.insert(rest % extent, at: 0)
            rest /= extent
        }
        let value = tensor.withUnsafeBase { $0[place] }
        throw SafetensorsError.nonFinite(file: path, tensor: name, index: index, value: value)
    }
}
