"""Abuses `silhouette serve` in rounds that end by themselves, prints what it holds after each, and says what broke.

    SILHOUETTE=../../.build/release/silhouette .venv/bin/python abuse.py --clients 1000 --requests 10000

Exit status 1 where the server crashed, answered 500 or what its document does not list, or holds more than before.
"""

import argparse
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from probe.http1 import ask, request
from probe.load import busy, health, milliseconds, overload, quantile
from probe.masks import answer_to, faults
from probe.pictures import picture
from probe.rounds import Round, broken_picture, leave, leave_http2, mixed, noise, run
from probe.server import Server
from probe.slow import slow
from probe.watch import Curve, Document, Tally, memory_figure, settle

PARTS = 5


def repeat(server: Server, which: Round, count: int, seed: int) -> list[str]:
    """A round in parts, each followed by a look at what the server holds."""
    tally, calm = Tally(Document(server)), server.usage()
    curve = Curve(calm)
    print(f"  before {calm}")
    for part in range(PARTS):
        start = time.monotonic()
        run(which, server, tally, count // PARTS, seed + part)
        curve.points.append(settle(server, calm))
        print(f"  part {part + 1} {curve.points[-1]}, {time.monotonic() - start:.1f} s")
    print(f"  {tally}")
    return tally.faults + curve.faults()


def slow_round(server: Server, count: int) -> list[str]:
    tally, calm = Tally(Document(server)), server.usage()
    curve = Curve(calm)
    print(f"  before {calm}")
    for part in range(2):
        took, times = slow(server, tally, count, calm)
        curve.points.append(settle(server, calm))
        print(f"  part {part + 1} {curve.points[-1]}; all ended after {took:.1f} s, health {milliseconds(times)}")
    print(f"  {tally}")
    return tally.faults + curve.faults()


def health_round(server: Server, samples: int) -> list[str]:
    with busy(server, 4):
        times = health(server, samples)
    print(f"  /livez with all workers busy: {milliseconds(times)}, {samples} samples")
    return [f"health p99 is {quantile(times, 0.99)} s"] if quantile(times, 0.99) >= 0.05 else []


def overload_round(seconds: float) -> list[str]:
    server = Server("--queue", "8", "--deadline", "5000")
    tally, calm = Tally(Document(server)), server.usage()
    print(f"  before {calm}")
    result = overload(server, tally, seconds)
    after = settle(server, calm)
    print(f"  after  {after}, peak {result.peak / 2**20:.1f} MiB; capacity {result.capacity:.1f} requests a second")
    print(f"  {tally}")
    print(f"  200: {milliseconds(result.accepted)}\n  503: {milliseconds(result.refused)}")
    found = tally.faults + Curve(calm, [server.usage(), after]).faults()
    if tally.outcomes["504"]:
        found.append(f"{tally.outcomes['504']} accepted requests missed their deadline")
    if result.peak > memory_figure(server):
        found.append(f"the peak is over the {memory_figure(server) / 2**20:.0f} MiB of /v1/limits")
    server.stop()
    return found


def huge_round(side: int) -> list[str]:
    """As many pictures of the largest size as there are workers, each asked for with every rule and many classes."""
    server = Server("--workers", "2", "--threads", "1", "--deadline", "600000")
    figure = memory_figure(server)
    body = picture(side, side, "jpeg")
    names = [f"thing {number}" for number in range(64)]
    calm = server.usage()
    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(answer_to, server, body, names, fusion="select+propagate") for _ in range(2)]
        found = [fault for answer in answers for fault in faults(answer.result(), names)]
    peak = server.peak_resident()
    print(f"  before {calm}, peak {peak / 2**20:.0f} MiB of {figure / 2**20:.0f} that /v1/limits tells")
    if peak > figure:
        found.append(f"the peak of {peak} bytes is over the {figure} of /v1/limits")
    server.stop()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=1000, help="of each kind that leaves, is slow or makes noise")
    parser.add_argument("--requests", type=int, default=10_000, help="of the mixed round")
    parser.add_argument("--seconds", type=float, default=15, help="of ten times as much as the server can do")
    parser.add_argument("--seed", type=int, default=1, help="from which every round repeats itself")
    parser.add_argument("--only", nargs="*", help="names of rounds; all when left out")
    options = parser.parse_args()

    server = Server()
    # What is loaded and kept on the first request is no growth.
    run(mixed, server, Tally(Document(server)), 20, 0)
    count, seed = options.clients, options.seed
    rounds: dict[str, Callable[[], list[str]]] = {
        "leave": partial(repeat, server, leave, count, seed),
        "leave-http2": partial(repeat, server, leave_http2, count, seed),
        "noise": partial(repeat, server, noise, count, seed),
        "pictures": partial(repeat, server, broken_picture, count, seed),
        "mixed": partial(repeat, server, mixed, options.requests // 10, seed),
        "slow": partial(slow_round, server, min(count, 1000)),
        "health": partial(health_round, server, 1000),
        "overload": partial(overload_round, options.seconds),
        "huge": partial(huge_round, 7071),
    }
    found: list[str] = []
    for name in options.only or rounds:
        print(f"{name} (seed {seed})", flush=True)
        found += [f"{name}: {fault}" for fault in rounds[name]()]
        if not server.is_alive or ask(server.address, request())[0].status != 200:
            found.append(f"{name}: the server does not answer /livez: {server.lines[-5:]}")
            break
    found += [f"logged: {line}" for line in server.failures]
    if server.is_alive and server.stop() != 0:
        found.append("it did not end with 0")
    print(*(f"FAULT {fault}" for fault in found[:50]), sep="\n")
    print(f"{len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
