"""RFC 9113 §8: requests, fields, pseudo-fields, answers."""

import pytest
from hyperframe.frame import DataFrame, Frame, HeadersFrame, PingFrame, RstStreamFrame

from probe.http2 import Code, Requester, data, literal, ping, raw, reset


def refuses(peer: Requester, *frames: Frame | bytes) -> None:
    peer.send(*frames)
    peer.expect_stream_error(1, Code.PROTOCOL_ERROR)


def refuses_fields(peer: Requester, fields: list[tuple[str, str]]) -> None:
    refuses(peer, raw(1, 0x5, 1, literal(fields)))


@pytest.mark.parametrize("method, status", [("GET", 200), ("HEAD", 200), ("OPTIONS", 204), ("DELETE", 405)])
def test_8_1_an_answer_is_one_head_and_its_body(peer: Requester, method: str, status: int) -> None:
    peer.send(peer.head(1, peer.fields(method), "END_STREAM"))
    answer = peer.answer(1)
    assert answer.status == status
    names = [name for name, _ in answer.fields]
    assert names[0] == ":status" and names.count(":status") == 1
    assert (answer.body == b"") == (method in ("HEAD", "OPTIONS"))


def test_8_1_trailers_after_a_body_are_taken(peer: Requester) -> None:
    peer.send(peer.post(1), data(1, b"xyz"), peer.head(1, [("x-checksum", "1")], "END_STREAM"))
    assert peer.answer(1).status == 415


def test_8_1_trailers_without_the_end_are_malformed(peer: Requester) -> None:
    refuses(peer, peer.post(1), data(1, b"x"), peer.head(1, [("x-trailer", "y")]))


@pytest.mark.parametrize("name", [":path", ":status", ":unknown"])
def test_8_1_pseudo_fields_in_trailers_are_malformed(peer: Requester, name: str) -> None:
    refuses(peer, peer.post(1), data(1, b"x"), peer.head(1, [(name, "/")], "END_STREAM"))


def test_8_1_a_request_may_be_answered_before_its_end(peer: Requester) -> None:
    """The server asks for the rest no more: RST_STREAM with NO_ERROR, after the whole answer."""
    peer.send(peer.head(1, peer.fields("POST", "/nowhere")))
    assert peer.answer(1).status == 404
    assert peer.expect(RstStreamFrame, 1).error_code == Code.NO_ERROR
    peer.expect_alive(3)


@pytest.mark.parametrize("told, sent", [("4", b"abc"), ("2", b"abc"), ("0", b"a")])
def test_8_1_1_a_body_of_another_length_than_told_is_malformed(peer: Requester, told: str, sent: bytes) -> None:
    refuses(peer, peer.post(1, [("content-length", told)]), data(1, sent, "END_STREAM"))


def test_8_1_1_a_told_body_that_never_comes_is_malformed(peer: Requester) -> None:
    refuses(peer, peer.head(1, peer.fields("POST", "/v1/segment", [("content-length", "3")]), "END_STREAM"))


def test_8_1_1_a_told_length_with_trailers_in_place_of_the_body_is_malformed(peer: Requester) -> None:
    refuses(peer, peer.post(1, [("content-length", "3")]), peer.head(1, [("x-trailer", "y")], "END_STREAM"))


def test_8_1_1_a_body_of_the_told_length_is_taken_in_any_pieces(peer: Requester) -> None:
    peer.send(peer.post(1, [("content-length", "6")]), *(data(1, byte) for byte in (b"a", b"b", b"cde")), data(1))
    peer.send(data(1, b"f", "END_STREAM"))
    assert peer.answer(1).status == 415


@pytest.mark.parametrize("length", ["-1", "+3", "3 ", "0x3", "3,3", "", "99999999999999999999"])
def test_8_1_1_a_length_that_is_no_number_is_malformed(peer: Requester, length: str) -> None:
    refuses(peer, raw(1, 0x4, 1, literal(peer.fields("POST", "/v1/segment", [("content-length", length)]))))


def test_8_1_1_two_lengths_are_malformed(peer: Requester) -> None:
    lengths = [("content-length", "3"), ("content-length", "3")]
    peer.send(raw(1, 0x4, 1, literal(peer.fields("POST", "/v1/segment", lengths))))
    peer.expect_stream_error(1, Code.PROTOCOL_ERROR)


NAMES = ["X-Upper", "x-uppeR", "x y", "x\ty", "x\0y", "x\r", "x\n", "x\x7fy", "x\xe9", "x:y", "", "x(y", "x/y"]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_8_2_1_a_field_name_with_a_character_that_none_has_is_malformed(peer: Requester, name: str) -> None:
    refuses_fields(peer, peer.fields(more=[(name, "v")]))


@pytest.mark.parametrize("value", ["a\0b", "a\rb", "a\nb", "\0", " a", "a ", "\ta", "a\t", " "], ids=ascii)
def test_8_2_1_a_field_value_with_a_character_that_none_has_is_malformed(peer: Requester, value: str) -> None:
    refuses_fields(peer, peer.fields(more=[("x-field", value)]))


@pytest.mark.parametrize("value", ["", "a b", "a\tb", "\xe9\xff", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"], ids=ascii)
def test_8_2_1_every_value_that_is_one_is_taken(peer: Requester, value: str) -> None:
    peer.send(raw(1, 0x5, 1, literal(peer.fields(more=[("x-field", value)]))))
    assert peer.answer(1).status == 200


@pytest.mark.parametrize(
    "field",
    [
        ("connection", "close"),
        ("connection", "x-field"),
        ("proxy-connection", "keep-alive"),
        ("keep-alive", "timeout=5"),
        ("transfer-encoding", "chunked"),
        ("upgrade", "h2c"),
        ("te", "gzip"),
        ("te", "trailers, gzip"),
        ("te", ""),
    ],
)
def test_8_2_2_fields_of_one_connection_are_malformed(peer: Requester, field: tuple[str, str]) -> None:
    refuses_fields(peer, peer.fields(more=[field]))


def test_8_2_2_te_may_say_trailers(peer: Requester) -> None:
    peer.send(peer.get(1, more=[("te", "trailers")]))
    assert peer.answer(1).status == 200


def test_8_2_2_answers_hold_no_fields_of_one_connection(peer: Requester) -> None:
    forbidden = {"connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade", "te"}
    for stream, path in enumerate(["/livez", "/nowhere", "/openapi.json", "/readyz"]):
        peer.send(peer.get(2 * stream + 1, path))
        answer = peer.answer(2 * stream + 1)
        names = [name for name, _ in answer.fields]
        assert all(name == name.lower() for name in names) and not forbidden.intersection(names)
        assert answer.value("content-length") in (None, str(len(answer.body)))


def test_8_2_3_a_cookie_in_pieces_is_taken(peer: Requester) -> None:
    peer.send(peer.get(1, more=[("cookie", "a=b"), ("cookie", "c=d")]))
    assert peer.answer(1).status == 200


@pytest.mark.parametrize("name", [":unknown", ":status", ":", ":protocol"])
def test_8_3_unknown_pseudo_fields_are_malformed(peer: Requester, name: str) -> None:
    refuses_fields(peer, [*peer.fields(), (name, "200")])


def test_8_3_pseudo_fields_come_first(peer: Requester) -> None:
    method, *rest = peer.fields()
    refuses_fields(peer, [method, ("x-field", "v"), *rest])


@pytest.mark.parametrize("index", range(4))
def test_8_3_a_pseudo_field_comes_once(peer: Requester, index: int) -> None:
    fields = peer.fields()
    refuses_fields(peer, [*fields, fields[index]])


@pytest.mark.parametrize("index", range(3))
def test_8_3_1_method_scheme_and_path_are_needed(peer: Requester, index: int) -> None:
    fields = peer.fields()
    del fields[index]
    refuses_fields(peer, fields)


@pytest.mark.parametrize("path", ["", "livez", "http://h/livez"])
def test_8_3_1_a_path_begins_with_a_slash(peer: Requester, path: str) -> None:
    refuses_fields(peer, peer.fields(path=path))


def test_8_3_1_options_may_ask_about_the_server(peer: Requester) -> None:
    peer.send(peer.head(1, peer.fields("OPTIONS", "*"), "END_STREAM"))
    assert peer.answer(1).status in (200, 204)


def test_8_3_1_only_options_may_ask_for_an_asterisk(peer: Requester) -> None:
    refuses_fields(peer, peer.fields(path="*"))


def test_8_3_1_host_may_stand_in_for_authority(peer: Requester) -> None:
    fields = [*peer.fields()[:3], ("host", "h")]
    peer.send(peer.head(1, fields, "END_STREAM"))
    assert peer.answer(1).status == 200


@pytest.mark.parametrize(
    "fields",
    [[(":authority", "h"), ("host", "other")], [(":authority", "user@h")], [(":authority", "h:x")], []],
    ids=["host differs", "user information", "port", "neither"],
)
def test_8_3_1_an_authority_that_is_none_is_refused(peer: Requester, fields: list[tuple[str, str]]) -> None:
    """Malformed, which §8.1.1 lets a server answer before it ends the stream."""
    peer.send(raw(1, 0x5, 1, literal([*peer.fields()[:3], *fields])))
    answer = peer.answer(1)
    assert answer.status == 400 or answer.reset == Code.PROTOCOL_ERROR
    peer.expect_alive(3)


@pytest.mark.parametrize("path", ["/a b", "/a\x7f", "/\xe9", "/a\0", "/%zz", "/a#b"], ids=ascii)
def test_8_3_1_a_path_with_a_character_that_none_has_is_refused(peer: Requester, path: str) -> None:
    peer.send(raw(1, 0x5, 1, literal(peer.fields(path=path))))
    answer = peer.answer(1)
    assert answer.status == 400 or answer.reset == Code.PROTOCOL_ERROR
    peer.expect_alive(3)


def test_8_5_connect_with_path_and_scheme_is_malformed(peer: Requester) -> None:
    refuses_fields(peer, peer.fields("CONNECT"))


def test_8_5_connect_without_authority_is_malformed(peer: Requester) -> None:
    refuses_fields(peer, [(":method", "CONNECT")])


def test_8_5_connect_is_not_offered(peer: Requester) -> None:
    peer.send(peer.head(1, [(":method", "CONNECT"), (":authority", "h:443")], "END_STREAM"))
    assert peer.answer(1).status == 501
    peer.expect_alive(3)


def test_8_1_expect_is_met_where_the_body_is_wanted(peer: Requester) -> None:
    """RFC 9110 §10.1.1."""
    peer.send(peer.post(1, [("expect", "100-continue")]))
    head = peer.expect(HeadersFrame, 1)
    assert dict(peer.decode(head)) == {":status": "100"} and "END_STREAM" not in head.flags
    peer.send(data(1, b"x", "END_STREAM"))
    assert peer.answer(1).status == 415


def test_8_1_expect_is_not_met_where_the_answer_is_known(peer: Requester) -> None:
    peer.send(peer.head(1, peer.fields("POST", "/nowhere", [("expect", "100-continue")])))
    answer = peer.answer(1)
    assert [value for name, value in answer.fields if name == ":status"] == ["404"]


def test_8_4_many_requests_on_one_connection_are_each_answered(peer: Requester) -> None:
    for base in range(1, 401, 100):
        streams = range(base, base + 100, 2)
        peer.send(*(peer.get(stream, more=[("x-request-id", f"r{stream}")]) for stream in streams))
        answers: dict[int, str] = {}
        ended = set[int]()
        while len(ended) < len(streams):
            frame = peer.receive()
            assert frame is not None
            if isinstance(frame, HeadersFrame):
                answers[frame.stream_id] = dict(peer.decode(frame))["x-request-id"]
            if isinstance(frame, DataFrame | HeadersFrame) and "END_STREAM" in frame.flags:
                ended.add(frame.stream_id)
        assert answers == {stream: f"r{stream}" for stream in streams}


def test_8_1_a_request_given_up_leaves_the_others_alone(peer: Requester) -> None:
    peer.send(*(peer.post(stream) for stream in (1, 3, 5)), reset(3))
    for stream in (1, 5):
        peer.send(data(stream, b"x", "END_STREAM"))
        assert peer.answer(stream).status == 415
    peer.send(ping())
    while not isinstance(frame := peer.receive(), PingFrame):
        assert frame is not None and frame.stream_id != 3
