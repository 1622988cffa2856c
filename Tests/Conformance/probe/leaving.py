"""What a client that leaves during the work still costs."""

import random
import socket
import time
from dataclasses import dataclass
from enum import StrEnum

from hyperframe.frame import GoAwayFrame, HeadersFrame

from probe.http1 import ask, request
from probe.http2 import Requester, data, reset
from probe.rounds import QUERY, reset_connection
from probe.server import Server


class Leave(StrEnum):
    HTTP1_RESET = "HTTP/1.1 reset"
    HTTP2_STREAM = "HTTP/2 RST_STREAM"
    HTTP2_END = "HTTP/2 end of the connection"


@dataclass(frozen=True)
class Cost:
    kind: Leave
    after: float
    """Seconds from the request to the leave."""
    processor: float
    """Seconds of processor time that the server used from the leave on."""


def processor_seconds_to_rest(server: Server, limit: float = 60) -> float:
    """How much more the server computes until it rests."""
    start = last = server.processor_seconds()
    still, end = 0, time.monotonic() + limit
    while still < 8 and time.monotonic() < end:
        time.sleep(0.05)
        now = server.processor_seconds()
        still, last = (still + 1, last) if now - last < 0.005 else (0, now)
    return last - start


def whole_time(server: Server, body: bytes) -> tuple[float, dict[str, float]]:
    """Seconds that the whole request takes once everything is loaded, and where they go."""
    message = request("POST", QUERY, "Content-Type: image/png", f"Content-Length: {len(body)}", body=body)
    ask(server.address, message, timeout=300)
    start = time.monotonic()
    answer = ask(server.address, message, timeout=300)[0]
    assert answer.status == 200, answer
    return time.monotonic() - start, answer.json["timings_ms"]


def leave(server: Server, body: bytes, kind: Leave, after: float) -> Cost | None:
    """Asks, leaves after some seconds, and measures; None where the answer came before that."""
    if kind == Leave.HTTP1_RESET:
        client = socket.create_connection(server.address)
        message = request("POST", QUERY, "Content-Type: image/png", f"Content-Length: {len(body)}", body=body)
        client.sendall(message)
        client.settimeout(after)
        try:
            client.recv(1)
            return None
        except TimeoutError:
            reset_connection(client)
            client.close()
    else:
        peer = Requester(server.address)
        pieces = [body[start : start + 16384] for start in range(0, len(body), 16384)]
        assert len(body) < 65536, "more would have to wait for windows"
        peer.send(peer.post(1, path=QUERY), *(data(1, piece) for piece in pieces), data(1, b"", "END_STREAM"))
        peer.socket.settimeout(after)
        try:
            while not isinstance(peer.receive(), HeadersFrame | GoAwayFrame):
                pass
            return None
        except TimeoutError:
            if kind == Leave.HTTP2_STREAM:
                peer.send(reset(1))
            else:
                peer.socket.close()
    cost = Cost(kind, after, processor_seconds_to_rest(server))
    if kind == Leave.HTTP2_STREAM:
        peer.socket.close()
    return cost


def measure(server: Server, body: bytes, trials: int, seed: int) -> list[Cost]:
    """Clients that leave at random moments of the work, each in each way in turn."""
    generator = random.Random(seed)
    whole, _ = whole_time(server, body)
    costs = []
    for number in range(trials):
        kind = list(Leave)[number % len(Leave)]
        if cost := leave(server, body, kind, whole * generator.uniform(0.02, 0.95)):
            costs.append(cost)
    return costs
