import Spectral

/// What the spectral stage found in one picture: its graph, and the eigenvectors that divide it.
struct PictureShapes: Sendable {
    let affinity: Affinity
    let spectrum: Spectrum
}
