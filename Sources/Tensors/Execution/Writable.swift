/// The address of a result that the items of one loop fill together.
///
/// `@unchecked Sendable`: each item writes rows that no other item touches.
struct Writable: @unchecked Sendable {
    let base: UnsafeMutablePointer<Float>

    init(_ base: UnsafeMutablePointer<Float>) { self.base = base }
}

/// The address of an operand that the items of one loop read together.
///
/// `@unchecked Sendable`: nothing writes it while the loop runs.
struct Readable: @unchecked Sendable {
    let base: UnsafePointer<Float>

    init(_ base: UnsafePointer<Float>) { self.base = base }
}
