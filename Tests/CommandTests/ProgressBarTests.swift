import Synchronization
import Testing

@testable import silhouette

@Suite("Progress bar")
struct ProgressBarTests {
    /// Collects what a bar writes.
    private final class Screen: Sendable {
        private let text = Mutex("")
        var content: String { text.withLock { $0 } }
        func write(_ addition: String) { text.withLock { $0 += addition } }
    }

    @Test("writes nothing when standard error is no terminal")
    func silent() {
        let screen = Screen()
        let bar = ProgressBar(total: 2, isShown: false, write: screen.write)
        bar.begin("a.jpg")
        bar.advance()
        bar.finish()
        #expect(screen.content.isEmpty)
    }

    @Test("shows how many are done and what is being worked on, and removes itself")
    func shown() {
        let screen = Screen()
        let bar = ProgressBar(total: 2, isShown: true, write: screen.write)
        bar.begin("a.jpg")
        bar.advance()
        bar.begin("b.jpg")
        #expect(screen.content.hasSuffix("████████████░░░░░░░░░░░░ 1/2 b.jpg"))
        bar.finish()
        #expect(screen.content.hasSuffix("\r\u{1B}[K"))
    }

    @Test("shows nothing of work that may still be done within its patience")
    func patient() {
        let screen = Screen()
        let bar = ProgressBar(total: 2, isShown: true, patience: .seconds(1_000_000), write: screen.write)
        bar.begin("visual encoder")
        bar.advance(of: 3)
        #expect(screen.content.isEmpty)
    }
}
