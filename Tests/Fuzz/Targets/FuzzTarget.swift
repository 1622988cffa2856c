import Foundation

/// What is fuzzed: `FUZZ_TARGET` names one of these, each with a folder of its own in `Tests/Fuzz/Corpus`.
enum FuzzTarget: String, CaseIterable {
    case accept, form, http1, http2, json, multipart, picture, query, rle, safetensors

    /// Ends the process where a property does not hold for these bytes.
    func callAsFunction(_ bytes: [UInt8]) {
        switch self {
        case .accept: fuzzAccept(bytes)
        case .form: fuzzForm(bytes)
        case .http1: fuzzHTTP1(bytes)
        case .http2: fuzzHTTP2(bytes)
        case .json: fuzzJSON(bytes)
        case .multipart: fuzzMultipart(bytes)
        case .picture: fuzzPicture(bytes)
        case .query: fuzzQuery(bytes)
        case .rle: fuzzRunLengths(bytes)
        case .safetensors: fuzzSafetensors(bytes)
        }
    }

    fileprivate static let chosen: FuzzTarget = {
        let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
        guard let target = FuzzTarget(rawValue: name) else {
            let known = allCases.map(\.rawValue).joined(separator: ", ")
            FileHandle.standardError.write(Data("FUZZ_TARGET is \"\(name)\"; set it to one of \(known)\n".utf8))
            exit(2)
        }
        return target
    }()
}

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafeRawPointer?, _ count: Int) -> Int32 {
    FuzzTarget.chosen(Array(UnsafeRawBufferPointer(start: start, count: count)))
    return 0
}
