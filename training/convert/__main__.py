"""Published checkpoints as a bundle: `python -m convert --help`."""

import argparse
import sys
from pathlib import Path

from .bundle import Request, convert
from .errors import ConversionError
from .part import Choices

LAYOUTS = """layouts, told apart by the names of their tensors:
  text      CLIP (Hugging Face, OpenAI), LSeg
  visual    CLIP (Hugging Face, OpenAI), LSeg on a ViT, SAZS on a ViT or a DRN-D
  spectral  DINO and DINOv2, with registers or without (Hugging Face, original)
files: .safetensors, pickles (read with weights_only: nothing in them runs), TorchScript archives (only their tensors).
One file may serve as text and visual encoder. A tensor missing, left over or of another shape ends the conversion."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="convert", description="Makes a bundle of published checkpoints.", epilog=LAYOUTS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    for name, what in (("text", "text encoder"), ("visual", "visual encoder"), ("spectral", "self-supervised encoder")):
        parser.add_argument(f"--{name}", type=Path, required=True, help=f"checkpoint of the {what}")
    parser.add_argument("--vocabulary", type=Path, required=True, help="the tokenizer's vocab.json")
    parser.add_argument("--merges", type=Path, required=True, help="the tokenizer's merges.txt")
    parser.add_argument("--out", type=Path, required=True, help="folder to make; must not exist")
    parser.add_argument("--name", help="of the bundle; the folder's when left out")
    parser.add_argument("--version", default="1")
    parser.add_argument("--license", required=True, help="SPDX expression for the whole, as 'MIT AND Apache-2.0'")
    parser.add_argument("--template", action="append", help="prompt with {} where the name goes; may be repeated")
    parser.add_argument("--background", action="append", help="prompt of the background; may be repeated")
    parser.add_argument("--head-width", type=int, default=64, help="channels of an attention head (default: 64)")
    parser.add_argument(
        "--activation", choices=("quick_gelu", "gelu"), default="quick_gelu", help="CLIP's (default: OpenAI's)"
    )
    return parser.parse_args()


def main() -> int:
    given = arguments()
    request = Request(
        given.text, given.visual, given.spectral, given.vocabulary, given.merges, given.name or given.out.name,
        given.version, given.license, given.template or ["a photo of a {}."], given.background or ["background"],
        Choices(given.head_width, given.activation),
    )  # fmt: skip
    try:
        convert(request, given.out)
    except ConversionError as error:
        print(f"convert: {error}", file=sys.stderr)
        return 1
    print(given.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
