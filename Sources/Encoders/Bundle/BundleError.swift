/// Why a folder is no bundle that this program can run: what, where, and what to do.
public enum BundleError: Error, Equatable, CustomStringConvertible {
    /// No such folder, or no `bundle.json` in it.
    case missing(path: String)
    /// `bundle.json` is not JSON.
    case notJSON(path: String, String)
    /// A field of `bundle.json` is missing, unknown or of another kind; `pointer` is RFC 6901's.
    case field(path: String, pointer: String, String)
    /// A file that `bundle.json` names cannot be read.
    case unreadable(path: String, String)
    /// A file is not the one that `bundle.json` was written for.
    case hash(path: String, expected: String, found: String)
    /// A file of the folder that an architecture needs is not among `files`.
    case unlisted(path: String, file: String)
    /// The tokenizer's two files are none, or do not fit each other.
    case tokenizer(vocabulary: String, merges: String, TokenizerError)
    /// The machine has fewer bytes free than the packed weights take.
    case notEnoughMemory(path: String, needed: Int, available: Int)
    /// Where a bundle is to be written, something stands already.
    case exists(path: String)
    /// A bundle cannot be written here.
    case unwritable(path: String, String)

    public var description: String {
        switch self {
        case .missing(let path):
            "no bundle at \(path): there is no bundle.json; give the folder that holds one with --bundle"
        case .notJSON(let path, let fault): "\(path): \(fault); restore the file from the bundle's source"
        case .field(let path, let pointer, let fault): "\(path): \(pointer.isEmpty ? "" : "\(pointer): ")\(fault)"
        case .unreadable(let path, let reason):
            "\(path): cannot be read: \(reason); restore the file from the bundle's source"
        case .hash(let path, let expected, let found):
            "\(path): SHA-256 is \(found), bundle.json expects \(expected); "
                + "the file is damaged or of another version, restore it"
        case .unlisted(let path, let file): "\(path): /files: \(file) is used but has no SHA-256 here; add it"
        case .tokenizer(let vocabulary, let merges, let fault): "\(fault.isOfMerges ? merges : vocabulary): \(fault)"
        case .notEnoughMemory(let path, let needed, let available):
            "\(path): its weights take \(needed >> 20) MB of memory, and \(available >> 20) MB are free; "
                + "free some, or take a smaller bundle or bf16"
        case .exists(let path): "\(path): exists already; name a folder that does not, or remove it"
        case .unwritable(let path, let fault): "\(path): cannot be written: \(fault)"
        }
    }
}
