"""An answer that its client does not take is cut at the request's deadline, and what it held is let go."""

import base64
import json
import socket
import time
from collections.abc import Iterator

import pytest

from probe.http1 import ask, request
from probe.pictures import blocks
from probe.server import Server

DEADLINE = 6
RATE_SECONDS = 10
"""After which whoever takes too little is cut anyway."""


def message(path: str, **body: object) -> bytes:
    """A request that asks for every outline."""
    options = {"background": "none", "fusion": "none", "include": ["rle", "polygon"]}
    names = ["red", "green", "blue", "black", "white", "grey", "yellow", "brown"]
    text = json.dumps({**body, "classes": names, "options": options}).encode()
    return request("POST", path, "Content-Type: application/json", f"Content-Length: {len(text)}", body=text)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server("--deadline", str(DEADLINE * 1000))
    yield server
    assert server.failures == [] and server.stop() == 0


@pytest.mark.parametrize("pictures", [1, 4])
def test_an_answer_that_is_not_taken_is_cut_at_its_deadline(server: Server, pictures: int) -> None:
    data = {"data": base64.b64encode(blocks(2048 if pictures == 1 else 1024)).decode()}
    asked = message("/v1/segment", image=data)
    if pictures > 1:
        asked = message("/v1/segment/batch", images=[data] * pictures)
    assert len(ask(server.address, asked, timeout=60)[0].body) > 300_000
    calm = server.usage().descriptors
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(server.address)
        client.sendall(asked)
        start = time.monotonic()
        client.recv(1)
        while server.usage().descriptors > calm and time.monotonic() - start < 2 * RATE_SECONDS:
            time.sleep(0.05)
        took = time.monotonic() - start
    assert took < RATE_SECONDS
