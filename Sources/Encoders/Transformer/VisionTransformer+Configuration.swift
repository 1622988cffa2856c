public import Tensors

extension VisionTransformer {
    /// The architecture and the choices in which published checkpoints differ; none has a default.
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

        public init(
            width: Int, depth: Int, heads: Int, mlpWidth: Int, patch: Int, positionGrid: Grid,
            positionRule: PositionRule, epsilon: Float, activation: Activation
        ) {
            (self.width, self.depth, self.heads, self.mlpWidth) = (width, depth, heads, mlpWidth)
            (self.patch, self.positionGrid, self.positionRule) = (patch, positionGrid, positionRule)
            (self.epsilon, self.activation) = (epsilon, activation)
        }

        var block: TransformerBlock.Configuration {
            .init(width: width, heads: heads, mlpWidth: mlpWidth, epsilon: epsilon, activation: activation)
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
        /// Bilinear to the size, as DPT's code does.
        case bilinear(alignCorners: Bool)
    }
}
