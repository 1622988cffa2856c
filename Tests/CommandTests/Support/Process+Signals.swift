import Foundation

extension Process {
    /// Starts it with no signal blocked. The threads that tests run on block them all, and a child inherits that: a proxy
    /// that is told to end would never hear of it.
    func runHearingSignals() throws {
        var (none, before) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try run()
    }
}
