"""Whether an answer's masks are what the interface promises, as COCO's own program reads them."""

import json
import urllib.parse
from typing import Any

import numpy as np
from pycocotools import mask as coco

from probe.http1 import ask, request
from probe.server import Server


def answer_to(server: Server, picture: bytes, names: list[str], **options: str) -> dict[str, Any]:
    """The answer to one PNG or JPEG; names and options go into the query."""
    query = urllib.parse.urlencode({"classes": json.dumps(names), "options": json.dumps(options)})
    kind = "png" if picture.startswith(b"\x89PNG") else "jpeg"
    lines = f"Content-Type: image/{kind}", f"Content-Length: {len(picture)}"
    message = request("POST", f"/v1/segment?{query}", *lines, body=picture)
    answer = ask(server.address, message, timeout=600)[0]
    assert answer.status == 200, answer.body[:500]
    return answer.json


def lasting(answer: dict[str, Any]) -> str:
    """What two answers to the same request have in common: all but the id and the times."""
    return json.dumps({key: value for key, value in answer.items() if key not in ("id", "timings_ms")})


def faults(answer: dict[str, Any], names: list[str]) -> list[str]:
    """Where the masks of an answer are no partition, or do not fit what is said of them."""
    size = [answer["image"]["height"], answer["image"]["width"]]
    taken = np.zeros(size, np.uint8)
    found = [] if [entry["name"] for entry in answer["classes"]] == names else ["other classes than asked for"]
    for number, piece in enumerate(answer["segments"]):
        mask = coco.decode(piece["rle"])
        if list(mask.shape) != size:
            return [*found, f"mask {number} is of {mask.shape}, the picture of {size}"]
        if int(mask.sum()) != piece["area"]:
            found.append(f"mask {number} has {mask.sum()} pixels, its area says {piece['area']}")
        if coco.toBbox(piece["rle"]).tolist() != [float(side) for side in piece["bbox"]]:
            found.append(f"mask {number} lies in {coco.toBbox(piece['rle'])}, its box says {piece['bbox']}")
        taken += mask
    if taken.max(initial=0) > 1:
        found.append(f"{int((taken > 1).sum())} pixels belong to two masks")
    if int((taken == 0).sum()) != answer["unlabeled"]["area"]:
        found.append(
            f"{int((taken == 0).sum())} pixels belong to no mask, unlabeled says {answer['unlabeled']['area']}"
        )
    return found
