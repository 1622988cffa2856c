import Spectral
import Tensors

/// What the spectral stage found in one picture: its graph, and the eigenvectors that divide it.
struct PictureShapes: Sendable {
    let affinity: Affinity
    let spectrum: Spectrum

    /// What keeping them takes, in bytes.
    var byteCount: Int { affinity.byteCount + spectrum.eigenvectors.byteCount }
}
