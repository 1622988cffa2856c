/// eˣ for x ≤ 0, relative error below 3e-7, and 0 below −87: Cody–Waite reduction and a polynomial of degree 6.
///
/// Written out because the library's function takes one number at a time, and softmax needs one for every pixel and
/// class.
@inline(__always)
func exponential(_ x: SIMD8<Float>) -> SIMD8<Float> {
    // Adding 1.5·2²³ rounds to a whole number and leaves it in the low bits.
    let rounder: Float = 12_582_912
    let clamped = pointwiseMax(x, SIMD8(repeating: -87))
    let shifted = clamped * 1.442_695_04 + rounder
    let whole = shifted - rounder
    let r = clamped - whole * 0.693_359_375 + whole * 2.121_944_4e-4
    var series = r * 1.388_888_9e-3 + 8.333_333_5e-3
    series = series * r + 4.166_666_8e-2
    series = series * r + 1.666_666_7e-1
    series = series * r + 0.5
    series = series * r * r + r + 1
    let exponent = unsafeBitCast(shifted, to: SIMD8<UInt32>.self) &<< 23
    let scaled = unsafeBitCast(unsafeBitCast(series, to: SIMD8<UInt32>.self) &+ exponent, to: SIMD8<Float>.self)
    return scaled.replacing(with: 0, where: x .< -87)
}
