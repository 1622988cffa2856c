/// CLIP's byte-pair tokenizer: text → pieces → bytes → merged tokens.
///
/// Equal to `transformers`' `CLIPTokenizer` (NFC, white space collapsed, lower case scalar by scalar, CLIP's pattern).
/// OpenAI's own code besides repairs broken encodings (`ftfy`) and unescapes HTML entities (`&amp;` → `&`) first; class
/// names come from JSON, not from web pages, so neither is done here.
///
/// Sources: Radford et al. 2021; Sennrich et al. 2016, *Neural Machine Translation of Rare Words with Subword Units*.
public struct BytePairTokenizer: Sendable {
    /// The number of tokens.
    public let count: Int
    public let startOfText: Int
    public let endOfText: Int
    /// Token of each byte, within a piece and at its end.
    private let bytes: [(inner: Int, last: Int)]
    private let merges: [Pair: Merge]

    private struct Pair: Hashable, Sendable {
        let first: Int
        let second: Int
    }

    private struct Merge: Sendable {
        let rank: Int
        let token: Int
    }

    private static let specials = (start: "<|startoftext|>", end: "<|endoftext|>")

    /// - Parameters:
    ///   - vocabulary: of each token its number, 0 to count − 1.
    ///   - merges: pairs of tokens by falling priority. A published vocabulary may be cut: fewer merges, renumbered.
    /// - Throws: ``TokenizerError``
    init(vocabulary: [String: Int], merges: [(String, String)]) throws {
        guard Set(vocabulary.values) == Set(0..<vocabulary.count) else { throw TokenizerError.numbering }
        func token(_ text: String) throws -> Int {
            guard let number = vocabulary[text] else { throw TokenizerError.missingToken(text) }
            return number
        }
        count = vocabulary.count
        startOfText = try token(Self.specials.start)
        endOfText = try token(Self.specials.end)
        bytes = try ByteAlphabet.characters.map { (try token(String($0)), try token("\($0)</w>")) }
        var table: [Pair: Merge] = [:]
        for (rank, (first, second)) in merges.enumerated() {
            let pair = Pair(first: try token(first), second: try token(second))
            guard table[pair] == nil else { throw TokenizerError.repeatedMerge(first, second) }
            table[pair] = Merge(rank: rank, token: try token(first + second))
        }
        self.merges = table
    }

    /// The tokens of a text, start and end included.
    ///
    /// - Parameter contextLength: at least 2; a longer text loses its last tokens before the end-of-text token.
    public func encode(_ text: String, contextLength: Int) -> [Int] {
        precondition(contextLength >= 2, "a context holds at least the start and the end of a text")
        let tokens = segments(of: text).flatMap { segment in
            switch segment {
            case .special(let token): [token]
            case .plain(let text): CLIPPattern.pieces(of: text).flatMap(merge)
            }
        }
        return [startOfText] + tokens.prefix(contextLength - 2) + [endOfText]
    }

    private enum Segment {
        case special(Int)
        case plain(Substring)
    }

    /// The names of the special tokens stand for these tokens wherever they occur, as `transformers` has it.
    private func segments(of text: String) -> [Segment] {
        var segments: [Segment] = []
        var rest = text[...]
        while let place = rest.firstRange(of: Self.specials) {
            segments.append(.plain(rest[..<place.range.lowerBound]))
            segments.append(.special(place.isStart ? startOfText : endOfText))
            rest = rest[place.range.upperBound...]
        }
        return segments + [.plain(rest)]
    }

    /// Merges neighbours, the highest priority first, until no pair has a merge.
    private func merge(_ piece: String) -> [Int] {
        let utf8 = Array(piece.utf8)
        var tokens = utf8.enumerated().map { $0 == utf8.count - 1 ? bytes[Int($1)].last : bytes[Int($1)].inner }
        while let best = bestMerge(in: tokens) {
            var merged: [Int] = []
            var index = 0
            while index < tokens.count {
                if index + 1 < tokens.count, Pair(first: tokens[index], second: tokens[index + 1]) == best.pair {
                    merged.append(best.token)
                    index += 2
                } else {
                    merged.append(tokens[index])
                    index += 1
                }
            }
            tokens = merged
        }
        return tokens
    }

    private func bestMerge(in tokens: [Int]) -> (pair: Pair, token: Int)? {
        var best: (pair: Pair, merge: Merge)?
        for (first, second) in zip(tokens, tokens.dropFirst()) {
            let pair = Pair(first: first, second: second)
            guard let merge = merges[pair], merge.rank < best?.merge.rank ?? .max else { continue }
            best = (pair, merge)
        }
        return best.map { ($0.pair, $0.merge.token) }
    }
}

extension Substring {
    /// Where the first special token's name stands.
    fileprivate func firstRange(of specials: (start: String, end: String)) -> (range: Range<Index>, isStart: Bool)? {
        let (start, end) = (firstRange(of: specials.start), firstRange(of: specials.end))
        guard let start else { return end.map { ($0, false) } }
        guard let end, end.lowerBound < start.lowerBound else { return (start, true) }
        return (end, false)
    }
}
