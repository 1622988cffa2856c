import Tensors

/// The files of a byte-pair tokenizer of any size that stands for a published one where its words do not matter.
///
/// Laid out as CLIP's: the bytes, the bytes at the end of a piece, merges, start and end of text. The merges join letters
/// to pairs, then pairs to threes, then pairs to fours, frequent letters first, so names become about one token for
/// three letters: more tokens than CLIP's own vocabulary gives.
struct SyntheticTokenizer {
    /// `vocab.json`.
    let vocabulary: [UInt8]
    /// `merges.txt`.
    let merges: [UInt8]

    /// - Parameter count: of tokens, from 514, what the bytes and the two special tokens need, to 493,994.
    init(tokens count: Int) {
        let pairs = Self.pairs(count - Self.fixed)
        precondition(pairs.count == count - Self.fixed, "no synthetic vocabulary has \(count) tokens")
        let bytes = ByteAlphabet.characters.sorted().map { String($0) }
        let tokens =
            bytes + bytes.map { $0 + Self.end } + pairs.map { $0 + $1 } + ["<|startoftext|>", "<|endoftext|>"]
        vocabulary = Array(
            JSONValue.object(tokens.enumerated().map { .init($1, JSONValue($0)) }).compact.utf8)
        merges = Array(("#version: 0.2\n" + pairs.map { "\($0) \($1)\n" }.joined()).utf8)
    }

    /// Bytes twice, start and end.
    private static let fixed = 514
    /// Ends the last token of a piece.
    private static let end = "</w>"
    private static let letters = "etaoinsrhldcumfpgwybvkxjqz".map { String($0) }

    /// The first `count` merges.
    private static func pairs(_ count: Int) -> [(String, String)] {
        let twos = letters.flatMap { first in letters.map { (first, $0) } }
        let joined = twos.map { $0 + $1 }
        let threes = joined.flatMap { two in letters.map { (two, $0) } }
        let shorter = (twos + threes).flatMap { [$0, ($0.0, $0.1 + end)] }
        let beginnings = joined.prefix((max(0, count - shorter.count) + joined.count - 1) / joined.count)
        let fours = beginnings.flatMap { two in joined.map { (two, $0) } }
        return Array((shorter + fours).prefix(count))
    }
}
