import Testing

@testable import Imaging

/// A picture of `training/goldens/imaging_pictures.py` and what is known of it.
struct GoldenPicture: CustomTestStringConvertible, Sendable {
    let name: String
    let width: Int
    let height: Int
    /// The largest difference that a sample may have.
    let tolerance: Int
    let orientation: Int

    var testDescription: String { name }

    init(_ line: Substring) throws {
        let fields = line.split(separator: " ")
        let numbers = fields.dropFirst().compactMap { Int($0) }
        try #require(numbers.count == 4)
        name = String(fields[0])
        (width, height, tolerance, orientation) = (numbers[0], numbers[1], numbers[2], numbers[3])
    }

    /// Empty when the list cannot be read, which a test of its own reports.
    static let all: [GoldenPicture] =
        (try? Goldens.lines("pictures/list.txt").map { try GoldenPicture($0) }) ?? []

    static func named(_ name: String) throws -> [UInt8] { try Goldens.bytes("pictures/\(name)") }

    func bytes() throws -> [UInt8] { try Self.named(name) }
    func pixels() throws -> [UInt8] { try Self.named(name + ".rgb") }
}
