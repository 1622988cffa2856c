"""RFC 9112 §2 to §5, with what RFC 9110 says of them: lines, versions, targets, hosts, fields."""

import pytest

from probe.http1 import ask, request
from probe.server import Server
from probe.verdicts import accepts, refuses

HOW = pytest.mark.parametrize("how", ["whole", "pieces", "bytes"])


@HOW
def test_2_2_an_empty_line_before_a_request_is_passed_over(server: Server, how: str) -> None:
    accepts(server, b"\r\n" + request(), 200, how=how)


BARE = {
    "request line": b"GET /livez HTTP/1.1\nHost: h\r\n\r\n",
    "field line": b"GET /livez HTTP/1.1\r\nHost: h\n\r\n",
    "end of the head": b"GET /livez HTTP/1.1\r\nHost: h\r\n\n",
    "all": b"GET /livez HTTP/1.1\nHost: h\n\n",
}


@pytest.mark.parametrize("message", BARE.values(), ids=BARE)
@pytest.mark.parametrize("how", ["whole", "bytes"])
def test_2_2_a_line_feed_alone_ends_no_line(server: Server, message: bytes, how: str) -> None:
    """A recipient may take one for a line's end; one that does can be made to disagree with others."""
    refuses(server, message, 400, how=how)


@pytest.mark.parametrize(
    "message",
    [b"GET /livez HTTP/1.1\rHost: h\r\n\r\n", request("GET", "/livez", "X: a\rb"), request("GET", "/livez", "X: a\r")],
)
def test_2_2_a_carriage_return_alone_is_refused(server: Server, message: bytes) -> None:
    refuses(server, message, 400)


def test_2_2_a_blank_before_the_first_field_is_refused(server: Server) -> None:
    refuses(server, b"GET /livez HTTP/1.1\r\n Host: h\r\nHost: h\r\n\r\n", 400)


@pytest.mark.parametrize("version", ["HTTP/1.1", "HTTP/1.2", "HTTP/1.9"])
def test_2_3_a_higher_minor_version_is_read_as_one_dot_one(server: Server, version: str) -> None:
    accepts(server, request(version=version), 200)


@pytest.mark.parametrize("version", ["HTTP/2.0", "HTTP/0.9", "HTTP/3.0"])
def test_2_3_another_major_version_is_refused(server: Server, version: str) -> None:
    refuses(server, request(version=version), 505)


@pytest.mark.parametrize("version", ["http/1.1", "HTTP/1", "HTTP/1.10", "HTTP/11", "HTTP 1.1", "HTTP/1.x", "HTP/1.1"])
def test_2_3_a_version_that_is_none_is_refused(server: Server, version: str) -> None:
    refuses(server, request(version=version), 400)


LINES = [
    "GET /livez", "GET", "GET  /livez HTTP/1.1", "GET /livez  HTTP/1.1", "GET\t/livez\tHTTP/1.1",
    " GET /livez HTTP/1.1", "GET /livez HTTP/1.1 ", "GET /a b HTTP/1.1", "G@T /livez HTTP/1.1", "G(T /livez HTTP/1.1",
    "GET\0 /livez HTTP/1.1", " /livez HTTP/1.1",
]  # fmt: skip


@pytest.mark.parametrize("line", LINES, ids=ascii)
def test_3_a_line_that_is_no_request_line_is_refused(server: Server, line: str) -> None:
    refuses(server, f"{line}\r\nHost: h\r\n\r\n".encode("latin-1"), 400)


@pytest.mark.parametrize("method", ["get", "Get", "gET"])
def test_3_1_a_method_is_told_apart_by_case(server: Server, method: str) -> None:
    assert accepts(server, request(method), 405, 501).value("allow") is not None


@pytest.mark.parametrize("method", ["PUT", "PATCH", "TRACE", "PROPFIND", "M-SEARCH", "!#$%&'*+-.^_`|~"])
def test_3_1_a_method_that_the_path_lacks_is_answered_with_those_that_it_has(server: Server, method: str) -> None:
    """RFC 9110 §15.5.6."""
    allowed = accepts(server, request(method), 405).value("allow") or ""
    assert {name.strip() for name in allowed.split(",")} == {"GET", "HEAD", "OPTIONS"}


def test_3_1_connect_is_refused(server: Server) -> None:
    refuses(server, request("CONNECT", "h:443"), 501)


TARGETS = {
    "/livez": 200, "/livez?": 200, "/livez?a=b&c": 200, "http://h/livez": 200, "HTTP://h/livez": 200,
    "https://h:8080/livez?x": 200, "http://other.example/livez": 200, "http://h": 200, "http://h?x": 200,
    "/%6Civez": 404, "//livez": 404, "/livez/": 404, "/../livez": 404, "/a/./b": 404, "/?%00": 200,
}  # fmt: skip


@pytest.mark.parametrize("target", TARGETS)
def test_3_2_targets_in_origin_and_absolute_form_are_taken(server: Server, target: str) -> None:
    """A path that differs in a byte is another path; whether the service unifies some is its choice, not a refusal."""
    accepts(server, request(path=target), TARGETS[target], 200)


NO_TARGETS = [
    "livez", "*", "/a#b", "/%", "/%2", "/%zz", "/\x7f", "/\0", "/é", "ftp://h/", "http:///livez", "http://:80/",
    "http://u@h/", "http://h h/", "/a\"b", "/<a>", "",
]  # fmt: skip


@pytest.mark.parametrize("target", NO_TARGETS, ids=ascii)
def test_3_2_a_target_that_is_none_is_refused(server: Server, target: str) -> None:
    refuses(server, request(path=target), 400)


def test_3_2_4_options_may_ask_about_the_server(server: Server) -> None:
    accepts(server, request("OPTIONS", "*"), 200, 204)
    accepts(server, request("OPTIONS", "http://h"), 200, 204)


HOSTS = ["h", "h:80", "h:", "", "a.b-c_d", "127.0.0.1:1", "[::1]", "[::1]:8080", "xn--bcher-kva.example", "%41"]


@pytest.mark.parametrize("host", HOSTS)
def test_3_2_a_host_that_is_one_is_taken(server: Server, host: str) -> None:
    accepts(server, request(host=host), 200)


@pytest.mark.parametrize("host", ["a b", "h/x", "u@h", "h:x", "h:100000", "[::1", "[]", "a,b c", "h\0", "h#", "h?x"])
def test_3_2_a_host_that_is_none_is_refused(server: Server, host: str) -> None:
    refuses(server, request(host=host), 400)


def test_3_2_a_request_without_host_is_refused(server: Server) -> None:
    refuses(server, request(host=None), 400)
    refuses(server, request(path="http://h/livez", host=None), 400)


@pytest.mark.parametrize("second", ["h", "other", ""])
def test_3_2_two_hosts_are_refused(server: Server, second: str) -> None:
    refuses(server, request("GET", "/livez", f"Host: {second}"), 400)
    refuses(server, request("GET", "/livez", f"HOST: {second}", version="HTTP/1.0"), 400)


def test_3_2_an_old_client_needs_no_host(server: Server) -> None:
    answers = ask(server.address, request(host=None, version="HTTP/1.0"))
    assert [answer.status for answer in answers] == [200] and answers[0].closes


FIELDS = [
    "X:", "X: ", "X:v", "X:   v   ", "X:\t v \t", "x-y: a b\tc", "X: \xe9\xff", "!#$%&'*+-.^_`|~0aZ: v",
    "X: \"(),/:;<=>?@[\\]{}", "X: v\r\nX: w", "Cookie: a=b; c=d", "X: " + "v" * 8000,
]  # fmt: skip


@pytest.mark.parametrize("line", FIELDS, ids=lambda line: ascii(line[:30]))
@pytest.mark.parametrize("how", ["whole", "pieces"])
def test_5_fields_of_any_valid_form_are_taken(server: Server, line: str, how: str) -> None:
    accepts(server, request("GET", "/livez", line), 200, how=how)


NO_FIELDS = [
    "X : v", "X\t: v", ": v", "no colon", "X Y: v", "X\0: v", "X(: v", "X\xe9: v", "X: a\0b", "X: \x01", "X: a\x7fb",
    "X: a\r\n b", "X: a\r\n\tb", "\tX: v", "X: a\x0bb", "X: a\x0cb", "X;: v", "\"X\": v", "[X]: v",
]  # fmt: skip


@pytest.mark.parametrize("line", NO_FIELDS, ids=ascii)
@pytest.mark.parametrize("how", ["whole", "bytes"])
def test_5_a_line_that_is_no_field_is_refused(server: Server, line: str, how: str) -> None:
    """§5.1: no space before the colon; §5.2: no folded lines."""
    refuses(server, request("GET", "/livez", line), 400, how=how)


def test_5_field_names_are_told_apart_by_letters_not_by_case(server: Server) -> None:
    answer = accepts(server, b"GET /livez HTTP/1.1\r\nhOsT: h\r\nX-REQUEST-ID: own-id\r\n\r\n", 200)
    assert answer.value("x-request-id") == "own-id"
