"""What schemathesis sends where a schema cannot say what a picture is. Loaded by it through SCHEMATHESIS_HOOKS."""

import base64
from typing import Any

import schemathesis
from hypothesis import strategies

from probe.pictures import hostile, picture

GOOD = [
    picture(width, height, kind) for kind in ("png", "jpeg", "webp") for width, height in ((1, 1), (16, 9), (40, 30))
]
PICTURES = strategies.one_of(strategies.sampled_from(GOOD), strategies.sampled_from(list(hostile().values())))

for media_type in ("image/png", "image/jpeg", "image/webp", "application/octet-stream"):
    schemathesis.openapi.media_type(media_type, PICTURES)


@schemathesis.hook
def map_body(context: schemathesis.HookContext, body: Any) -> Any:  # noqa: ANN401
    """Every other text that stands for a picture is one, so that what stands beside it is read too."""
    image = body.get("image") if isinstance(body, dict) else None
    if isinstance(image, dict) and isinstance(data := image.get("data"), str) and len(data) % 2 == 0:
        image["data"] = base64.b64encode(GOOD[len(data) // 2 % len(GOOD)]).decode()
    return body
