"""What is counted while a server is abused, and what must hold after it."""

import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from probe.http1 import ask, request
from probe.server import Server, Usage

TRANSPORT = {400, 408, 413, 414, 417, 431, 501, 505}
"""Answers to what never becomes a request of any path."""


def memory_figure(server: Server) -> int:
    """What the service says that it stays under, in bytes."""
    return int(json.loads(ask(server.address, request(path="/v1/limits"))[0].body)["memory_bytes"])


class Document:
    """Which statuses the service's own document lists."""

    def __init__(self, server: Server) -> None:
        self._paths = json.loads(ask(server.address, request(path="/openapi.json"))[0].body)["paths"]

    def lists(self, method: str, path: str, status: int) -> bool:
        held = path.startswith("/v1/images/")
        methods = self._paths.get("/v1/images/{sha256}" if held else path)
        if methods is None:
            return status == 404 or (path == "*" and status in (200, 204)) or status in TRANSPORT
        operation = methods.get("get" if method == "HEAD" else method.lower())
        if operation is None:
            return status == (204 if method == "OPTIONS" else 405) or status in TRANSPORT
        return str(status) in operation["responses"]


@dataclass
class Tally:
    """What came back, and what should not have."""

    document: Document
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, outcome: str) -> None:
        with self._lock:
            self.outcomes[outcome] += 1

    def answered(self, method: str, path: str, status: int) -> None:
        self.count(str(status))
        if status == 500 or not self.document.lists(method, path, status):
            self.fault(f"{method} {path} was answered {status}")

    def fault(self, what: str) -> None:
        with self._lock:
            self.faults.append(what)

    def __str__(self) -> str:
        return ", ".join(f"{count} × {outcome}" for outcome, count in sorted(self.outcomes.items()))


def settle(server: Server, calm: Usage) -> Usage:
    """Waits until the server holds no connection more than in calm, 30 s at most; what it holds then."""
    for _ in range(300):
        usage = server.usage()
        if usage.descriptors <= calm.descriptors:
            break
        time.sleep(0.1)
    # Jobs whose client left stop within their time.
    time.sleep(0.3)
    return server.usage()


@dataclass
class Curve:
    """What the server holds after each part of a round."""

    calm: Usage
    points: list[Usage] = field(default_factory=list)

    def faults(self) -> list[str]:
        """What grew: descriptors past calm, threads past what Dispatch keeps, memory from the middle of a round on."""
        last, middle = self.points[-1], self.points[: max(1, len(self.points) // 2)]
        resident = max(point.resident for point in middle)
        faults = []
        if last.descriptors > self.calm.descriptors:
            faults.append(f"descriptors grew from {self.calm.descriptors} to {last.descriptors}")
        if last.threads > self.calm.threads + 8:
            faults.append(f"threads grew from {self.calm.threads} to {last.threads}")
        if last.resident > resident * 1.1 + 16 * 2**20:
            faults.append(f"memory grew from {resident} to {last.resident} bytes")
        return faults
