import TestSupport

@testable import Imaging

/// The mask of one number, drawn as `training/goldens/imaging.py` draws it.
func randomMask(_ index: Int) -> BinaryMask {
    var random = SplitMix64(seed: 0x51_1A0E_77E + UInt64(index))
    let isLarge = index % 100 == 0
    let height = 1 + random.below(isLarge ? 400 : 24)
    let width = 1 + random.below(isLarge ? 400 : 24)
    var mask = BinaryMask(width: width, height: height)
    switch random.below(4) {
    case 0 where !isLarge:
        let density = random.below(17)
        for place in mask.bits.indices { mask.bits[place] = random.below(16) < density }
    case 1 where !isLarge:
        var value = random.below(2) == 1
        for place in mask.bits.indices {
            if random.below(12) == 0 { value.toggle() }
            mask.bits[place] = value
        }
    case 2:
        let value = random.below(2) == 1
        for place in mask.bits.indices { mask.bits[place] = value }
    default:
        for _ in 0..<1 + random.below(4) { invertRectangle(in: &mask, &random) }
    }
    return mask
}

private func invertRectangle(in mask: inout BinaryMask, _ random: inout SplitMix64) {
    let (top, left) = (random.below(mask.height), random.below(mask.width))
    let bottom = top + 1 + random.below(mask.height - top)
    let right = left + 1 + random.below(mask.width - left)
    for y in top..<bottom {
        for x in left..<right { mask[x, y].toggle() }
    }
}
