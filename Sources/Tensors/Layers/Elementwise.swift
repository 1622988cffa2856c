import CKernels

extension Tensor {
    /// A tensor of the same shape that `body` computes from blocks of whole rows (slices of the last axis).
    func mapRows(
        _ context: ExecutionContext,
        _ body: @Sendable (UnsafePointer<Float>, UnsafeMutablePointer<Float>, _ rows: Int) -> Void
    ) throws -> Tensor {
        let width = max(shape.last ?? 1, 1)
        let (rows, block) = (count / width, max(1, 16384 / width))
        var result = Tensor(uninitialized: shape)
        try result.withUnsafeMutableBase { target in
            let target = Writable(target)
            try context.forEach((rows + block - 1) / block) { item in
                let start = item * block * width
                withUnsafeBase { body($0 + start, target.base + start, min(block, rows - item * block)) }
            }
        }
        return result
    }
}

/// max(x, 0) of each element; `torch.relu`.
public func relu(_ x: Tensor, _ context: ExecutionContext) throws -> Tensor {
    let width = x.shape.last ?? 1
    return try x.mapRows(context) { rows_relu_all($0, $1, $2 * width) }
}

/// a + b, element by element, of equal shapes.
public func add(_ a: Tensor, _ b: Tensor) -> Tensor {
    precondition(a.shape == b.shape, "\(a.shape) and \(b.shape) cannot be added")
    var sum = Tensor(uninitialized: a.shape)
    sum.withUnsafeMutableBase { sum in
        a.withUnsafeBase { x in b.withUnsafeBase { rows_add(x, $0, sum, a.count) } }
    }
    return sum
}

/// Each row (slice of the last axis) divided by its length, `torch.nn.functional.normalize`; rows of zeros stay zero.
public func normalizedRows(_ x: Tensor, _ context: ExecutionContext) throws -> Tensor {
    let width = x.shape.last ?? 1
    return try x.mapRows(context) { rows_normalise($0, $1, $2, width) }
}

/// The parts side by side along the last axis; `torch.cat(parts, -1)`. All other extents must agree.
///
/// - Throws: what the context throws to stop.
public func concatenateChannels(_ parts: [Tensor], _ context: ExecutionContext) throws -> Tensor {
    let widths = parts.map { $0.shape.last ?? 0 }
    let outer = parts.first.map { Array($0.shape.dropLast()) } ?? []
    precondition(parts.allSatisfy { $0.shape.dropLast().elementsEqual(outer) }, "parts of unlike extents")
    let (rows, total) = (outer.reduce(1, *), widths.reduce(0, +))
    let block = max(1, 16384 / max(total, 1))
    var result = Tensor(uninitialized: outer + [total])
    try result.withUnsafeMutableBase { target in
        let target = Writable(target)
        try context.forEach((rows + block - 1) / block) { item in
            var start = 0
            for (part, width) in zip(parts, widths) {
                part.withUnsafeBase { source in
                    for row in item * block..<min((item + 1) * block, rows) {
                        (target.base + row * total + start).update(from: source + row * width, count: width)
                    }
                }
                start += width
            }
        }
    }
    return result
}
