import Tensors

/// The directions that a Krylov space starts from: fixed pseudo-random numbers, the same for every picture.
enum StartBlock {
    /// Directions past those asked for: they carry the pairs next to the wanted ones and so shorten the iteration.
    private static let guards = 2

    /// Whole groups of columns for `count` eigenpairs.
    static func make(tokens: Int, count: Int) -> ColumnBlock {
        let groups = (count + guards + ColumnBlock.width - 1) / ColumnBlock.width
        let columns = groups * ColumnBlock.width
        return ColumnBlock(Tensor([tokens, columns], values(rows: tokens, columns: columns, seed: 0)))
    }

    /// Numbers from −1 to 1 by SplitMix64 (Steele et al., *Fast Splittable Pseudorandom Number Generators*, 2014).
    static func values(rows: Int, columns: Int, seed: UInt64) -> [Float] {
        var state = seed
        return (0..<rows * columns).map { _ in
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return Float(Int32(truncatingIfNeeded: (z ^ (z >> 31)) >> 32)) / Float(Int32.max)
        }
    }
}
