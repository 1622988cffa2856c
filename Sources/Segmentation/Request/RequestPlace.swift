package import Tensors

/// Where a value stands: what a caller calls the whole, and the way from there.
package struct RequestPlace: CustomStringConvertible {
    private let whole: String
    private let way: JSONPointer

    package init(_ whole: String, _ way: JSONPointer = .root) {
        self.whole = whole
        self.way = way
    }

    package func appending(_ name: String) -> RequestPlace { RequestPlace(whole, way.appending(name)) }

    package func appending(_ index: Int) -> RequestPlace { RequestPlace(whole, way.appending(index)) }

    package var description: String { "\(whole)\(way)" }
}
