"""RFC 9112 §8 to §9, RFC 9110 §9 to §10: what follows an answer, ends, expectations, HEAD, limits."""

import socket
import struct
import time
from collections.abc import Iterator

import pytest

from probe.http1 import Client, ask, chunks, request
from probe.pictures import picture
from probe.server import Server
from probe.verdicts import PICTURE, SEGMENT, TYPE, accepts, arrived, refuses


def test_9_3_a_connection_persists(server: Server) -> None:
    with Client(server.address) as client:
        for _ in range(50):
            client.send(request())
            answer = client.answer()
            assert answer and answer.status == 200 and answer.value("connection") is None


@pytest.mark.parametrize("option", ["close", "Close", "keep-alive, close", "x, CLOSE ,y", ",close"])
def test_9_6_a_client_may_ask_for_the_end(server: Server, option: str) -> None:
    with Client(server.address) as client:
        client.send(request("GET", "/livez", f"Connection: {option}") + request())
        assert [answer.closes for answer in client.answers()] == [True]


@pytest.mark.parametrize(
    "option, persists", [(None, False), ("keep-alive", True), ("Keep-Alive", True), ("close", False)]
)
def test_9_3_an_old_client_persists_where_it_asks_to(server: Server, option: str | None, persists: bool) -> None:
    lines = [] if option is None else [f"Connection: {option}"]
    answers = ask(server.address, request("GET", "/livez", *lines, version="HTTP/1.0") * 2)
    assert len(answers) == (2 if persists else 1)
    assert answers[0].value("connection") == ("keep-alive" if persists else "close")


def test_9_6_a_client_that_sends_on_still_reads_its_answer(server: Server) -> None:
    """The server closes in stages: an answer is not lost to a reset."""
    for _ in range(20):
        with Client(server.address) as client:
            client.send(request("POST", "/nowhere", "Content-Length: 1000000", body=bytes(300_000)))
            assert [answer.status for answer in client.answers()] == [404]


def test_9_6_a_whole_request_is_answered_though_the_client_closed_its_side(server: Server) -> None:
    body = picture(320, 240)
    whole = request("POST", SEGMENT, TYPE, f"Content-Length: {len(body)}", body=body)
    for message in (whole, request("POST", SEGMENT, TYPE, "Transfer-Encoding: chunked", body=chunks(body, 5000))):
        assert [answer.status for answer in ask(server.address, message)] == [200]


UNFINISHED = [
    b"G", b"GET /livez", b"GET /livez HTTP/1.1\r", b"GET /livez HTTP/1.1\r\n", b"GET /livez HTTP/1.1\r\nHost: h\r\n",
    b"GET /livez HTTP/1.1\r\nHost: h\r\n\r", request("POST", SEGMENT, TYPE, "Content-Length: 10", body=b"123456789"),
    request("POST", SEGMENT, TYPE, "Content-Length: 10"),
    request("POST", SEGMENT, TYPE, "Transfer-Encoding: chunked", body=b"5\r\nabc"),
    request("POST", SEGMENT, TYPE, "Transfer-Encoding: chunked", body=b"3\r\nabc\r\n"),
    request("POST", SEGMENT, TYPE, "Transfer-Encoding: chunked", body=b"3\r\nabc\r\n0\r\n"),
    request("POST", SEGMENT, TYPE, "Transfer-Encoding: chunked", body=b"3\r\nabc\r\n0\r\nX: y\r\n"),
]  # fmt: skip


@pytest.mark.parametrize("message", UNFINISHED, ids=lambda message: ascii(message[-24:]))
def test_8_a_request_that_ends_early_is_never_taken_for_a_whole_one(server: Server, message: bytes) -> None:
    start = time.monotonic()
    answers = ask(server.address, message)
    assert all(answer.status == 400 for answer in answers) and time.monotonic() - start < 2


def test_8_requests_before_an_unfinished_one_are_answered(server: Server) -> None:
    assert [answer.status for answer in ask(server.address, request() * 3 + b"GET /li")][:3] == [200] * 3


def test_8_a_reset_at_any_byte_does_no_harm(server: Server) -> None:
    message = request("POST", SEGMENT, TYPE, "Transfer-Encoding: chunked", body=chunks(PICTURE, 20))
    for end in range(0, len(message), 5):
        with socket.create_connection(server.address) as client:
            client.sendall(message[:end])
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert ask(server.address, request())[0].status == 200


@pytest.mark.parametrize("path", ["/livez", "/openapi.json", "/nowhere", "/"])
def test_9110_9_3_2_head_is_get_without_its_body(server: Server, path: str) -> None:
    head = ask(server.address, request("HEAD", path) + request(path=path), "HEAD", "GET")
    assert head[0].status == head[1].status and head[0].value("content-length") == str(len(head[1].body))
    assert [name for name, _ in head[0].fields] == [name for name, _ in head[1].fields]


def test_9110_9_3_7_options_tells_the_methods(server: Server) -> None:
    answer = accepts(server, request("OPTIONS", "/v1/segment"), 200, 204)
    assert "POST" in (answer.value("allow") or "")


def test_9110_6_6_1_every_answer_is_dated(server: Server) -> None:
    for message in (request(), request(path="/nowhere"), b"bad\r\n\r\n", request(version="HTTP/9.9")):
        answer = ask(server.address, message)[0]
        assert time.strptime(answer.value("date") or "", "%a, %d %b %Y %H:%M:%S GMT")


def test_9110_10_1_1_a_client_that_waits_is_told_to_go_on(server: Server) -> None:
    for framing, body in (
        (f"Content-Length: {len(PICTURE)}", PICTURE),
        ("Transfer-Encoding: chunked", chunks(PICTURE, 50)),
    ):
        with Client(server.address) as client:
            client.send(request("POST", SEGMENT, TYPE, framing, "Expect: 100-Continue"))
            interim = client.answer()
            assert interim and interim.status == 100
            client.send(body)
            final = client.answer()
            assert final
            arrived(final)


def test_9110_10_1_1_a_client_that_did_not_wait_needs_no_word(server: Server) -> None:
    head = request("POST", SEGMENT, TYPE, f"Content-Length: {len(PICTURE)}", "Expect: 100-continue")
    answers = ask(server.address, head + PICTURE)
    assert [answer.status for answer in answers] in ([200], [100, 200])


def test_9110_10_1_1_a_final_answer_comes_at_once_where_the_body_is_not_wanted(server: Server) -> None:
    with Client(server.address) as client:
        client.send(request("POST", "/nowhere", "Content-Length: 100", "Expect: 100-continue"))
        answers = client.answers()
        assert [answer.status for answer in answers] == [404] and answers[0].closes


def test_9110_10_1_1_without_a_body_there_is_nothing_to_wait_for(server: Server) -> None:
    accepts(server, request("GET", "/livez", "Expect: 100-continue"), 200)


def test_9110_10_1_1_an_old_clients_expectation_is_ignored(server: Server) -> None:
    head = request("POST", SEGMENT, TYPE, f"Content-Length: {len(PICTURE)}", "Expect: 100-continue", version="HTTP/1.0")
    assert [answer.status for answer in ask(server.address, head + PICTURE)] == [200]


@pytest.mark.parametrize("expectation", ["200-ok", "100-continue, other", "100", ""])
def test_9110_10_1_1_another_expectation_fails(server: Server, expectation: str) -> None:
    refuses(server, request("POST", SEGMENT, TYPE, "Content-Length: 1", f"Expect: {expectation}", body=b"x"), 417)


@pytest.mark.parametrize("line", ["Upgrade: h2c", "Upgrade: websocket", "Range: bytes=0-1", "If-Modified-Since: now"])
def test_9110_7_8_what_is_not_offered_is_ignored(server: Server, line: str) -> None:
    accepts(server, request("GET", "/livez", line, "Connection: upgrade"), 200)


def test_3_a_target_at_the_limit_is_taken_and_one_past_it_refused(server: Server) -> None:
    limit = limits(server)["target_bytes"]
    accepts(server, request(path="/livez?" + "x" * (limit - 7)), 200)
    assert refuses(server, request(path="/livez?" + "x" * (limit - 6)), 414).json["limit"] == limit


def test_5_4_fields_at_the_limit_are_taken_and_one_past_it_refused(server: Server) -> None:
    limit = limits(server)["header_fields"]
    accepts(server, request("GET", "/livez", *["X: y"] * (limit - 1)), 200)
    assert refuses(server, request("GET", "/livez", *["X: y"] * limit), 431).json["limit"] == limit


def test_5_4_a_block_at_the_limit_is_taken_and_one_byte_past_it_refused(server: Server) -> None:
    limit = limits(server)["header_bytes"]
    rest = len("Host: h\r\n") + len("X: \r\n")
    accepts(server, request("GET", "/livez", "X: " + "v" * (limit - rest)), 200)
    assert refuses(server, request("GET", "/livez", "X: " + "v" * (limit - rest + 1)), 431).json["limit"] == limit


def test_7_1_2_trailers_have_the_same_limits(server: Server) -> None:
    limit = limits(server)["header_fields"]
    for count, status in ((limit, 415), (limit + 1, 431)):
        body = b"1\r\nx\r\n0\r\n" + b"X: y\r\n" * count + b"\r\n"
        answers = ask(server.address, request("POST", SEGMENT, TYPE, "Transfer-Encoding: chunked", body=body))
        assert [answer.status for answer in answers] == [status]


@pytest.fixture(scope="module")
def small() -> Iterator[Server]:
    """One that takes bodies of a thousand bytes."""
    server = Server("--body", "1000", until="listening")
    yield server
    assert server.stop() == 0


def test_6_a_body_at_the_limit_is_taken_and_one_byte_past_it_refused(small: Server) -> None:
    wait_until_ready(small)
    accepts(small, request("POST", SEGMENT, TYPE, "Content-Length: 1000", body=bytes(1000)), 415)
    answer = refuses(small, request("POST", SEGMENT, TYPE, "Content-Length: 1001", body=bytes(1001)), 413)
    assert (answer.json["limit"], answer.json["actual"]) == (1000, 1001)
    for size in (1, 10, 1000):
        coded = request("POST", SEGMENT, TYPE, "Transfer-Encoding: chunked", body=chunks(bytes(1000), size))
        accepts(small, coded, 415)
        coded = request("POST", SEGMENT, TYPE, "Transfer-Encoding: chunked", body=chunks(bytes(1001), size))
        refuses(small, coded, 413)


def wait_until_ready(server: Server) -> None:
    for _ in range(600):
        if ask(server.address, request(path="/readyz"))[0].status == 200:
            return
        time.sleep(0.1)
    raise AssertionError("the server does not become ready")


def limits(server: Server) -> dict[str, int]:
    return ask(server.address, request(path="/v1/limits"))[0].json


def test_9_5_a_head_that_does_not_come_in_time_is_answered_408(server: Server) -> None:
    seconds = limits(server)["header_seconds"]
    with Client(server.address, timeout=seconds + 5) as client:
        start = time.monotonic()
        client.send(b"GET /livez HTTP/1.1\r\nX: ")
        answers = client.answers()
        assert [answer.status for answer in answers] == [408] and answers[0].closes
        assert seconds - 0.5 < time.monotonic() - start < seconds + 2
