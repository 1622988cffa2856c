"""The text encoder: CLIP's tokenizer with a cut vocabulary, and its distillation from a sentence encoder."""
