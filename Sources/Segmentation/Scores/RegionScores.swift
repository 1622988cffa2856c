import Imaging
import Tensors

/// What an answer says of one region.
struct RegionScores: Sendable, Equatable {
    /// Mean probability of its class inside it, 0…1.
    var semantic: Double
    /// Its agreement with the picture's own shapes, 0…1; nil when the spectral stage did not run or failed.
    var shape: Double?
    /// Where asked for.
    var runnerUp: RunnerUp?

    struct RunnerUp: Sendable, Equatable {
        let classIndex: Int
        let semanticScore: Double
    }
}

extension Answer {
    /// The scores of the regions of the label map; only those of whole classes are known without another pass.
    func scores(
        of regions: LabelRegions, _ options: SegmentationOptions, _ context: ExecutionContext
    ) throws -> [RegionScores] {
        let withRunnerUp = options.include.contains(.runnerUp)
        guard options.components || withRunnerUp else { return regions.regions.map { scores(of: Int($0.label) - 1) } }
        let tally = try RegionTally(
            of: regions, field, eigensegments, classes: presenceScores.count, withAllClasses: withRunnerUp, context)
        return regions.regions.indices.map { region in
            RegionScores(
                semantic: tally.semanticScore(of: region), shape: tally.shapeScore(of: region),
                runnerUp: withRunnerUp ? tally.runnerUp(of: region) : nil)
        }
    }
}
