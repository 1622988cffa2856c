"""Clients that take their time, all at once."""

import socket
import time

from probe.http1 import ask, request
from probe.server import Server, Usage
from probe.watch import Tally

KINDS = ["head", "body", "answer"]


def _begin(server: Server, kind: str) -> socket.socket:
    client = socket.socket()
    # Little room, so that an answer that is not read waits in the server.
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(30)
    client.connect(server.address)
    if kind == "head":
        client.sendall(b"GET /livez HTTP/1.1\r\nX: ")
    elif kind == "body":
        client.sendall(request("POST", "/v1/segment", "Content-Type: image/png", "Content-Length: 100000"))
    else:
        client.sendall(request(path="/openapi.json") * 200)
    client.setblocking(False)
    return client


def slow(server: Server, tally: Tally, count: int, calm: Usage) -> tuple[float, list[float]]:
    """A byte a second each, of a head, a body or an answer. Each has to be ended by the server, the first two with 408.

    How many seconds it took until the server held none of them, and how long health took meanwhile.
    """
    clients = [(kind, _begin(server, kind)) for kind in KINDS for _ in range(count // len(KINDS))]
    start, health = time.monotonic(), list[float]()
    while time.monotonic() - start < 60 and server.usage().descriptors > calm.descriptors:
        for kind, client in clients:
            try:
                if kind == "answer":
                    client.recv(1)
                else:
                    client.send(b"x")
            except OSError:
                continue
        asked = time.monotonic()
        assert ask(server.address, request())[0].status == 200
        health.append(time.monotonic() - asked)
        time.sleep(1)
    took = time.monotonic() - start
    for kind, client in clients:
        if kind == "answer":
            tally.count("slow reader ended" if took < 60 else "slow reader left on")
        else:
            _read_verdict(client, kind, tally)
        client.close()
    return took, health


def _read_verdict(client: socket.socket, kind: str, tally: Tally) -> None:
    try:
        got = client.recv(100)
    except OSError as error:
        return tally.fault(f"a slow {kind} was ended without 408: {error}")
    tally.count(f"slow {kind} answered {got[9:12].decode()}")
    if not got.startswith(b"HTTP/1.1 408 "):
        tally.fault(f"a slow {kind} was answered {got!r}")
