"""RFC 9113 §6: what each type of frame may hold, all but flow control."""

from collections.abc import Callable

import pytest
from hyperframe.frame import DataFrame, GoAwayFrame, HeadersFrame, PingFrame, SettingsFrame

from probe.http2 import Code, Requester, data, flagged, ping, raw, reset

Connect = Callable[..., Requester]


def test_6_1_data_on_stream_zero_is_a_connection_error(peer: Requester) -> None:
    peer.send(raw(0, 0, 0, b"x"))
    peer.expect_connection_error(Code.PROTOCOL_ERROR)


@pytest.mark.parametrize("padding", [0, 1, 255])
def test_6_1_padded_data_is_taken_without_its_padding(peer: Requester, padding: int) -> None:
    frame = flagged(DataFrame(1, b"12345", pad_length=padding), "PADDED", "END_STREAM")
    peer.send(peer.post(1, [("content-length", "5")]), frame)
    assert peer.answer(1).status == 415


@pytest.mark.parametrize("payload", [b"\x05abcde", b"\x06abcde", b"\xff"], ids=["all", "more", "alone"])
def test_6_1_padding_as_long_as_the_payload_is_a_connection_error(peer: Requester, payload: bytes) -> None:
    peer.send(peer.post(1), raw(0, 0x8, 1, payload[:-1] if payload[0] == 5 else payload))
    peer.expect_connection_error(Code.PROTOCOL_ERROR)


def test_6_1_a_padded_frame_without_its_length_is_a_frame_size_error(peer: Requester) -> None:
    peer.send(peer.post(1), raw(0, 0x8, 1))
    peer.expect_connection_error(Code.FRAME_SIZE_ERROR, Code.PROTOCOL_ERROR)


@pytest.mark.parametrize("padding", [0, 1, 255])
def test_6_2_padded_headers_are_taken(peer: Requester, padding: int) -> None:
    head = flagged(peer.get(1), "PADDED")
    head.pad_length = padding
    peer.send(head)
    assert peer.answer(1).status == 200


def test_6_2_padding_longer_than_the_block_is_a_connection_error(peer: Requester) -> None:
    block = peer.encoder.encode(peer.fields())
    peer.send(raw(1, 0xD, 1, bytes([len(block) + 1]) + block))
    peer.expect_connection_error(Code.PROTOCOL_ERROR)


def test_6_2_headers_too_short_for_their_priority_are_a_connection_error(peer: Requester) -> None:
    peer.send(raw(1, 0x25, 1, b"\0\0\0"))
    peer.expect_connection_error(Code.FRAME_SIZE_ERROR, Code.PROTOCOL_ERROR)


def test_6_3_priority_on_stream_zero_is_a_connection_error(peer: Requester) -> None:
    peer.send(raw(2, 0, 0, bytes(5)))
    peer.expect_connection_error(Code.PROTOCOL_ERROR)


@pytest.mark.parametrize("length", [0, 4, 6])
def test_6_3_priority_of_another_length_is_a_frame_size_error(peer: Requester, length: int) -> None:
    peer.send(peer.post(1), raw(2, 0, 1, bytes(length)))
    peer.expect_error_of(1, Code.FRAME_SIZE_ERROR)


def test_6_4_rst_stream_on_stream_zero_is_a_connection_error(peer: Requester) -> None:
    peer.send(raw(3, 0, 0, bytes(4)))
    peer.expect_connection_error(Code.PROTOCOL_ERROR)


def test_6_4_rst_stream_on_an_idle_stream_is_a_connection_error(peer: Requester) -> None:
    peer.send(reset(1))
    peer.expect_connection_error(Code.PROTOCOL_ERROR)


@pytest.mark.parametrize("length", [0, 3, 5])
def test_6_4_rst_stream_of_another_length_is_a_connection_error(peer: Requester, length: int) -> None:
    peer.send(peer.post(1), raw(3, 0, 1, bytes(length)))
    peer.expect_connection_error(Code.FRAME_SIZE_ERROR)


def test_6_5_settings_are_acknowledged_each_in_turn(peer: Requester) -> None:
    peer.send(*(SettingsFrame(0, {SettingsFrame.INITIAL_WINDOW_SIZE: size}) for size in (1, 2, 3)), ping())
    acknowledged = 0
    while not isinstance(frame := peer.receive(), PingFrame):
        assert frame is not None
        acknowledged += isinstance(frame, SettingsFrame) and "ACK" in frame.flags
    assert acknowledged == 3


def test_6_5_an_acknowledgement_with_a_payload_is_a_frame_size_error(peer: Requester) -> None:
    peer.send(raw(4, 1, 0, bytes(6)))
    peer.expect_connection_error(Code.FRAME_SIZE_ERROR)


def test_6_5_settings_on_a_stream_are_a_connection_error(peer: Requester) -> None:
    peer.send(raw(4, 0, 1))
    peer.expect_connection_error(Code.PROTOCOL_ERROR)


@pytest.mark.parametrize("length", [1, 5, 7])
def test_6_5_settings_of_no_multiple_of_six_bytes_are_a_frame_size_error(peer: Requester, length: int) -> None:
    peer.send(raw(4, 0, 0, bytes(length)))
    peer.expect_connection_error(Code.FRAME_SIZE_ERROR)


@pytest.mark.parametrize(
    "setting, value, code",
    [
        (SettingsFrame.ENABLE_PUSH, 2, Code.PROTOCOL_ERROR),
        (SettingsFrame.ENABLE_PUSH, 2**32 - 1, Code.PROTOCOL_ERROR),
        (SettingsFrame.INITIAL_WINDOW_SIZE, 2**31, Code.FLOW_CONTROL_ERROR),
        (SettingsFrame.MAX_FRAME_SIZE, 2**14 - 1, Code.PROTOCOL_ERROR),
        (SettingsFrame.MAX_FRAME_SIZE, 2**24, Code.PROTOCOL_ERROR),
    ],
)
def test_6_5_2_a_value_out_of_range_is_a_connection_error(
    peer: Requester, setting: int, value: int, code: Code
) -> None:
    peer.send(raw(4, 0, 0, setting.to_bytes(2, "big") + value.to_bytes(4, "big")))
    peer.expect_connection_error(code)


@pytest.mark.parametrize(
    "setting, value",
    [
        (SettingsFrame.ENABLE_PUSH, 0),
        (SettingsFrame.ENABLE_PUSH, 1),
        (SettingsFrame.INITIAL_WINDOW_SIZE, 2**31 - 1),
        (SettingsFrame.MAX_FRAME_SIZE, 2**14),
        (SettingsFrame.MAX_FRAME_SIZE, 2**24 - 1),
        (SettingsFrame.MAX_CONCURRENT_STREAMS, 0),
        (SettingsFrame.MAX_HEADER_LIST_SIZE, 2**32 - 1),
        (SettingsFrame.HEADER_TABLE_SIZE, 2**32 - 1),
    ],
)
def test_6_5_2_a_value_at_the_end_of_its_range_is_taken(peer: Requester, setting: int, value: int) -> None:
    peer.send(raw(4, 0, 0, setting.to_bytes(2, "big") + value.to_bytes(4, "big")))
    assert "ACK" in peer.expect(SettingsFrame).flags
    peer.expect_alive(1)


def test_6_5_2_the_servers_own_settings_are_valid_and_stop_pushes(peer: Requester) -> None:
    own = peer.server_settings
    assert own.get(SettingsFrame.ENABLE_PUSH, 0) == 0
    assert own[SettingsFrame.MAX_CONCURRENT_STREAMS] > 0 and own[SettingsFrame.INITIAL_WINDOW_SIZE] < 2**31
    assert 2**14 <= own.get(SettingsFrame.MAX_FRAME_SIZE, 2**14) < 2**24


def test_6_5_3_values_are_taken_in_their_order(peer: Requester) -> None:
    size = SettingsFrame.INITIAL_WINDOW_SIZE.to_bytes(2, "big")
    peer.send(raw(4, 0, 0, size + b"\0\0\0\0" + size + b"\0\0\xff\xff" + size + b"\0\0\0\x05"), peer.get(1))
    assert peer.expect(DataFrame, 1).body_len == 5


def test_6_6_a_client_may_not_promise(peer: Requester) -> None:
    peer.send(peer.post(1), raw(5, 0x4, 1, b"\0\0\0\2" + peer.encoder.encode(peer.fields())))
    peer.expect_connection_error(Code.PROTOCOL_ERROR)


def test_6_7_a_ping_comes_back_as_it_was(peer: Requester) -> None:
    peer.send(ping(b"\0\xff\1\xfe abc"))
    frame = peer.expect(PingFrame)
    assert "ACK" in frame.flags and frame.opaque_data == b"\0\xff\1\xfe abc" and frame.stream_id == 0


def test_6_7_the_answer_to_a_ping_is_not_answered(peer: Requester) -> None:
    peer.send(flagged(ping(b"answer!!"), "ACK"), ping(b"question"))
    assert peer.expect(PingFrame).opaque_data == b"question"


def test_6_7_a_ping_on_a_stream_is_a_connection_error(peer: Requester) -> None:
    peer.send(raw(6, 0, 1, bytes(8)))
    peer.expect_connection_error(Code.PROTOCOL_ERROR)


@pytest.mark.parametrize("length", [0, 7, 9])
def test_6_7_a_ping_of_another_length_is_a_frame_size_error(peer: Requester, length: int) -> None:
    peer.send(raw(6, 0, 0, bytes(length)))
    peer.expect_connection_error(Code.FRAME_SIZE_ERROR)


def test_6_8_goaway_on_a_stream_is_a_connection_error(peer: Requester) -> None:
    peer.send(raw(7, 0, 1, bytes(8)))
    peer.expect_connection_error(Code.PROTOCOL_ERROR)


def test_6_8_goaway_too_short_is_a_frame_size_error(peer: Requester) -> None:
    peer.send(raw(7, 0, 0, bytes(7)))
    peer.expect_connection_error(Code.FRAME_SIZE_ERROR)


def test_6_8_what_was_asked_before_goaway_is_answered(connect: Connect) -> None:
    peer = connect({SettingsFrame.INITIAL_WINDOW_SIZE: 0})
    peer.send(peer.get(1), GoAwayFrame(0, last_stream_id=0, error_code=0xFFFF, additional_data=b"bye"))
    peer.expect(HeadersFrame, 1)
    peer.send(SettingsFrame(0, {SettingsFrame.INITIAL_WINDOW_SIZE: 65535}))
    frame = peer.expect(DataFrame, 1)
    assert "END_STREAM" in frame.flags and frame.body_len > 0


def test_6_10_a_continuation_of_nothing_is_a_connection_error(peer: Requester) -> None:
    peer.send(peer.post(1), raw(9, 0x4, 1, b"\x82"))
    peer.expect_connection_error(Code.PROTOCOL_ERROR)


def test_6_10_a_continuation_after_a_whole_block_is_a_connection_error(peer: Requester) -> None:
    peer.send(peer.get(1), data(1), raw(9, 0x4, 1, b"\x82"))
    peer.expect_connection_error(Code.PROTOCOL_ERROR, Code.STREAM_CLOSED)
