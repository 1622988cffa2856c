"""What the service does for those who ask ordinarily while it has too much to do."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from probe.http1 import Client, ask, request
from probe.pictures import picture
from probe.rounds import QUERY, SEGMENT
from probe.server import Server
from probe.watch import Tally


def segment(width: int, height: int) -> bytes:
    body = picture(width, height)
    return request("POST", QUERY, "Content-Type: image/png", f"Content-Length: {len(body)}", body=body)


def quantile(values: list[float], share: float) -> float:
    """Nearest rank."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def milliseconds(values: list[float]) -> str:
    return ", ".join(
        f"{name} {quantile(values, share) * 1000:.1f} ms"
        for name, share in [("p50", 0.5), ("p99", 0.99), ("longest", 1.0)]
    )


@contextmanager
def busy(server: Server, clients: int) -> Iterator[None]:
    """Every worker has something to do, and something waits."""
    stop = threading.Event()

    def work() -> None:
        message = segment(640, 480)
        while not stop.is_set():
            ask(server.address, message, timeout=120)

    with ThreadPoolExecutor(clients) as pool:
        for _ in range(clients):
            pool.submit(work)
        time.sleep(0.5)
        try:
            yield
        finally:
            stop.set()


def health(server: Server, samples: int, pause: float = 0.01) -> list[float]:
    """How long /livez takes, in seconds, on a connection that stays open."""
    times: list[float] = []
    with Client(server.address) as client:
        for _ in range(samples):
            start = time.perf_counter()
            client.send(request())
            answer = client.answer()
            times.append(time.perf_counter() - start)
            assert answer is not None and answer.status == 200
            time.sleep(pause)
    return times


@dataclass
class Overload:
    capacity: float
    """Requests a second that the server can do."""
    accepted: list[float]
    """Seconds that each took which was answered 200."""
    refused: list[float]
    """Seconds until each 503."""
    peak: int
    """Of memory, in bytes."""


def overload(server: Server, tally: Tally, seconds: float, factor: int = 10) -> Overload:
    """Asks so many times as often as the server can answer."""
    message = segment(160, 120)
    start = time.perf_counter()
    for _ in range(10):
        assert ask(server.address, message)[0].status == 200
    capacity = 10 / (time.perf_counter() - start)
    result = Overload(capacity, [], [], 0)
    begin = time.perf_counter()

    def one(number: int) -> None:
        time.sleep(max(0.0, begin + number / (factor * capacity) - time.perf_counter()))
        start = time.perf_counter()
        answer = ask(server.address, message, timeout=60)[0]
        took = time.perf_counter() - start
        tally.answered("POST", SEGMENT, answer.status)
        if answer.status == 200:
            result.accepted.append(took)
        elif answer.status == 503:
            result.refused.append(took)
            if answer.value("retry-after") is None:
                tally.fault("a 503 without Retry-After")
        result.peak = max(result.peak, server.usage().resident) if number % 20 == 0 else result.peak

    with ThreadPoolExecutor(48) as pool:
        list(pool.map(one, range(int(seconds * factor * capacity))))
    return result
