extension LabelMap {
    /// The run lengths of the classes 1 to `classes`, at the indices 0 to `classes − 1`, in one pass over the map.
    ///
    /// Memory beyond the result: 32 columns of labels. A class without pixels has the area 0.
    public func runLengths(classes: Int) -> [RunLengthEncoding] {
        var writers = [RunLengthWriter](repeating: RunLengthWriter(), count: classes)
        forEachColumnRun(of: labels, width: width, height: height) { label, run in
            if label > 0 && Int(label) <= classes { writers[Int(label) - 1].add(run) }
        }
        return writers.map { RunLengthEncoding(height: height, width: width, writer: $0) }
    }
}
