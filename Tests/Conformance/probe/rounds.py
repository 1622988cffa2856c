"""Rounds of abuse. Each is bounded, ends by itself and repeats itself from its seed."""

import base64
import hashlib
import json
import random
import socket
import struct
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from hyperframe.frame import RstStreamFrame

from probe.http1 import Client, chunks, request
from probe.http2 import Code, Requester, data
from probe.pictures import hostile, picture
from probe.server import Server
from probe.watch import Tally

Round = Callable[[Server, Tally, random.Random], None]
SEGMENT = "/v1/segment"
QUERY = f"{SEGMENT}?classes=red&classes=blue%20box"
SIZES = [(1, 1), (31, 17), (96, 64), (200, 150)]
POOL = [picture(*size, kind) for kind in ("png", "jpeg", "webp") for size in SIZES]


def upload(body: bytes, generator: random.Random) -> bytes:
    """A picture with its classes, in one of the forms and framings that there are."""
    kind = "Content-Type: application/octet-stream"
    if generator.random() < 0.5:
        return request("POST", QUERY, kind, f"Content-Length: {len(body)}", body=body)
    coded = chunks(body, generator.randint(1 + len(body) // 50, 70_000))
    return request("POST", QUERY, kind, "Transfer-Encoding: chunked", body=coded)


def reset_connection(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def leave(server: Server, tally: Tally, generator: random.Random) -> None:
    """A client that leaves: within the head, the body, the work or the answer; by a close or a reset."""
    message = upload(generator.choice(POOL), generator)
    head = message.index(b"\r\n\r\n") + 4
    where = generator.choice(["head", "body", "work", "answer"])
    end = {"head": generator.randrange(head), "body": generator.randrange(head, len(message))}.get(where, len(message))
    with socket.create_connection(server.address, timeout=30) as client, suppress(ConnectionError):
        client.sendall(message[:end])
        if where == "work":
            client.settimeout(generator.random() * 0.05 + 0.001)
            with suppress(TimeoutError):
                client.recv(1)
        elif where == "answer":
            client.recv(generator.randint(1, 200))
        if generator.random() < 0.5:
            reset_connection(client)
    tally.count(f"left within the {where}")


def leave_http2(server: Server, tally: Tally, generator: random.Random) -> None:
    """Some streams, given up one by one or with the connection."""
    with Requester(server.address) as peer, suppress(ConnectionError):
        streams = [2 * number + 1 for number in range(generator.randint(1, 20))]
        for stream in streams:
            body = generator.choice(POOL)[:16384]
            end = len(body) if generator.random() < 0.5 else generator.randrange(len(body))
            fields = peer.fields("POST", QUERY, [("content-type", "application/octet-stream")])
            last = ["END_STREAM"] if end == len(body) else []
            peer.send(peer.head(stream, fields), data(stream, body[:end], *last))
        time.sleep(generator.choice([0, 0, generator.random() * 0.1]))
        if generator.random() < 0.7:
            peer.send(*(RstStreamFrame(stream, Code.CANCEL) for stream in streams))
            peer.expect_alive()
            tally.count("reset its streams")
        else:
            if generator.random() < 0.5:
                reset_connection(peer.socket)
            tally.count("left with open streams")


def noise(server: Server, tally: Tally, generator: random.Random) -> None:
    """Bytes that are nothing, alone or behind a beginning that is something."""
    beginnings = [
        b"", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", b"GET ",
        request()[:-2], request("POST", QUERY, "Content-Type: image/png", "Content-Length: 3000"),
        request("POST", SEGMENT, "Content-Type: multipart/form-data; boundary=b", "Content-Length: 3000", body=b"--b"),
        request("POST", SEGMENT, "Content-Type: application/json", "Transfer-Encoding: chunked"), b"\x16\x03\x01",
    ]  # fmt: skip
    message = generator.choice(beginnings) + generator.randbytes(generator.randint(1, 4000))
    with Client(server.address) as client:
        client.send(message)
        client.finish_sending()
        if message.startswith(b"PRI * HTTP/2.0\r\n\r\nSM"):
            with suppress(ConnectionError):
                while client.socket.recv(65536):
                    pass
            tally.count("ended")
            return
        answers = client.answers()
        for answer in answers:
            tally.answered("POST", SEGMENT, answer.status)
        if not answers:
            tally.count("ended")


def broken_picture(server: Server, tally: Tally, generator: random.Random) -> None:
    """A picture that is cut off, changed, or made to do harm."""
    how = generator.choice(["cut", "changed", "hostile"])
    body = generator.choice(list(hostile().values())) if how == "hostile" else generator.choice(POOL)
    if how == "cut":
        body = body[: generator.randrange(len(body))]
    elif how == "changed":
        changed = bytearray(body)
        for _ in range(generator.randint(1, 8)):
            changed[generator.randrange(len(changed))] = generator.randrange(256)
        body = bytes(changed)
    with Client(server.address, timeout=60) as client:
        client.send(upload(body, generator))
        answer = client.answer()
        assert answer is not None
        tally.answered("POST", SEGMENT, answer.status)


def mixed(server: Server, tally: Tally, generator: random.Random) -> None:
    """Some requests on one connection, good and bad, of random sizes."""
    with Client(server.address, timeout=60) as client:
        for _ in range(10):
            method, path, message = any_request(generator)
            client.send(message)
            answer = client.answer(method)
            if answer is None:
                tally.fault(f"{method} {path} got no answer")
                return
            tally.answered(method, path, answer.status)
            if answer.closes:
                client.reopen()


def any_request(generator: random.Random) -> tuple[str, str, bytes]:
    kind = generator.randrange(10)
    if kind < 3:
        paths = [
            "/",
            "/livez",
            "/readyz",
            "/v1/limits",
            "/v1/models",
            "/metrics",
            "/openapi.json",
            "/nowhere",
            "/v1/segment",
        ]
        method = generator.choice(["GET", "GET", "HEAD", "OPTIONS", "DELETE"])
        path = generator.choice(paths)
        line = f"X-Filler: {'x' * int(2 ** generator.uniform(0, 13))}"
        return method, path, request(method, path, line)
    if kind == 3:
        return "POST", SEGMENT, upload(generator.choice(POOL), generator)
    size = int(2 ** generator.uniform(0, 20))
    if kind == 4:
        return "POST", SEGMENT, upload(generator.randbytes(size), generator)
    if kind == 5:
        text = json.dumps({"image": {"data": "A" * size}, "classes": ["x" * (size % 300)] * (size % 300)}).encode()
        text = text[: generator.randint(1, len(text))] if generator.random() < 0.5 else text
        lines = ["Content-Type: application/json", f"Content-Length: {len(text)}"]
        return "POST", SEGMENT, request("POST", SEGMENT, *lines, body=text)
    if kind == 6:
        part = b'--b\r\nContent-Disposition: form-data; name="image"\r\n\r\n' + generator.choice(POOL) + b"\r\n"
        name = b'--b\r\nContent-Disposition: form-data; name="classes"\r\n\r\nroad\r\n'
        form = generator.choice([part + name, name + part, part, name * 600, part * 2]) + generator.choice(
            [b"--b--\r\n", b""]
        )
        lines = ["Content-Type: multipart/form-data; boundary=b", f"Content-Length: {len(form)}"]
        return "POST", SEGMENT, request("POST", SEGMENT, *lines, body=form)
    if kind == 7:
        return any_held_picture(generator)
    if kind == 8:
        images = [{"data": base64.b64encode(generator.choice(POOL)).decode()} for _ in range(generator.randint(0, 20))]
        text = json.dumps({"images": images, "classes": ["red", "blue box"][: generator.randint(0, 2)]}).encode()
        lines = ["Content-Type: application/json", f"Content-Length: {len(text)}"]
        return "POST", "/v1/segment/batch", request("POST", "/v1/segment/batch", *lines, body=text)
    path = f"{SEGMENT}?classes=" + "&classes=".join("c" * generator.randint(0, 60) for _ in range(size % 100))
    lines = [
        "Content-Type: image/png",
        "Content-Length: 5",
        f"Accept: {generator.choice(['image/png', 'text/html', '*/*'])}",
    ]
    return "POST", SEGMENT, request("POST", path, *lines, body=b"hello")


def any_held_picture(generator: random.Random) -> tuple[str, str, bytes]:
    """Something about a picture that is held, or is not."""
    body = generator.choice(POOL)
    digest = hashlib.sha256(body).hexdigest()[: generator.choice([64, 64, 64, 63])]
    what = generator.randrange(4)
    if what == 0:
        lines = ["Content-Type: application/octet-stream", f"Content-Length: {len(body)}"]
        return "POST", "/v1/images", request("POST", "/v1/images", *lines, body=body)
    if what == 1:
        text = json.dumps({"image": {"ref": f"sha256:{digest}"}, "classes": ["red", "blue"]}).encode()
        lines = ["Content-Type: application/json", f"Content-Length: {len(text)}"]
        return "POST", SEGMENT, request("POST", SEGMENT, *lines, body=text)
    method = "GET" if what == 2 else "DELETE"
    return method, f"/v1/images/{digest}", request(method, f"/v1/images/{digest}")


def run(which: Round, server: Server, tally: Tally, count: int, seed: int, at_once: int = 16) -> None:
    """So many clients of one kind, some of them at the same time."""

    def one(number: int) -> None:
        try:
            which(server, tally, random.Random(seed * 1_000_003 + number))
        except (AssertionError, OSError) as error:
            tally.fault(f"{which.__name__} {number} of seed {seed}: {type(error).__name__} {error}")

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(one, range(count)))
