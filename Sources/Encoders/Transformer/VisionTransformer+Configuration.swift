public import Tensors

extension VisionTransformer {
    /// The architecture and the choices in which published checkpoints differ; none has a default but for parts that
    /// only some have.
    public struct Configuration: Sendable, Equatable {
        public let width: Int
        public let depth: Int
        public let heads: Int
        public let mlpWidth: Int
        /// Side of a patch in pixels.
        public let patch: Int
        /// The grid that the learned positions were made for.
        public let positionGrid: Grid
        /// How they are resized to another grid.
        public let positionRule: PositionRule
        /// Added to the variance in every norm.
        public let epsilon: Float
        public let activation: Activation
        /// Tokens between the class token and the patches that stand for no place.
        public let registers: Int
        /// Whether each block's branches have a learned factor a channel.
        public let layerScale: Bool

        public init(
            width: Int, depth: Int, heads: Int, mlpWidth: Int, patch: Int, positionGrid: Grid,
            positionRule: PositionRule, epsilon: Float, activation: Activation, registers: Int = 0,
            layerScale: Bool = false
        ) {
            (self.width, self.depth, self.heads, self.mlpWidth) = (width, depth, heads, mlpWidth)
            (self.patch, self.positionGrid, self.positionRule) = (patch, positionGrid, positionRule)
            (self.epsilon, self.activation) = (epsilon, activation)
            (self.registers, self.layerScale) = (registers, layerScale)
        }

        var block: TransformerBlock.Configuration {
            .init(
                width: width, heads: heads, mlpWidth: mlpWidth, epsilon: epsilon, activation: activation,
                layerScale: layerScale)
        }

        /// Tokens before the patches.
        var prefixTokens: Int { 1 + registers }

        /// Rows and columns of the token grid of a picture `[H, W, 3]`.
        func grid(of pixels: Tensor) -> (rows: Int, columns: Int) {
            (pixels.shape[0] / patch, pixels.shape[1] / patch)
        }
    }

    public struct Grid: Sendable, Equatable {
        public let rows: Int
        public let columns: Int

        public init(rows: Int, columns: Int) { (self.rows, self.columns) = (rows, columns) }
    }

    public enum PositionRule: Sendable, Equatable {
        /// Bicubic, the scale (side + 0.1) / grid handed to the interpolation, as DINO's code does.
        case dino
        /// Bicubic to the size: CLIP's in `transformers`, and with antialias DINOv2's with registers.
        case bicubic(antialias: Bool)
        /// Bilinear to the size, as DPT's code does.
        case bilinear(alignCorners: Bool)
    }
}
