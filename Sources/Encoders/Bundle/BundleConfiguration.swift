public import Tensors

/// What `bundle.json` says, format 1.
public struct BundleConfiguration: Sendable, Equatable {
    public let name: String
    public let version: String
    public let license: String
    public let text: Text
    public let visual: Visual
    public let spectral: Spectral
    public let prompts: Prompts
    /// Factor of the cosines before the softmax.
    public let logitScale: Float
    public let fusion: Fusion
    public let presence: Presence
    public let selfTest: SelfTest?
    /// The SHA-256 of every file, in hexadecimal, by its name.
    public internal(set) var files: [String: String]

    public struct Text: Sendable, Equatable {
        public let weights: String
        public let vocabulary: String
        public let merges: String
        public let encoder: CLIPTextEncoder.Configuration
    }

    public struct Visual: Sendable, Equatable {
        public enum Architecture: Sendable, Equatable {
            case drn(DRN.Configuration)
            case dpt(DPT.Configuration)
            case sazsViT(SAZSViT.Configuration)
            case clip(CLIPVisualEncoder.Configuration)
        }

        public let weights: String
        public let architecture: Architecture
        public let preprocessing: Preprocessing
        /// The longest side that the encoder is given, in pixels.
        public let maxSide: Int
        /// Sides are whole multiples of this.
        public let multiple: Int
    }

    public struct Spectral: Sendable, Equatable {
        public let weights: String
        public let encoder: VisionTransformer.Configuration
        public let preprocessing: Preprocessing
        /// The most tokens of the graph.
        public let maxTokens: Int
    }

    /// How a picture becomes a network's input: (x / 255 − mean) / deviation after resizing.
    public struct Preprocessing: Sendable, Equatable {
        public let mean: [Float]
        public let deviation: [Float]
        public let interpolation: Interpolation
        public let antialias: Bool
    }

    public struct Prompts: Sendable, Equatable {
        /// Each holds `{}` where the class name goes.
        public let templates: [String]
        public let background: [String]
    }

    public struct Fusion: Sendable, Equatable {
        public let rule: FusionRule
        /// The least IoU at which a candidate replaces a class.
        public let tau: Float
        /// How far below the holder's a taker's logit may be.
        public let gamma: Float
        /// Weight of the Laplacian in the propagation.
        public let alpha: Float
        /// Weight of the colour graph in the affinity.
        public let lambda: Float
        /// Number of eigensegments.
        public let eigensegments: Int
    }

    /// presence = σ(a·margin + b).
    public struct Presence: Sendable, Equatable {
        public let a: Float
        public let b: Float
        public let threshold: Float
    }

    public struct SelfTest: Sendable, Equatable {
        public let image: String
        public let labelMap: String
        public let classes: [String]
    }
}
