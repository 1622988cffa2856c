import Segmentation

/// A pull's events on standard error: a bar of megabytes for each file, and a line for each wait.
final class PullDisplay {
    private var bar: ProgressBar?
    private var label = ""

    func show(_ event: PullEvent) {
        switch event {
        case .waitingForAnother: report("another process is pulling this bundle; waiting for it")
        case .downloading(let file, let received, let total): advance(file.description, received, total)
        case .converting(let written, let total): advance("converting", written, total)
        case .retrying(let reason, let seconds):
            report("\(reason); trying again in \(Int(seconds.rounded(.up))) s")
        }
    }

    func finish() {
        bar?.finish()
        bar = nil
    }

    private func report(_ message: String) {
        bar?.finish()
        StandardError.report(message)
    }

    private func advance(_ label: String, _ bytes: Int, _ total: Int?) {
        if label != self.label || bar == nil {
            finish()
            bar = ProgressBar(total: 0)
            bar?.begin("MB  \(label)")
            self.label = label
        }
        bar?.move(to: bytes >> 20, of: (total ?? 0) >> 20)
    }
}
