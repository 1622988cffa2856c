/// What one rule reaches on a data set; shares from 0 to 1, nil where a figure has no meaning there.
public struct EvaluationFigures: Sendable, Equatable {
    /// Mean IoU over the classes that occur in the set.
    public let miou: Double?
    /// The same over classes that training saw.
    public let seenMIoU: Double?
    /// The same over classes that training never saw.
    public let unseenMIoU: Double?
    /// Harmonic mean of these two.
    public let harmonic: Double?
    /// Mean IoU of foreground and rest; nil when the background is off.
    public let fbIoU: Double?
    /// At 2 pixels.
    public let boundaryF: Double?
    /// Every class of the set, in its order.
    public let classes: [ClassFigure]
    /// Nil for the oracle, which does not judge presence.
    public let presence: PresenceFigures?

    public struct ClassFigure: Sendable, Equatable {
        public let name: String
        /// Nil for a class that does not occur.
        public let iou: Double?
    }
}

/// How often `present` is right, over all names asked of all pictures; shares from 0 to 1, nil where nothing was asked.
public struct PresenceFigures: Sendable, Equatable {
    /// Names asked that are in the picture.
    public let presentAsked: Int
    /// Names asked that are not.
    public let absentAsked: Int
    /// Mean of the shares of present and of absent names that the answers call what they are.
    public let balancedAccuracy: Double?
    /// The share of absent names that the answers call present.
    public let absentCalledPresent: Double?
    /// Both again by the presence score and its threshold alone; with the background off, answers go by pixels only.
    public let balancedAccuracyByScore: Double?
    public let absentCalledPresentByScore: Double?

    init?(verdicts: PresenceCounts, scores: PresenceCounts) {
        presentAsked = verdicts.presentAsked
        absentAsked = verdicts.absentAsked
        balancedAccuracy = verdicts.balancedAccuracy
        absentCalledPresent = verdicts.absentCalledPresent
        balancedAccuracyByScore = scores.balancedAccuracy
        absentCalledPresentByScore = scores.absentCalledPresent
        if presentAsked + absentAsked == 0 { return nil }
    }
}
