extension DRN {
    /// The architecture and the choices in which published checkpoints differ; none has a default.
    public struct Configuration: Sendable, Equatable {
        public enum Block: String, Sendable, CaseIterable {
            case basic, bottleneck

            /// Channels that leave the block for each channel inside it.
            var expansion: Int { self == .basic ? 1 : 4 }
        }

        public let block: Block
        /// Channels inside the blocks of layers 1–8 (layer 0 has those of layer 1).
        public let channels: [Int]
        /// Blocks, or plain convolutions, of layers 1–8.
        public let blocks: [Int]
        public let batchNormEpsilon: Float
        /// Sides of the grids that the pyramid pools to.
        public let pyramidBins: [Int]
        /// Whether the corners of a pooled grid and of the map are the same points when it is resized back.
        public let pyramidAlignCorners: Bool
        /// Channels of each branch of the pyramid.
        public let pyramidWidth: Int
        /// Channels of the convolution that fuses the branches with the map, of which a projection then makes the
        /// embedding; nil: as the weights have it, without a projection as many as the embedding.
        public let fuseWidth: Int?
        public let embeddingDimension: Int
        public let boundaryHead: Bool

        public init(
            block: Block, channels: [Int], blocks: [Int], batchNormEpsilon: Float, pyramidBins: [Int],
            pyramidAlignCorners: Bool, pyramidWidth: Int, fuseWidth: Int?, embeddingDimension: Int, boundaryHead: Bool
        ) {
            precondition(channels.count == 8 && blocks.count == 8, "a DRN-D has layers 1 to 8")
            (self.block, self.channels, self.blocks) = (block, channels, blocks)
            (self.batchNormEpsilon, self.pyramidBins) = (batchNormEpsilon, pyramidBins)
            (self.pyramidAlignCorners, self.pyramidWidth) = (pyramidAlignCorners, pyramidWidth)
            self.fuseWidth = fuseWidth
            (self.embeddingDimension, self.boundaryHead) = (embeddingDimension, boundaryHead)
        }

        /// Sides of pictures are whole multiples of the network's stride.
        var multiple: Int { 8 }
    }
}
