import Foundation

/// One file brought to a path over https: what an earlier attempt left is gone on from, redirects are followed, servers
/// that are busy are waited for.
struct Download {
    let file: HubFile
    let access: HubAccess
    /// In bytes; a larger file is not brought.
    let limit: Int
    let progress: (_ received: Int, _ total: Int?) -> Void
    /// Told of each wait before a new attempt.
    let waiting: (_ reason: StoreError, _ seconds: Double) -> Void

    private static let redirects = 10

    /// The SHA-256 that the hub tells of the file; nil where it tells none.
    ///
    /// - Returns: it, once the bytes lie in `part`, which is neither checked nor committed yet.
    /// - Throws: ``StoreError``; what `access` throws to stop. What has come then stays for the next attempt, but for a
    ///   disk that is full.
    func run(into part: PartFile) throws -> String? {
        var plan = RetryPlan()
        while true {
            do {
                return try attempt(part)
            } catch let interruption as Interruption {
                guard let seconds = plan.delay(received: part.count, asked: interruption.asked) else {
                    throw interruption.reason
                }
                waiting(interruption.reason, seconds)
                try access.pause(seconds)
            }
        }
    }

    /// An end before the file was whole that another attempt may mend.
    private struct Interruption: Error {
        let reason: StoreError
        /// Seconds that the server asks to wait.
        var asked: Double?
    }

    private func attempt(_ part: PartFile) throws -> String? {
        var (url, digest) = (access.url(of: file), String?.none)
        for _ in 0...Self.redirects {
            let answer = try get(url, part)
            try checkEnding(answer, url, part)
            digest = digest ?? answer.head.linkedDigest
            guard let target = try accepted(answer, from: url, part) else { return digest }
            url = target
        }
        throw StoreError.redirect(file: file, to: url, problem: "more than \(Self.redirects) redirects")
    }

    private func get(_ url: String, _ part: PartFile) throws -> HTTPGet.Answer {
        var fields = ["User-Agent: silhouette", "Accept-Encoding: identity"]
        if let token = access.token(for: url) { fields.append("Authorization: Bearer \(token)") }
        if let tag = part.tag { fields += ["Range: bytes=\(part.count)-", "If-Range: \(tag)"] }
        var isBegun = false
        let offered = part.count
        let answer = try HTTPGet(url: url, fields: fields, authorities: access.authorities).run { bytes, head in
            guard head.status == 200 || head.status == 206 else { return }
            if !isBegun { try begin(part, head, offered) }
            isBegun = true
            guard bytes.count <= limit - part.count else {
                part.discard()
                throw StoreError.tooLarge(file: file, limit: limit)
            }
            try part.append(bytes)
            progress(part.count, head.total)
        } check: {
            try access.check()
        }
        if !isBegun && answer.head.status == 200 && answer.ending == .whole { try begin(part, answer.head, offered) }
        return answer
    }

    private func begin(_ part: PartFile, _ head: AnswerHead, _ offered: Int) throws {
        if head.status == 200 { return try part.restart(tag: head.strongTag) }
        guard head.rangeStart == offered else {
            try part.restart(tag: nil)
            throw Interruption(
                reason: .failed(file: file, reason: "the server sent another range than it was asked for"))
        }
    }

    private func checkEnding(_ answer: HTTPGet.Answer, _ url: String, _ part: PartFile) throws {
        let host = Origin(url)?.host ?? url
        switch answer.ending {
        case .whole: return
        case .cut(let words):
            throw Interruption(
                reason: .cut(file: file, received: part.count, total: answer.head.total, reason: words))
        case .unreachable(let words): throw Interruption(reason: .unreachable(host: host, reason: words))
        case .untrusted(let words): throw StoreError.untrusted(host: host, reason: words)
        case .failed(let words): throw StoreError.failed(file: file, reason: words)
        }
    }

    /// - Returns: where to ask next; nil where the file is whole.
    private func accepted(_ answer: HTTPGet.Answer, from url: String, _ part: PartFile) throws -> String? {
        switch answer.head.status {
        case 200, 206: return nil
        case 301, 302, 303, 307, 308: return try target(of: answer, from: url)
        case 416:
            // What is there is no part of the server's file, or more than all of it.
            try part.restart(tag: nil)
            throw Interruption(reason: .failed(file: file, reason: "the server's file has changed"), asked: 0)
        case 429, 500, 502, 503, 504:
            let host = Origin(url)?.host ?? url
            throw Interruption(
                reason: .busy(host: host, status: answer.head.status, wait: answer.head.wait), asked: answer.head.wait)
        default: throw access.refusal(of: file, answer.head)
        }
    }

    private func target(of answer: HTTPGet.Answer, from url: String) throws -> String {
        guard let target = answer.redirect, let next = Origin(target) else {
            throw StoreError.redirect(file: file, to: answer.redirect ?? "nowhere", problem: "no http or https address")
        }
        guard next.scheme == "https" || Origin(url)?.scheme == "http" else {
            throw StoreError.redirect(file: file, to: target, problem: "from https to http")
        }
        return target
    }
}
