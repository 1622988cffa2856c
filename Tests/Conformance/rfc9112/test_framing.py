"""RFC 9112 §6 to §7: where a message ends, and that nobody can be made to see another end."""

import pytest

from probe.http1 import ask, chunks, request
from probe.server import Server
from probe.verdicts import PICTURE, SEGMENT, TYPE, accepts, arrived, refuses

HOW = pytest.mark.parametrize("how", ["whole", "pieces", "bytes"])


@HOW
def test_6_2_a_body_by_length_arrives(server: Server, how: str) -> None:
    message = request("POST", SEGMENT, TYPE, f"Content-Length: {len(PICTURE)}", body=PICTURE)
    arrived(accepts(server, message, 200, how=how))


@HOW
@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_7_1_a_chunked_body_arrives(server: Server, how: str, size: int) -> None:
    message = request("POST", SEGMENT, TYPE, "Transfer-Encoding: chunked", body=chunks(PICTURE, size))
    arrived(accepts(server, message, 200, how=how))


EXTENSIONS = [";a", ";a=b", ';a="b;c\\"d"', ";a;b=c", " ; a = b", ';a=""', "\t;a"]


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_7_1_1_chunk_extensions_are_passed_over(server: Server, extension: str) -> None:
    body = chunks(PICTURE, 64, extension)
    arrived(accepts(server, request("POST", SEGMENT, TYPE, "Transfer-Encoding: chunked", body=body), 200))


TRAILERS = [
    "X: y\r\n",
    "A: 1\r\nB: 2\r\n",
    "Content-Length: 5\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Host: other\r\n",
]


@pytest.mark.parametrize("trailers", TRAILERS)
def test_7_1_2_trailers_are_read_and_change_nothing(server: Server, trailers: str) -> None:
    body = chunks(PICTURE, 64, "", trailers)
    arrived(accepts(server, request("POST", SEGMENT, TYPE, "Transfer-Encoding: chunked", body=body), 200))


@pytest.mark.parametrize("size", ["%X", "%x", "0%x", "000000%x"])
def test_7_1_sizes_are_hexadecimal_in_any_letters(server: Server, size: str) -> None:
    body = (size % len(PICTURE)).encode() + b"\r\n" + PICTURE + b"\r\n000\r\n\r\n"
    arrived(accepts(server, request("POST", SEGMENT, TYPE, "Transfer-Encoding: chunked", body=body), 200))


@pytest.mark.parametrize("coding", ["chunked", "Chunked", "CHUNKED", " chunked\t"])
def test_7_a_codings_name_is_read_in_any_letters(server: Server, coding: str) -> None:
    body = chunks(PICTURE, 1000)
    arrived(accepts(server, request("POST", SEGMENT, TYPE, f"Transfer-Encoding:{coding}", body=body), 200))


@pytest.mark.parametrize("length", ["0", "00", "000000005", " 5 "])
def test_6_2_a_length_is_any_number_of_digits(server: Server, length: str) -> None:
    body = b"hello"[: int(length)]
    passes_over(server, request("GET", "/livez", f"Content-Length:{length}", body=body), 200)


def passes_over(server: Server, message: bytes, *statuses: int) -> None:
    """Answers, and reads the body that nobody asked for or closes; it is never taken for a request."""
    answers = ask(server.address, message + request(), message.split(b" ")[0].decode())
    assert answers[0].status in statuses and [answer.status for answer in answers[1:]] in ([], [200])
    assert answers[0].closes == (len(answers) == 1)


def test_6_a_request_without_length_has_no_body(server: Server) -> None:
    accepts(server, request("POST", "/v1/segment", TYPE), 415, 422)


def test_6_any_method_may_have_a_body_that_is_passed_over(server: Server) -> None:
    hidden = request("GET", "/hidden")
    for method in ("GET", "HEAD", "OPTIONS", "DELETE"):
        passes_over(server, request(method, "/livez", f"Content-Length: {len(hidden)}", body=hidden), 200, 204, 405)


FRAMINGS = [
    "Content-Length: 3\r\nContent-Length: 3", "Content-Length: 3\r\nContent-Length: 4", "Content-Length: 3, 3",
    "Content-Length: +3", "Content-Length: -3", "Content-Length: 0x3", "Content-Length: 3 3", "Content-Length:",
    "Content-Length: 3;", "Content-Length: 3.0", "Content-Length: ٣", "Content-Length: 1e1", "Content-Length: \xb2",
    "Content-Length: 3\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 3",
    "Content-Length: 0\r\nTransfer-Encoding: chunked", "Transfer-Encoding: identity\r\nContent-Length: 3",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "Transfer-Encoding: identity",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding: chunked, gzip", "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: chunked,",
    "Transfer-Encoding: ,chunked", "Transfer-Encoding: \"chunked\"", "Transfer-Encoding: xchunked",
    "Transfer-Encoding: chunked;q=1", "Transfer-Encoding:", "Transfer-Encoding: \x0bchunked",
    "Transfer-Encoding: chunked\x0b", "Transfer-Encoding : chunked", "Transfer-Encoding\t: chunked",
    "Transfer-Encoding: chunked\r\n foo", "X: y\r\n Transfer-Encoding: chunked", "Transfer-Encoding: ch\0unked",
    "X: a\nTransfer-Encoding: chunked", "X: a\rTransfer-Encoding: chunked", "Content-Length : 3",
    "Content_Length: 3\r\nContent-Length: 3\r\nContent-Length:3", "Transfer-Encoding: chunKed\x00",
    "Content-Length: 99999999999999999999999",
]  # fmt: skip


@pytest.mark.parametrize("fields", FRAMINGS, ids=ascii)
@pytest.mark.parametrize("how", ["whole", "bytes"])
def test_6_3_framing_that_two_readers_could_read_in_two_ways_is_refused(server: Server, fields: str, how: str) -> None:
    head = f"POST /v1/segment HTTP/1.1\r\nHost: h\r\n{TYPE}\r\n{fields}\r\n\r\n".encode("utf-8", "surrogateescape")
    refuses(server, head + b"0\r\n\r\n", 413 if "9999" in fields else 400, how=how)


def test_6_1_an_old_client_has_no_transfer_coding(server: Server) -> None:
    refuses(server, request("POST", "/v1/segment", TYPE, "Transfer-Encoding: chunked", version="HTTP/1.0"), 400)


CODED = [
    "\r\n", "x\r\n", "0x1\r\na\r\n0\r\n\r\n", "-1\r\n", "+1\r\n", " 1\r\na\r\n0\r\n\r\n", "1_0\r\n",
    "fffffffffffffffff\r\n", "10000000000000000\r\n", "1\na\r\n0\r\n\r\n", "1;\r\na\r\n0\r\n\r\n",
    "1;a=\r\na\r\n0\r\n\r\n", "1;a=\"b\r\na\r\n0\r\n\r\n", "1;a\0\r\na\r\n0\r\n\r\n", "1;a\nb\r\na\r\n0\r\n\r\n",
    "1;a\rb\r\na\r\n0\r\n\r\n", "1\r\nabc\r\n0\r\n\r\n", "1\r\na0\r\n\r\n", "1\r\na\n0\r\n\r\n", "1\r\na\r0\r\n\r\n",
    "0\r\nT : 1\r\n\r\n", "0\r\n T: 1\r\n\r\n", "0\r\nno colon\r\n\r\n", "0\r\n\n", "0\r\nT: 1\n\r\n", "0\n\r\n",
    "1 a\r\na\r\n0\r\n\r\n", "1,1\r\na\r\n0\r\n\r\n",
]  # fmt: skip


@pytest.mark.parametrize("coded", CODED, ids=ascii)
@pytest.mark.parametrize("how", ["whole", "bytes"])
def test_7_1_a_chunked_body_that_is_none_is_refused(server: Server, coded: str, how: str) -> None:
    message = request("POST", "/v1/segment", TYPE, "Transfer-Encoding: chunked", body=coded.encode())
    refuses(server, message, 400, 413, how=how)


def test_6_3_a_refused_body_hides_no_request(server: Server) -> None:
    """The shapes of CL.TE and TE.CL smuggling, each with a whole request where the other reader would see one."""
    hidden = request("GET", "/hidden")
    for fields in (
        ["Content-Length: 6", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: chunked", "Content-Length: 3"],
        ["Transfer-Encoding: xchunked", f"Content-Length: {5 + len(hidden)}"],
        ["Transfer-Encoding:\tchunked, identity", "Content-Length: 5"],
    ):
        answers = ask(server.address, request("POST", "/v1/segment", *fields, body=b"0\r\n\r\n" + hidden))
        assert [answer.status for answer in answers] == [400]


@HOW
def test_9_3_2_pipelined_requests_are_answered_in_their_order(server: Server, how: str) -> None:
    names = [f"n{number}" for number in range(12)]
    message = b"".join(
        request("POST", SEGMENT, TYPE, f"X-Request-Id: {name}", f"Content-Length: {len(PICTURE)}", body=PICTURE)
        if number % 4 == 1
        else request("GET", "/livez", f"X-Request-Id: {name}")
        for number, name in enumerate(names)
    )
    answers = ask(server.address, message, how=how)
    assert [answer.value("x-request-id") for answer in answers] == names
