"""RFC 9113 §5: states, identifiers, concurrency, errors."""

from collections.abc import Callable

import pytest
from hyperframe.frame import (
    ContinuationFrame,
    DataFrame,
    Frame,
    GoAwayFrame,
    HeadersFrame,
    PingFrame,
    PriorityFrame,
    RstStreamFrame,
    SettingsFrame,
    WindowUpdateFrame,
)

from probe.http2 import Code, Requester, data, flagged, ping, raw, reset

Connect = Callable[..., Requester]


@pytest.fixture
def shut(connect: Connect) -> Requester:
    """A connection whose windows let no byte of an answer through."""
    return connect({SettingsFrame.INITIAL_WINDOW_SIZE: 0})


@pytest.mark.parametrize(
    "frame",
    [data(1, b"x"), reset(1), WindowUpdateFrame(1, 1), flagged(ContinuationFrame(1, b"\x82"), "END_HEADERS")],
    ids=["DATA", "RST_STREAM", "WINDOW_UPDATE", "CONTINUATION"],
)
def test_5_1_an_idle_stream_takes_headers_and_priority_only(peer: Requester, frame: Frame) -> None:
    peer.send(frame)
    peer.expect_connection_error(Code.PROTOCOL_ERROR, Code.STREAM_CLOSED)


def test_5_1_an_idle_stream_takes_priority(peer: Requester) -> None:
    peer.send(PriorityFrame(5, depends_on=3, stream_weight=7, exclusive=True))
    peer.expect_alive(1)


def test_5_1_data_on_a_half_closed_stream_is_stream_closed(shut: Requester) -> None:
    shut.send(shut.get(1, "/openapi.json"), data(1, b"x"))
    shut.expect_error_of(1, Code.STREAM_CLOSED)


def test_5_1_headers_on_a_half_closed_stream_are_stream_closed(shut: Requester) -> None:
    shut.send(shut.get(1, "/openapi.json"), shut.head(1, [("x-trailer", "y")], "END_STREAM"))
    shut.expect_error_of(1, Code.STREAM_CLOSED)


def test_5_1_a_half_closed_stream_takes_window_updates_and_priority(shut: Requester) -> None:
    shut.send(shut.get(1), PriorityFrame(1, depends_on=0, stream_weight=1), WindowUpdateFrame(1, 1000))
    assert shut.answer(1).status == 200


def test_5_1_a_half_closed_stream_takes_rst_stream(shut: Requester) -> None:
    shut.send(shut.get(1), reset(1))
    shut.expect_alive()


def test_5_1_1_a_stream_that_the_client_reset_takes_no_request(peer: Requester) -> None:
    peer.send(peer.post(1), reset(1), peer.get(1))
    peer.expect_connection_error(Code.STREAM_CLOSED, Code.PROTOCOL_ERROR)


def test_5_1_1_a_stream_that_both_sides_ended_takes_no_request(peer: Requester) -> None:
    peer.send(peer.get(1))
    assert peer.answer(1).status == 200
    peer.send(peer.get(1))
    peer.expect_connection_error(Code.STREAM_CLOSED, Code.PROTOCOL_ERROR)


def test_5_1_data_on_a_closed_stream_goes_nowhere(peer: Requester) -> None:
    """An endpoint may end the connection for it, or throw it away."""
    peer.send(peer.post(1), reset(1), data(1, b"x", "END_STREAM"), peer.get(3))
    while not isinstance(frame := peer.receive(), GoAwayFrame):
        assert frame is not None and frame.stream_id != 1
        if isinstance(frame, DataFrame) and "END_STREAM" in frame.flags:
            return
    assert frame.error_code == Code.STREAM_CLOSED


def test_5_1_trailers_that_cross_the_servers_reset_are_borne(peer: Requester) -> None:
    peer.send(peer.head(1, peer.fields("POST", "/livez")))
    assert peer.answer(1).status == 405
    assert peer.expect(RstStreamFrame, 1).error_code == Code.NO_ERROR
    peer.send(data(1, b"x"), peer.head(1, [("x-trailer", "y")], "END_STREAM"))
    peer.expect_alive(3)


@pytest.mark.parametrize(
    "frame", [WindowUpdateFrame(1, 1), reset(1), PriorityFrame(1)], ids=["WINDOW_UPDATE", "RST_STREAM", "PRIORITY"]
)
def test_5_1_what_may_cross_the_end_of_a_stream_on_its_way_is_borne(peer: Requester, frame: Frame) -> None:
    peer.send(peer.get(1))
    assert peer.answer(1).status == 200
    peer.send(frame)
    peer.expect_alive(3)


def test_5_1_data_that_crosses_the_servers_reset_is_borne(peer: Requester) -> None:
    """Nobody waits for the body of a request that was answered; its bytes still count in the connection's window."""
    peer.send(peer.head(1, peer.fields("POST", "/livez")))
    assert peer.answer(1).status == 405
    window = 0
    for _ in range(80):
        peer.send(data(1, bytes(16384)))
        peer.send(ping())
        while not isinstance(frame := peer.receive(), PingFrame):
            assert frame is not None
            window += frame.window_increment if isinstance(frame, WindowUpdateFrame) and frame.stream_id == 0 else 0
    assert window > 0
    peer.expect_alive(3)


@pytest.mark.parametrize("stream", [2, 4, 2**31 - 2])
def test_5_1_1_an_even_stream_id_is_a_connection_error(peer: Requester, stream: int) -> None:
    peer.send(peer.get(stream))
    peer.expect_connection_error(Code.PROTOCOL_ERROR)


def test_5_1_1_a_smaller_stream_id_is_a_connection_error(peer: Requester) -> None:
    peer.send(peer.get(5))
    assert peer.answer(5).status == 200
    peer.send(peer.get(3))
    peer.expect_connection_error(Code.PROTOCOL_ERROR, Code.STREAM_CLOSED)


def test_5_1_1_stream_ids_may_be_left_out(peer: Requester) -> None:
    for stream in (1, 7, 1001, 2**31 - 1):
        peer.send(peer.get(stream))
        assert peer.answer(stream).status == 200


def test_5_1_1_stream_zero_carries_no_request(peer: Requester) -> None:
    peer.send(raw(1, 0x5, 0, peer.encoder.encode(peer.fields())))
    peer.expect_connection_error(Code.PROTOCOL_ERROR)


def test_5_1_2_as_many_streams_as_the_settings_allow_are_answered(peer: Requester) -> None:
    limit = peer.server_settings[SettingsFrame.MAX_CONCURRENT_STREAMS]
    streams = range(1, 2 * limit, 2)
    peer.send(*(peer.post(stream) for stream in streams))
    peer.expect_alive()
    for stream in streams:
        peer.send(data(stream, b"no picture", "END_STREAM"))
        assert peer.answer(stream).status == 415


def test_5_1_2_one_stream_more_is_a_stream_error(peer: Requester) -> None:
    limit = peer.server_settings[SettingsFrame.MAX_CONCURRENT_STREAMS]
    peer.send(*(peer.post(stream) for stream in range(1, 2 * limit, 2)), peer.get(2 * limit + 1))
    peer.expect_stream_error(2 * limit + 1, Code.PROTOCOL_ERROR, Code.REFUSED_STREAM)
    peer.send(data(1, b"no picture", "END_STREAM"))
    assert peer.answer(1).status == 415
    peer.expect_alive(2 * limit + 3)


def test_5_1_2_a_client_that_knows_no_settings_yet_is_refused_the_same_way(connect: Connect) -> None:
    peer = connect()
    limit = peer.server_settings[SettingsFrame.MAX_CONCURRENT_STREAMS]
    early = connect(handshakes=False)
    early.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", SettingsFrame(0))
    early.send(*(early.post(stream) for stream in range(1, 2 * limit, 2)), early.get(2 * limit + 1))
    early.expect_stream_error(2 * limit + 1, Code.REFUSED_STREAM)


def test_5_1_2_streams_that_are_over_do_not_count(peer: Requester) -> None:
    limit = peer.server_settings[SettingsFrame.MAX_CONCURRENT_STREAMS]
    for stream in range(1, 6 * limit, 2):
        peer.send(peer.get(stream))
        assert peer.answer(stream).status == 200


def test_5_3_priority_in_headers_is_read_and_changes_nothing(peer: Requester) -> None:
    head = flagged(peer.get(1), "PRIORITY")
    head.depends_on, head.stream_weight, head.exclusive = 0, 200, True
    peer.send(head)
    assert peer.answer(1).status == 200


def test_5_4_2_a_reset_is_not_answered_with_a_reset(peer: Requester) -> None:
    peer.send(peer.post(1), reset(1), ping())
    while not isinstance(frame := peer.receive(), PingFrame):
        assert frame is not None and not isinstance(frame, RstStreamFrame)


def test_5_4_1_nothing_is_answered_after_a_connection_error(peer: Requester) -> None:
    peer.send(raw(6, 0, 1, bytes(8)), peer.get(1))
    while (frame := peer.receive()) is not None:
        assert not isinstance(frame, HeadersFrame)


def test_5_5_unknown_settings_errors_and_flags_change_nothing(peer: Requester) -> None:
    peer.send(raw(4, 0, 0, b"\xab\xcd\0\0\0\1"), peer.post(1), raw(3, 0, 1, b"\xff\xff\xff\xfe"))
    peer.expect_alive(3)
