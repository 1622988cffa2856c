/// Where weights come from: a file, or something that makes the tensors it is asked for.
public protocol WeightSource: Sendable {
    /// What messages call it.
    var path: String { get }
    /// The names of its tensors; none where it makes them.
    var names: [String] { get }
    /// The shape of a tensor; nil where there is none of that name, or none yet.
    func shape(of name: String) -> [Int]?
    /// A tensor of exactly this shape, all of whose elements are finite.
    ///
    /// - Throws: what says why there is none.
    func tensor(_ name: String, _ shape: [Int]) throws -> Tensor
}
