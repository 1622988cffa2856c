"""The rounds of abuse.py, shortened: nothing breaks, nothing is left behind."""

from collections.abc import Iterator

import pytest

from probe.http1 import ask, request
from probe.load import busy, health, overload, quantile
from probe.rounds import Round, broken_picture, leave, leave_http2, mixed, noise, run
from probe.server import Server
from probe.slow import slow
from probe.watch import Curve, Document, Tally, memory_figure, settle


@pytest.fixture(scope="module")
def abused() -> Iterator[Server]:
    """A server of its own, which has answered a little of everything."""
    server = Server()
    run(mixed, server, Tally(Document(server)), 10, 0)
    yield server
    assert server.is_alive and server.failures == [] and server.stop() == 0


@pytest.mark.parametrize(
    "which, count", [(leave, 60), (leave_http2, 40), (noise, 100), (broken_picture, 50), (mixed, 20)]
)
def test_abuse_breaks_nothing_and_leaves_nothing_behind(abused: Server, which: Round, count: int) -> None:
    tally, calm = Tally(Document(abused)), abused.usage()
    curve = Curve(calm)
    for seed in (1, 2):
        run(which, abused, tally, count, seed)
        curve.points.append(settle(abused, calm))
    assert tally.faults + curve.faults() == []
    assert ask(abused.address, request())[0].status == 200


def test_slow_clients_are_ended_and_hold_up_nobody(abused: Server) -> None:
    tally, calm = Tally(Document(abused)), abused.usage()
    took, times = slow(abused, tally, 150, calm)
    assert tally.faults == [] and took < 45 and quantile(times, 0.5) < 0.05
    assert Curve(calm, [settle(abused, calm)]).faults() == []


def test_health_is_answered_while_every_worker_is_busy(abused: Server) -> None:
    """Half of the samples at least: what else runs on the machine has its part in the others; abuse.py says p99."""
    with busy(abused, 4):
        times = health(abused, 200)
    assert quantile(times, 0.5) < 0.01 and quantile(times, 0.9) < 0.05


def test_too_much_is_refused_at_once_and_what_is_accepted_keeps_its_deadline() -> None:
    server = Server("--queue", "8", "--deadline", "10000")
    tally = Tally(Document(server))
    result = overload(server, tally, 4)
    assert tally.faults == [] and set(tally.outcomes) == {"200", "503"}
    assert quantile(result.accepted, 1) < 10 and quantile(result.refused, 0.9) < 0.5
    assert 0 < result.peak < memory_figure(server)
    assert server.stop() == 0
