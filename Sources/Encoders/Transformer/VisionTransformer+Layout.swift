extension VisionTransformer {
    /// Which parts a family of checkpoints has besides its blocks, and where it keeps them.
    struct Layout: Sendable {
        /// The convolution that makes the patches.
        let patches: String
        let patchesHaveBias: Bool
        let classToken: (name: String, shape: @Sendable (_ width: Int) -> [Int])
        /// `[1, registers, D]`
        let registers: String
        let positions: (name: String, shape: @Sendable (_ count: Int, _ width: Int) -> [Int])
        /// A norm between the tokens and the first block; nil where there is none.
        let firstNorm: String?
        let blocks: String
        let block: TransformerBlock.Names
        let norm: String

        /// DINO's, DINOv2's and timm's.
        static let dino = Layout(
            patches: "patch_embed.proj", patchesHaveBias: true, classToken: ("cls_token", { [1, 1, $0] }),
            registers: "register_tokens", positions: ("pos_embed", { [1, $0, $1] }), firstNorm: nil, blocks: "blocks",
            block: .vision, norm: "norm")
        /// OpenAI's.
        static let clip = Layout(
            patches: "conv1", patchesHaveBias: false, classToken: ("class_embedding", { [$0] }),
            registers: "register_tokens", positions: ("positional_embedding", { [$0, $1] }), firstNorm: "ln_pre",
            blocks: "transformer.resblocks", block: .clip, norm: "ln_post")
    }
}
