import HTTPTransport
import Synchronization
import Tensors

/// What has come of the pictures of a batch; given out once the last of them is answered.
final class BatchAnswer: Sendable {
    private let state: Mutex<[JSONValue?]>
    private let whole: @Sendable ([JSONValue]) -> Void

    init(count: Int, whole: @escaping @Sendable ([JSONValue]) -> Void) {
        state = Mutex([JSONValue?](repeating: nil, count: count))
        self.whole = whole
    }

    func set(_ index: Int, result: JSONValue) {
        set(index, ["index": JSONValue(index), "status": 200, "result": result])
    }

    func set(_ index: Int, problem: Problem, _ call: Call) {
        let json = problem.json(instance: call.request.path, id: call.id)
        set(index, ["index": JSONValue(index), "status": JSONValue(problem.status), "problem": json])
    }

    private func set(_ index: Int, _ item: JSONValue) {
        let items = state.withLock { items -> [JSONValue]? in
            items[index] = item
            let present = items.compactMap(\.self)
            return present.count == items.count ? present : nil
        }
        if let items { whole(items) }
    }
}

extension Problem {
    /// The same problem, of one picture of a batch.
    func inBatch(at index: Int) -> Problem {
        let place = "\(BatchRequest.place(index))"
        return with { problem in
            problem.errors = errors.map { fault in
                let isOfBatch = fault.pointer.hasPrefix("/images/")
                let rest = fault.pointer.hasPrefix("/image") ? String(fault.pointer.dropFirst(6)) : fault.pointer
                return isOfBatch ? fault : Fault(pointer: place + rest, detail: fault.detail)
            }
        }
    }
}
