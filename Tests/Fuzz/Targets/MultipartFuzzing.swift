@testable import SegmentationService

/// A form is read the same however its bytes are cut, and what is put into one comes out again.
func fuzzMultipart(_ bytes: [UInt8]) {
    _ = sameInPieces(bytes) { MultipartTranscript($0) }
    let delimiter = Array("\r\n--cut".utf8)
    let lead = Array("\r\n".utf8) + bytes
    guard !lead.indices.contains(where: { lead[$0...].starts(with: delimiter) }) else { return }
    let head = "--cut\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\n"
    let form = Array(head.utf8) + bytes + Array("\r\n--cut--".utf8)
    let read = MultipartTranscript([form[...]])
    demand(read.isWhole && read.parts.count == 1 && read.contents == [bytes], "the content came out otherwise")
}

private struct MultipartTranscript: Equatable {
    private(set) var parts: [PartHeader] = []
    private(set) var contents: [[UInt8]] = []
    private(set) var isWhole = false
    private(set) var isRefused = false

    init(_ pieces: [ArraySlice<UInt8>]) {
        guard var parser = MultipartParser(boundary: "cut", headerBytes: 120) else { return }
        do {
            for piece in pieces {
                parser.feed(Array(piece))
                while let event = try parser.next() { take(event) }
            }
            isWhole = parser.isWhole
        } catch {
            demand(error is Problem, "\(error) is no problem that a client is told")
            isRefused = true
        }
    }

    private mutating func take(_ event: MultipartParser.Event) {
        switch event {
        case .part(let header):
            parts.append(header)
            contents.append([])
        case .content(let bytes):
            demand(!bytes.isEmpty)
            contents[contents.count - 1] += bytes
        case .partEnd, .end: break
        }
    }
}
