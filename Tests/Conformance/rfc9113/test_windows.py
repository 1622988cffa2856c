"""RFC 9113 §5.2, §6.9: flow control, both ways."""

from collections.abc import Callable

import pytest
from hyperframe.frame import DataFrame, Frame, HeadersFrame, PingFrame, SettingsFrame, WindowUpdateFrame

from probe.http2 import Code, Requester, data, flagged, ping, raw, reset, update

Connect = Callable[..., Requester]
WINDOW = SettingsFrame.INITIAL_WINDOW_SIZE
LONG = "/openapi.json"


def received(peer: Requester, stream: int | None = None) -> int:
    """How many bytes of DATA come before a PING is answered; the server has nothing more that it may send by then."""
    count = 0
    # The second PING comes after whatever the first one's turn let out.
    for _ in range(2):
        peer.send(ping())
        while not isinstance(frame := peer.receive(), PingFrame):
            assert frame is not None
            if isinstance(frame, DataFrame) and stream in (None, frame.stream_id):
                count += frame.flow_controlled_length
    return count


@pytest.mark.parametrize("window", [0, 1, 100, 16384, 16385])
def test_6_9_1_the_server_stops_at_the_streams_window(connect: Connect, window: int) -> None:
    peer = connect({WINDOW: window})
    peer.send(peer.get(1, LONG))
    peer.expect(HeadersFrame, 1)
    assert received(peer) == window
    peer.send(update(1, 7))
    assert received(peer) == 7


def test_6_9_1_the_server_stops_at_the_connections_window(connect: Connect) -> None:
    peer = connect({WINDOW: 2**20})
    peer.send(peer.get(1, LONG), peer.get(3, LONG), peer.get(5, LONG))
    assert received(peer) == 65535
    peer.send(update(0, 1000))
    assert received(peer) == 1000
    peer.send(update(1, 1000))
    assert received(peer) == 0


def test_6_9_1_an_empty_last_frame_needs_no_window(connect: Connect) -> None:
    peer = connect({WINDOW: 0})
    peer.send(peer.head(1, peer.fields("HEAD"), "END_STREAM"))
    assert "END_STREAM" in peer.expect(HeadersFrame, 1).flags


def test_6_9_1_what_is_not_flow_controlled_goes_on(connect: Connect) -> None:
    peer = connect({WINDOW: 0})
    peer.send(peer.get(1, LONG), peer.get(3, LONG))
    peer.expect(HeadersFrame, 3)
    peer.expect_alive()


@pytest.mark.parametrize("stream", [0, 1])
def test_6_9_1_a_window_at_its_largest_is_taken(connect: Connect, stream: int) -> None:
    peer = connect({WINDOW: 65535})
    peer.send(peer.post(1), update(stream, 2**31 - 1 - 65535))
    peer.expect_alive()


def test_6_9_1_a_stream_window_past_its_largest_is_a_stream_error(peer: Requester) -> None:
    peer.send(peer.post(1), update(1, 2**31 - 65535))
    peer.expect_stream_error(1, Code.FLOW_CONTROL_ERROR)


def test_6_9_1_a_connection_window_past_its_largest_is_a_connection_error(peer: Requester) -> None:
    peer.send(update(0, 2**31 - 65535))
    peer.expect_connection_error(Code.FLOW_CONTROL_ERROR)


def test_6_9_an_increment_of_zero_for_a_stream_is_a_stream_error(peer: Requester) -> None:
    peer.send(peer.post(1), update(1, 0))
    peer.expect_error_of(1, Code.PROTOCOL_ERROR)


def test_6_9_an_increment_of_zero_for_the_connection_is_a_connection_error(peer: Requester) -> None:
    peer.send(update(0, 0))
    peer.expect_connection_error(Code.PROTOCOL_ERROR)


def test_6_9_the_reserved_bit_of_an_increment_is_ignored(connect: Connect) -> None:
    peer = connect({WINDOW: 0})
    peer.send(peer.get(1, LONG), raw(8, 0, 1, b"\x80\0\0\x05"))
    peer.expect(HeadersFrame, 1)
    assert received(peer) == 5


@pytest.mark.parametrize("length", [0, 3, 5])
def test_6_9_a_window_update_of_another_length_is_a_frame_size_error(peer: Requester, length: int) -> None:
    peer.send(peer.post(1), raw(8, 0, 1, bytes(length)))
    peer.expect_connection_error(Code.FRAME_SIZE_ERROR)


def test_6_9_2_a_larger_initial_window_lets_open_streams_go_on(connect: Connect) -> None:
    peer = connect({WINDOW: 10})
    peer.send(peer.get(1, LONG), peer.get(3, LONG))
    assert received(peer) == 20
    peer.send(SettingsFrame(0, {WINDOW: 25}))
    assert received(peer) == 30


def test_6_9_2_a_smaller_initial_window_makes_windows_negative(connect: Connect) -> None:
    peer = connect({WINDOW: 100})
    peer.send(peer.get(1, LONG))
    assert received(peer) == 100
    peer.send(SettingsFrame(0, {WINDOW: 40}), update(1, 60))
    assert received(peer) == 0
    peer.send(update(1, 1))
    assert received(peer) == 1


def test_6_9_2_the_connections_window_is_not_changed_by_settings(connect: Connect) -> None:
    peer = connect({WINDOW: 0})
    peer.send(SettingsFrame(0, {WINDOW: 2**20}), peer.get(1, LONG), peer.get(3, LONG))
    assert received(peer) == 65535


def test_6_9_2_an_initial_window_that_overflows_a_stream_is_a_connection_error(peer: Requester) -> None:
    peer.send(peer.post(1), update(1, 2**31 - 1 - 65535), SettingsFrame(0, {WINDOW: 65536}))
    peer.expect_connection_error(Code.FLOW_CONTROL_ERROR)


def unread(connect: Connect, streams: int) -> Requester:
    """A connection with open streams whose bodies nobody reads: their answers are given and cannot get out."""
    peer = connect({WINDOW: 0})
    for index in range(streams):
        peer.send(peer.post(2 * index + 1, [("content-encoding", "gzip")]))
        peer.expect(HeadersFrame, 2 * index + 1)
    return peer


def fill(peer: Requester, stream: int) -> list[Frame]:
    size = peer.server_settings[WINDOW]
    return [data(stream, bytes(16384)) for _ in range(size // 16384)]


def test_6_9_a_client_may_fill_a_streams_window(connect: Connect) -> None:
    peer = unread(connect, 1)
    peer.send(*fill(peer, 1))
    peer.expect_alive()


def test_6_9_a_byte_past_a_streams_window_is_a_flow_control_error(connect: Connect) -> None:
    peer = unread(connect, 1)
    peer.send(*fill(peer, 1), data(1, b"x"))
    peer.expect_stream_error(1, Code.FLOW_CONTROL_ERROR)


def test_6_9_padding_counts_in_the_window(connect: Connect) -> None:
    peer = unread(connect, 1)
    peer.send(*fill(peer, 1), flagged(DataFrame(1, b"", pad_length=3), "PADDED"))
    peer.expect_stream_error(1, Code.FLOW_CONTROL_ERROR)


def test_6_9_a_byte_past_the_connections_window_is_a_connection_error(connect: Connect) -> None:
    peer = unread(connect, 5)
    for stream in (1, 3, 5, 7):
        peer.send(*fill(peer, stream))
    peer.expect_alive()
    peer.send(data(9, b"x"))
    peer.expect_connection_error(Code.FLOW_CONTROL_ERROR)


def test_6_9_the_connections_window_is_given_back_for_streams_that_are_reset(connect: Connect) -> None:
    peer = unread(connect, 8)
    for stream in (1, 3, 5, 7):
        peer.send(*fill(peer, stream), reset(stream))
    peer.expect(WindowUpdateFrame, 0)
    for stream in (9, 11, 13, 15):
        peer.send(*fill(peer, stream), reset(stream))
    peer.expect_alive()


def test_5_2_a_body_larger_than_all_windows_is_read(peer: Requester) -> None:
    peer.send(peer.post(1))
    stream, connection = peer.server_settings[WINDOW], 65535
    left = 3 * 2**20
    while left > 0:
        if (size := min(left, stream, connection, 16384)) > 0:
            peer.send(data(1, bytes(size), *(["END_STREAM"] if size == left else [])))
            left, stream, connection = left - size, stream - size, connection - size
        else:
            frame = peer.expect(WindowUpdateFrame)
            if frame.stream_id == 0:
                connection += frame.window_increment
            else:
                stream += frame.window_increment
    assert peer.answer(1).status == 415
