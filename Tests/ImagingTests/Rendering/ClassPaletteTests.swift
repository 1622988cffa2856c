import Testing

@testable import Imaging

@Suite("Class colours")
struct ClassPaletteTests {
    @Test("a class has the same colour however many follow it")
    func prefix() {
        let all = ClassPalette(classes: 300).colours
        for classes in [0, 1, 20, 21, 22, 100, 255, 256] {
            #expect(ClassPalette(classes: classes).colours == Array(all[0...classes]), "\(classes) classes")
        }
    }

    @Test(
        "colours look different: the first 20 by 0.07 in OKLab, the first 255 by 0.03",
        arguments: [(20, 0.07), (255, 0.03)])
    func distances(classes: Int, least: Double) {
        let places = ClassPalette(classes: classes).colours.map { OKLab($0) }
        let distances = places.indices.flatMap { first in
            places[..<first].map { $0.squared(to: places[first]).squareRoot() }
        }
        #expect((distances.min() ?? 0) >= least)
    }

    @Test("a thousand classes have a thousand colours, and more repeat them")
    func many() {
        let colours = ClassPalette(classes: 3000).colours
        #expect(colours.count == 3001)
        #expect(Set(colours[1...1024].map(\.code)).count == 1024)
        #expect(colours[1025] == colours[1])
    }

    @Test("OKLab agrees with its author's table of colours")
    func published() {
        let white = OKLab(Colour(0xffffff))
        #expect(abs(white.lightness - 1) < 1e-6 && white.chroma < 1e-6)
        // Red: L 0.62796, a 0.22486, b 0.12585.
        let red = OKLab(Colour(0xff0000))
        #expect(abs(red.lightness - 0.62796) < 1e-4)
        #expect(abs(red.chroma - 0.25768) < 1e-4)
    }
}
