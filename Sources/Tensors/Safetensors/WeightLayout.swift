import Synchronization

/// The names and shapes of the tensors that a network reads, in the order in which it asks for them.
///
/// They come from the network's own initialiser, run on weights that take no memory, so that what is read and what is
/// written or counted follow from one declaration.
public struct WeightLayout: Sendable, Equatable {
    /// One tensor.
    public struct Entry: Sendable, Equatable {
        public let name: String
        public let shape: [Int]
        /// The number of its elements.
        public var count: Int { shape.reduce(1, *) }

        public init(_ name: String, _ shape: [Int]) { (self.name, self.shape) = (name, shape) }
    }

    public let entries: [Entry]

    /// The number of elements of all tensors.
    public var count: Int { entries.reduce(0) { $0 + $1.count } }

    public init(_ entries: [Entry]) { self.entries = entries }

    /// - Parameter build: makes the network from the weights and with the engine that it is given. What it makes cannot
    ///   run. Memory is taken for one layer at a time, and only where that layer rearranges its weights.
    public init<Network>(of build: (Weights, Engine) throws -> Network) rethrows {
        let recorder = WeightRecorder()
        _ = try build(Weights(recorder), .unpacked)
        entries = recorder.entries
    }
}

/// Remembers what is asked for and gives zeros.
private final class WeightRecorder: WeightSource {
    let path = "weights that take no memory"
    let names: [String] = []
    private let asked = Mutex<(entries: [WeightLayout.Entry], shapes: [String: [Int]])>(([], [:]))

    var entries: [WeightLayout.Entry] { asked.withLock { $0.entries } }

    func shape(of name: String) -> [Int]? { nil }

    func tensor(_ name: String, _ shape: [Int]) -> Tensor {
        asked.withLock { asked in
            let earlier = asked.shapes.updateValue(shape, forKey: name)
            precondition(earlier ?? shape == shape, "\(name) is read with two shapes")
            if earlier == nil { asked.entries.append(.init(name, shape)) }
        }
        return Tensor(blank: shape)
    }
}
