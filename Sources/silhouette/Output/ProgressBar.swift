import Foundation
import Synchronization

/// How far a long piece of work is, on one line of standard error; nothing is written when that is no terminal.
final class ProgressBar: Sendable {
    private struct State {
        var done = 0
        var total: Int
        var label = ""
    }

    private let isShown: Bool
    private let patience: Duration
    private let start = ContinuousClock.now
    private let write: @Sendable (String) -> Void
    private let state: Mutex<State>

    /// - Parameter patience: nothing is shown of work that is done by then.
    init(
        total: Int, isShown: Bool = StandardError.isTerminal, patience: Duration = .zero,
        write: @escaping @Sendable (String) -> Void = StandardError.write
    ) {
        state = Mutex(State(total: total))
        self.isShown = isShown
        self.patience = patience
        self.write = write
    }

    /// Names what is being worked on now.
    func begin(_ label: String) {
        state.withLock { state in
            state.label = label
            draw(state)
        }
    }

    /// Counts one more item as done, of a total that may only now be known.
    func advance(of total: Int? = nil) {
        state.withLock { state in
            state.done += 1
            state.total = total ?? state.total
            draw(state)
        }
    }

    /// Counts so much as done, of a total that may only now be known.
    func move(to done: Int, of total: Int) {
        state.withLock { state in
            guard done != state.done || total != state.total else { return }
            (state.done, state.total) = (done, total)
            draw(state)
        }
    }

    /// Writes a line of its own above the bar; this one is written whether or not there is a terminal.
    func report(_ message: String) {
        state.withLock { state in
            clear()
            StandardError.report(message)
            draw(state)
        }
    }

    /// Removes the bar.
    func finish() {
        state.withLock { _ in clear() }
    }

    private func clear() {
        if isShown { write("\r\u{1B}[K") }
    }

    private func draw(_ state: State) {
        guard isShown, ContinuousClock.now - start >= patience else { return }
        let width = 24
        let filled = state.total > 0 ? width * min(state.done, state.total) / state.total : 0
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        write("\r\u{1B}[K\(bar) \(state.done)/\(state.total) \(Self.shortened(state.label))")
    }

    /// The end of a long label, since the end of a path is what tells pictures apart.
    private static func shortened(_ label: String) -> String {
        label.count <= 40 ? label : "…" + label.suffix(39)
    }
}
