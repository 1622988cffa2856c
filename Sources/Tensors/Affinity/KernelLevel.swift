import CKernels

/// The processor features that the spectral kernels may use; each level includes those before it.
enum KernelLevel: Int32, Sendable, CaseIterable {
    case portable = 0
    case avx2 = 1
    case avx512 = 2

    /// The highest level of the processor at hand.
    static let best = KernelLevel(rawValue: spectral_level()) ?? .portable

    var isAvailable: Bool { rawValue <= Self.best.rawValue }
}
