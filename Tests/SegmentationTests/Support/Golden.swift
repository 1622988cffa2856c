import Foundation
import Tensors
import Testing

/// The goldens of these tests, from `training/goldens/fusion.py`.
enum Golden {
    static func cases(_ name: String) throws -> [JSONValue] {
        let url = try #require(Bundle.module.url(forResource: "fusion", withExtension: "json", subdirectory: "Goldens"))
        let goldens = try JSONValue(parsing: Array(Data(contentsOf: url)))
        return try #require(goldens[name]?.array)
    }
}

extension JSONValue {
    func tensor(_ name: String) throws -> Tensor {
        let shape = try #require(self[name]?["shape"]?.array).compactMap(\.integer)
        return Tensor(shape, try numbers(self[name]?["values"]).map(Float.init))
    }

    func numbers(_ value: JSONValue?) throws -> [Double] { try #require(value?.array).compactMap(\.number) }

    func number(_ name: String) throws -> Double { try #require(self[name]?.number) }

    /// One digit for each pixel.
    func labels(_ name: String) throws -> [Int] { try #require(self[name]?.string).compactMap(\.wholeNumberValue) }
}
