"""Clients that take their time, all at once."""

import contextlib
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
    readers = [client for kind, client in clients if kind == "answer"]
    senders = [client for kind, client in clients if kind != "answer"]
    start, health = time.monotonic(), list[float]()
    # Descriptors alone do not tell: what ended before may have held some still when it was calm.
    while time.monotonic() - start < 60 and (senders or server.usage().descriptors > calm.descriptors):
        for client in readers:
            with contextlib.suppress(OSError):
                client.recv(1)
        senders = [client for client in senders if not _has_verdict(client)]
        for client in senders:
            with contextlib.suppress(OSError):
                client.send(b"x")
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


def _has_verdict(client: socket.socket) -> bool:
    try:
        client.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _read_verdict(client: socket.socket, kind: str, tally: Tally) -> None:
    try:
        got = client.recv(100)
    except OSError as error:
        return tally.fault(f"a slow {kind} was ended without 408: {error}")
    tally.count(f"slow {kind} answered {got[9:12].decode()}")
    if not got.startswith(b"HTTP/1.1 408 "):
        tally.fault(f"a slow {kind} was answered {got!r}")
