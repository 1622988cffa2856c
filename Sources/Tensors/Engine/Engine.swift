import CKernels
import COpenBLAS

/// The library that multiplies matrices.
public enum EngineKind: String, Sendable, CaseIterable {
    case oneDNN = "onednn"
    case openBLAS = "openblas"
}

/// The format in which products take their factors; sums and everything between products are fp32.
public enum Precision: String, Sendable {
    case fp32, bf16
}

/// Which library and which precision layers are packed for.
public struct Engine: Sendable {
    public let kind: EngineKind
    public let precision: Precision
    private let packs: Bool

    /// Packs nothing: layers made with it only say which weights they read, ``WeightLayout``; running one throws.
    public static let unpacked = Engine(kind: .openBLAS, precision: .fp32, packs: false)

    private init(kind: EngineKind, precision: Precision, packs: Bool) {
        (self.kind, self.precision, self.packs) = (kind, precision, packs)
    }

    /// Whether the processor multiplies bf16 (AVX-512 BF16).
    public static var processorHasBF16: Bool { features_avx512_bf16() == 1 }

    /// - Throws: ``EngineError/unsupported(_:_:)`` where the library or the processor lacks the precision.
    public init(_ kind: EngineKind = .oneDNN, precision: Precision = .fp32) throws {
        guard precision == .fp32 || (kind == .oneDNN && Self.processorHasBF16) else {
            throw EngineError.unsupported(kind, precision)
        }
        self.init(kind: kind, precision: precision, packs: true)
        openblas_set_num_threads(1)
    }

    /// Packs a convolution's weights, once.
    ///
    /// - Parameter weight: `[out, in, kh, kw]`
    func pack(
        _ weight: Tensor, bias: Tensor?, geometry: ConvolutionGeometry, activation: Activation
    ) throws -> any PackedConvolution {
        guard packs else { return UnpackedConvolution() }
        return switch kind {
        case .oneDNN:
            try OneDNNConvolution(
                weight: weight, bias: bias, geometry: geometry, activation: activation, precision: precision)
        case .openBLAS:
            OpenBLASConvolution(weight: weight, bias: bias, geometry: geometry, activation: activation)
        }
    }

    /// Packs a product's weights `[out, in]`, once.
    func pack(_ weight: Tensor, bias: Tensor?, activation: Activation) throws -> any PackedConvolution {
        let (outputs, inputs) = (weight.shape[0], weight.shape[1])
        return try pack(
            weight.reshaped([outputs, inputs, 1, 1]), bias: bias,
            geometry: ConvolutionGeometry(inputs: inputs, outputs: outputs, kernel: (1, 1)), activation: activation)
    }
}

/// What an engine cannot do.
public enum EngineError: Error, CustomStringConvertible {
    /// The library has no such precision on this processor.
    case unsupported(EngineKind, Precision)
    /// The library returned a status other than success.
    case failed(EngineKind, status: Int, String)
    /// The layer was made to learn its weights' shapes only.
    case notPacked

    public var description: String {
        switch self {
        case .unsupported(let kind, let precision):
            "\(kind.rawValue) has no \(precision.rawValue) on this processor; use fp32, or auto to take what there is"
        case .failed(let kind, let status, let what):
            "\(kind.rawValue) could not run \(what) (status \(status)); free memory, or try --engine openblas"
        case .notPacked: "a layer that was made to learn the shapes of its weights cannot run; make it with an engine"
        }
    }
}
