/// The colour of each label: the same class has the same colour in a label map, an overlay and its legend.
///
/// The first colours are chosen by hand for photographs; each later one is the colour farthest, in OKLab, from all before
/// it. So a colour never depends on how many classes follow.
struct ClassPalette {
    /// `colours[label]`; label 0, unlabelled, is black.
    let colours: [Colour]

    init(classes: Int) {
        let distinct = classes <= Self.chosen.count ? Self.chosen : Self.extended(to: min(classes, Self.limit))
        colours = [Colour(0)] + (0..<classes).map { distinct[$0 % distinct.count] }
    }

    /// Past so many classes colours repeat.
    private static let limit = 1024

    private static let chosen = [
        0x2f7bff, 0xff8c1a, 0x22b455, 0xf032c8, 0xffd91a, 0x14c8dc, 0xe8222e, 0x8c4bff, 0xff9ec8, 0xa8e61e, 0xb4f5c8,
        0x14602d, 0x96103c, 0xa5622a, 0x5a1478, 0x96bcff, 0x0a8f82, 0x2a2fb4, 0x8a8a1e, 0xe6b47d, 0xf06e5a,
    ].map { Colour($0) }

    private static func extended(to count: Int) -> [Colour] {
        var colours = chosen
        var candidates = Candidate.all
        for colour in chosen { candidates.recede(from: OKLab(colour)) }
        while colours.count < count, let farthest = candidates.max(by: { $0.distance < $1.distance }) {
            colours.append(farthest.colour)
            candidates.recede(from: farthest.place)
        }
        return colours
    }
}

/// A colour that no class has yet.
private struct Candidate {
    let colour: Colour
    let place: OKLab
    /// Squared, to the nearest colour taken.
    var distance = Double.infinity

    /// Every colour of 16 levels a channel that is neither near black or white nor grey.
    static var all: [Candidate] {
        (0..<4096 as Range<UInt32>).compactMap { index in
            let (red, green, blue) = (index >> 8, (index >> 4) & 15, index & 15)
            let colour = Colour(((red << 16) | (green << 8) | blue) * 17)
            let place = OKLab(colour)
            guard (0.35...0.93).contains(place.lightness), place.chroma > 0.07 else { return nil }
            return Candidate(colour: colour, place: place)
        }
    }
}

extension [Candidate] {
    fileprivate mutating func recede(from taken: OKLab) {
        for index in indices {
            self[index].distance = Swift.min(self[index].distance, self[index].place.squared(to: taken))
        }
    }
}
