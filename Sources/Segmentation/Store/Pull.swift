import Encoders
import Foundation
import Tensors

/// One pull of a bundle into a store.
///
/// Files come into `pulls/NAME`; what is whole there is not asked for again when the pull is repeated. Only a complete
/// bundle appears in `bundles`.
struct Pull {
    let store: BundleStore
    let name: String
    let access: HubAccess
    /// Whether files that differ from the first pull's are taken.
    let acceptsChanges: Bool
    let report: (PullEvent) -> Void

    private var pulls: String { "\(store.root)/pulls" }
    /// Where the files come.
    var folder: String { "\(pulls)/\(name)" }

    /// Brings the bundle in unless it is there, one pull of a name at a time.
    ///
    /// - Parameter bring: makes the bundle at `store.folder(of: name)`.
    /// - Returns: the bundle's folder.
    func run(_ bring: (inout PullRecord) throws -> Void) throws -> String {
        if store.holds(name) { return store.folder(of: name) }
        guard !access.isOffline else { throw StoreError.offline(name: name) }
        try store.make(pulls)
        try store.make("\(store.root)/bundles")
        let lock = try StoreLock("\(pulls)/\(name).lock", access) { report(.waitingForAnother) }
        defer { withExtendedLifetime(lock) {} }
        if store.holds(name) { return store.folder(of: name) }
        removeLeftovers()
        try store.make(folder)
        // Goes only when it is empty: parts of files stay for the next attempt.
        defer { rmdir(folder) }
        var record = PullRecord("\(pulls)/\(name).json")
        do { try bring(&record) } catch {
            if !Self.mayMend(error) { removeFiles() }
            throw error
        }
        try record.write()
        return store.folder(of: name)
    }

    /// What pulls and removals that were killed have left of this bundle.
    private func removeLeftovers() {
        let bundles = "\(store.root)/bundles"
        for found in (try? FileManager.default.contentsOfDirectory(atPath: bundles)) ?? []
        where found.hasPrefix(".\(name).") && (found.hasSuffix(".part") || found.hasSuffix(".removed")) {
            try? FileManager.default.removeItem(atPath: "\(bundles)/\(found)")
        }
    }

    /// Brings one file, unless an earlier attempt did.
    ///
    /// - Parameters:
    ///   - name: its name in ``folder``.
    ///   - expected: the SHA-256 that it must have, where somebody tells it.
    ///   - limit: in bytes; a larger file is not brought.
    /// - Returns: its SHA-256.
    @discardableResult
    func fetch(
        _ file: HubFile, as name: String, expected: (digest: String, witness: StoreError.Witness)?,
        limit: Int = .max, _ record: inout PullRecord
    ) throws -> String {
        let path = "\(folder)/\(name)"
        let remembered = acceptsChanges ? nil : record[file].map { ($0, StoreError.Witness.firstPull) }
        if FileManager.default.fileExists(atPath: path) {
            let digest = try sha256(ofFileAt: path)
            if digest == (expected ?? remembered)?.0 ?? digest { return digest }
            unlink(path)
        }
        let part = try PartFile(path)
        let told = try bring(file, limit, part)
        let digest = try part.digest()
        let wanted = expected ?? remembered ?? told.map { ($0, .hub) }
        guard digest == wanted?.0 ?? digest else {
            part.discard()
            throw StoreError.hash(file: file, expected: wanted?.0 ?? "", found: digest, wanted?.1 ?? .hub)
        }
        try part.commit()
        record[file] = digest
        return digest
    }

    private func bring(_ file: HubFile, _ limit: Int, _ part: PartFile) throws -> String? {
        let download = Download(file: file, access: access, limit: limit) { received, total in
            report(.downloading(file, received: received, total: total))
        } waiting: { reason, seconds in
            report(.retrying(reason, seconds: seconds))
        }
        defer { if part.count == 0 { part.discard() } }
        return try download.run(into: part)
    }

    /// Whether another attempt may get further with what is there: after a cut, an interruption, a server that is busy.
    private static func mayMend(_ error: any Error) -> Bool {
        switch error {
        case let error as StoreError: error.mayMend
        case is BundleError, is SafetensorsError: false
        default: true
        }
    }

    /// Removes the files that came.
    func removeFiles() { try? FileManager.default.removeItem(atPath: folder) }
}

extension StoreError {
    fileprivate var mayMend: Bool {
        switch self {
        case .cut, .busy, .unreachable, .untrusted, .failed: true
        default: false
        }
    }
}
