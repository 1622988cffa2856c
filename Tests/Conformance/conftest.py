"""What every test has: a server that is ready, and clients of it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack

import pytest

from probe.http2 import Requester
from probe.server import Server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One server for all; it must have lived through everything, and have failed at nothing."""
    server = Server()
    yield server
    assert server.is_alive, f"the server ended with {server.process.returncode}"
    failures = server.failures
    assert server.stop() == 0
    assert failures == []


Connect = Callable[..., Requester]


@pytest.fixture
def connect(server: Server) -> Iterator[Connect]:
    """Makes HTTP/2 connections, closed after the test."""
    with ExitStack() as open_connections:

        def connect(settings: Mapping[int, int] | None = None, *, handshakes: bool = True) -> Requester:
            return open_connections.enter_context(Requester(server.address, settings, handshakes=handshakes))

        yield connect


@pytest.fixture
def peer(connect: Connect) -> Requester:
    """One HTTP/2 connection, with the settings of both sides acknowledged."""
    return connect()
