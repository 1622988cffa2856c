import Encoders
import Foundation

extension EvaluationReport {
    /// The figures as a table for people, in percent; `–` where a figure has no meaning.
    public var table: String {
        let columns = rules.map { ($0.rule.rawValue, $0.figures) } + [("oracle, uses the answer", oracle)]
        var lines: [[String]] = [["\(pictures) pictures, %"] + columns.map(\.0)]
        func add(_ title: String, _ figure: (EvaluationFigures) -> Double?) {
            let values = columns.map { figure($0.1) }
            if values.contains(where: { $0 != nil }) { lines.append([title] + values.map(Self.percent)) }
        }
        add("mIoU", \.miou)
        add("seen mIoU", \.seenMIoU)
        add("unseen mIoU", \.unseenMIoU)
        add("harmonic mean", \.harmonic)
        add("FB-IoU", \.fbIoU)
        add("boundary F, 2 px", \.boundaryF)
        add("presence, balanced accuracy") { $0.presence?.balancedAccuracy }
        add("absent called present") { $0.presence?.absentCalledPresent }
        add("presence by score alone") { $0.presence?.balancedAccuracyByScore }
        add("absent called present by score alone") { $0.presence?.absentCalledPresentByScore }
        for index in oracle.classes.indices { add("  " + oracle.classes[index].name) { $0.classes[index].iou } }
        return Self.aligned(lines)
    }

    private static func percent(_ share: Double?) -> String { share.map { String(format: "%.2f", 100 * $0) } ?? "–" }

    /// The first column to the left, the others to the right.
    private static func aligned(_ lines: [[String]]) -> String {
        let widths = lines[0].indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line in
            line.enumerated().map { column, text in
                let space = String(repeating: " ", count: widths[column] - text.count)
                return column == 0 ? text + space : space + text
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
