import Foundation

/// The end of the command, also while other threads compute.
enum ProcessEnd {
    /// Ends the process without running the libraries' destructors, which would take from under those threads what they
    /// use.
    static func now(_ status: Int32) -> Never {
        fflush(nil)
        _exit(status)
    }
}
