import Tensors

/// Where a codec's rows go: each pixel straight to its place in the upright picture, so no turned copy is made.
///
/// The codecs are C and call back; an error thrown in between is kept until they have left.
final class OrientedCanvas {
    private let pixels: UnsafeMutablePointer<UInt8>
    private let width: Int
    private let origin: Int
    private let stepX: Int
    private let stepY: Int
    private let context: ExecutionContext?
    private var reasonToStop: (any Error)?

    /// - Parameter pixels: 3 bytes for each pixel of the stored `width` × `height`.
    init(
        pixels: UnsafeMutablePointer<UInt8>, width: Int, height: Int, orientation: ImageOrientation,
        context: ExecutionContext?
    ) {
        let places = orientation.places(width: width, height: height)
        (origin, stepX, stepY) = (3 * places.origin, 3 * places.stepX, 3 * places.stepY)
        self.pixels = pixels
        self.width = width
        self.context = context
    }

    /// Places the stored row `y`; without pixels it only asks whether to go on. Gives 0 to go on.
    func takeRow(_ rgb: UnsafePointer<UInt8>?, y: UInt32) -> Int32 {
        take(rgb, y: Int(y), x: 0, step: 1, count: width)
    }

    /// Places `count` pixels of the stored row `y`, at the columns `x`, `x + step`, ….
    func take(_ rgb: UnsafePointer<UInt8>?, y: Int, x: Int, step: Int, count: Int) -> Int32 {
        do {
            try context?.checkCancellation()
        } catch {
            reasonToStop = error
            return 1
        }
        guard let rgb else { return 0 }
        var target = pixels + (origin + y * stepY + x * stepX)
        if step * stepX == 3 {
            target.update(from: rgb, count: 3 * count)
            return 0
        }
        for column in 0..<count {
            let source = rgb + 3 * column
            (target[0], target[1], target[2]) = (source[0], source[1], source[2])
            target += step * stepX
        }
        return 0
    }

    /// Throws what stopped the codec, if it was not the codec itself.
    func rethrow() throws {
        if let reasonToStop { throw reasonToStop }
    }

    /// What C hands back to its callback; valid while the canvas is.
    var opaque: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    /// The canvas behind what C handed back; nil is what C never hands back.
    static func from(_ opaque: UnsafeMutableRawPointer?) -> OrientedCanvas? {
        opaque.map { Unmanaged.fromOpaque($0).takeUnretainedValue() }
    }
}
