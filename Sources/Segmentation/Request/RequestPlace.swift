import Tensors

/// Where a value stands: what a caller calls the whole, and the way from there.
struct RequestPlace: CustomStringConvertible {
    private let whole: String
    private let way: JSONPointer

    init(_ whole: String, _ way: JSONPointer = .root) {
        self.whole = whole
        self.way = way
    }

    func appending(_ name: String) -> RequestPlace { RequestPlace(whole, way.appending(name)) }

    func appending(_ index: Int) -> RequestPlace { RequestPlace(whole, way.appending(index)) }

    var description: String { "\(whole)\(way)" }
}
