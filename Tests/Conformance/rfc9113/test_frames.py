"""RFC 9113 §3 to §4: starting HTTP/2, frames, field blocks."""

import socket
from collections.abc import Callable

import hpack
import pytest
from hyperframe.frame import (
    ContinuationFrame,
    DataFrame,
    GoAwayFrame,
    HeadersFrame,
    PingFrame,
    SettingsFrame,
)

from probe.http2 import PREFACE, Code, Requester, data, flagged, literal, ping, raw, update
from probe.server import Server

Connect = Callable[..., Requester]


def test_3_4_the_server_begins_with_settings(connect: Connect) -> None:
    connection = connect(handshakes=False)
    connection.send(PREFACE, SettingsFrame(0))
    first = connection.receive()
    assert isinstance(first, SettingsFrame) and "ACK" not in first.flags


def test_3_4_a_client_need_not_wait_for_the_servers_settings(connect: Connect) -> None:
    connection = connect(handshakes=False)
    connection.send(PREFACE, SettingsFrame(0), connection.get(1))
    assert connection.answer(1).status == 200


def test_3_4_the_preface_may_come_byte_by_byte(connect: Connect) -> None:
    connection = connect(handshakes=False)
    for byte in PREFACE + SettingsFrame(0).serialize() + connection.get(1).serialize():
        connection.send(bytes([byte]))
    assert connection.answer(1).status == 200


@pytest.mark.parametrize("frame", [ping(), data(1, b"x"), SettingsFrame(0, flags=["ACK"])], ids=["PING", "DATA", "ACK"])
def test_3_4_a_preface_without_settings_is_a_connection_error(
    connect: Connect, frame: PingFrame | DataFrame | SettingsFrame
) -> None:
    connection = connect(handshakes=False)
    connection.send(PREFACE, frame)
    connection.expect_connection_error(Code.PROTOCOL_ERROR)


@pytest.mark.parametrize("start", [b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n", b"PRI / HTTP/2.0\r\n\r\nSM\r\n\r\n"])
def test_3_4_another_preface_is_no_http2(server: Server, start: bytes) -> None:
    with socket.create_connection(server.address, timeout=10) as client:
        client.sendall(start + SettingsFrame(0).serialize())
        got = b""
        while piece := client.recv(65536):
            got += piece
    assert got.startswith(b"HTTP/1.1 505 ") or got.startswith(b"HTTP/1.1 400 ")


def test_4_1_unknown_frame_types_are_ignored(peer: Requester) -> None:
    peer.send(raw(0xAB, 0xFF, 0, b"whatever"), raw(0xAB, 0, 1, b""), raw(0xFF, 0, 77, bytes(16384)))
    peer.expect_alive(1)


def test_4_1_unknown_frame_types_are_ignored_within_a_body(peer: Requester) -> None:
    peer.send(peer.post(1), data(1, b"x"), raw(0xAB, 0xFF, 1, b"between"), data(1, b"y", "END_STREAM"))
    assert peer.answer(1).status == 415


def test_4_1_unused_flags_are_ignored(peer: Requester) -> None:
    peer.send(raw(6, 0xFE, 0, b"abcdefgh"))
    assert peer.expect(PingFrame).opaque_data == b"abcdefgh"


def test_4_1_the_reserved_bit_is_ignored(peer: Requester) -> None:
    block = peer.encoder.encode(peer.fields())
    peer.send(raw(6, 0, 1 << 31, b"abcdefgh"), raw(1, 0x5, 1 << 31 | 1, block))
    assert peer.expect(PingFrame).opaque_data == b"abcdefgh"
    assert peer.answer(1).status == 200


def test_4_2_a_frame_of_16384_bytes_is_taken(peer: Requester) -> None:
    peer.send(peer.post(1), data(1, bytes(16384), "END_STREAM"))
    assert peer.answer(1).status == 415


def test_4_2_a_data_frame_of_16385_bytes_is_a_frame_size_error(peer: Requester) -> None:
    peer.send(peer.post(1), data(1, bytes(16385)))
    peer.expect_connection_error(Code.FRAME_SIZE_ERROR)


@pytest.mark.parametrize(
    "header", [raw(1, 0x5, 1, bytes(16385)), raw(4, 0, 0, bytes(16386)), raw(6, 0, 0, bytes(16385))],
    ids=["HEADERS", "SETTINGS", "PING"],
)  # fmt: skip
def test_4_2_too_large_a_frame_of_the_whole_connection_is_a_connection_error(peer: Requester, header: bytes) -> None:
    peer.try_send(header)
    peer.expect_connection_error(Code.FRAME_SIZE_ERROR)


@pytest.mark.parametrize("size", [None, 16384, 20000, 2**24 - 1])
def test_4_2_the_server_sends_no_larger_frames_than_the_client_takes(connect: Connect, size: int | None) -> None:
    allowed = {} if size is None else {SettingsFrame.MAX_FRAME_SIZE: size}
    peer = connect({**allowed, SettingsFrame.INITIAL_WINDOW_SIZE: 2**20})
    peer.send(update(0, 2**20), peer.get(1, "/openapi.json"))
    largest = total = 0
    while True:
        frame = peer.expect(DataFrame, 1)
        largest = max(largest, frame.body_len)
        total += frame.body_len
        if "END_STREAM" in frame.flags:
            break
    assert largest <= (size or 16384) and total > 16384


def test_4_3_a_block_that_hpack_cannot_read_is_a_compression_error(peer: Requester) -> None:
    peer.send(raw(1, 0x5, 1, b"\x82\x86\x84\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"))
    peer.expect_connection_error(Code.COMPRESSION_ERROR)


@pytest.mark.parametrize(
    "block",
    [b"\x80", b"\xff\x20", b"\x82\x84\x86\x40", b"\x00\x85\xff\xff\xff\xff\xff\x01x", b"\x7f\xff\xff\xff\xff\x7f"],
    ids=["index 0", "index past the tables", "ends within a field", "Huffman code of the end", "integer too large"],
)
def test_4_3_each_fault_of_compression_is_a_connection_error(peer: Requester, block: bytes) -> None:
    """RFC 7541 §2.3.3, §5.1, §5.2, §6.1."""
    peer.send(raw(1, 0x5, 1, block))
    peer.expect_connection_error(Code.COMPRESSION_ERROR)


def test_4_3_a_refused_requests_block_still_changes_the_decoder(peer: Requester) -> None:
    """Both sides would read later blocks differently else."""
    peer.send(peer.get(1, more=[("connection", "close"), ("x-kept", "a value for the table")]))
    peer.expect_stream_error(1, Code.PROTOCOL_ERROR)
    peer.send(peer.get(3, more=[("x-kept", "a value for the table")]))
    assert peer.answer(3).status == 200


def test_4_3_a_block_may_be_cut_anywhere(peer: Requester) -> None:
    block = peer.encoder.encode(peer.fields(more=[("x-long", "v" * 200)]))
    for stream, cut in enumerate(range(0, len(block), max(1, len(block) // 20))):
        block = peer.encoder.encode(peer.fields(more=[("x-long", "v" * 200)])) if stream else block
        peer.send(
            flagged(HeadersFrame(2 * stream + 1, block[:cut]), "END_STREAM"),
            flagged(ContinuationFrame(2 * stream + 1, block[cut:]), "END_HEADERS"),
        )
        assert peer.answer(2 * stream + 1).status == 200


def test_4_3_1_a_table_size_update_within_the_limit_is_taken(peer: Requester) -> None:
    peer.encoder.header_table_size = 100
    peer.send(peer.get(1, more=[("x-a", "b")]))
    assert peer.answer(1).status == 200
    peer.encoder.header_table_size = 4096
    peer.send(peer.get(3, more=[("x-a", "b")]))
    assert peer.answer(3).status == 200


def test_4_3_1_a_table_size_update_past_the_limit_is_a_compression_error(peer: Requester) -> None:
    limit = peer.server_settings.get(SettingsFrame.HEADER_TABLE_SIZE, 4096)
    resizing = bytes([0x3F]) + _integer(limit + 1 - 31)
    peer.send(raw(1, 0x5, 1, resizing + literal(peer.fields())))
    peer.expect_connection_error(Code.COMPRESSION_ERROR)


def test_4_3_1_a_table_size_update_after_a_field_is_a_compression_error(peer: Requester) -> None:
    """RFC 7541 §4.2: only the beginning of a block may hold one."""
    peer.send(raw(1, 0x5, 1, literal(peer.fields()) + b"\x20"))
    peer.expect_connection_error(Code.COMPRESSION_ERROR)


def _integer(value: int) -> bytes:
    """What follows a full prefix (RFC 7541 §5.1)."""
    out = b""
    while value >= 128:
        out += bytes([value % 128 + 128])
        value //= 128
    return out + bytes([value])


@pytest.mark.parametrize("size", [0, 64, 4096, 65536])
def test_4_3_1_the_server_keeps_within_the_clients_table(connect: Connect, size: int) -> None:
    peer = connect({SettingsFrame.HEADER_TABLE_SIZE: size})
    # hpack refuses a block that does not begin with the update that a smaller table asks for (RFC 7541 §4.2).
    peer.decoder = hpack.Decoder()
    peer.decoder.max_allowed_table_size = size
    for stream in range(1, 40, 2):
        peer.send(peer.get(stream, more=[("x-request-id", f"number-{stream}")]))
        assert peer.answer(stream).value("x-request-id") == f"number-{stream}"
    assert peer.decoder.header_table_size <= size


@pytest.mark.parametrize(
    "between",
    [ping(), data(1, b"x"), raw(0xAB, 0, 1, b"unknown"), raw(2, 0, 1, bytes(5)), raw(8, 0, 0, b"\0\0\0\1"), raw(4)],
    ids=["PING", "DATA", "unknown", "PRIORITY", "WINDOW_UPDATE", "SETTINGS"],
)
def test_4_3_nothing_may_come_between_headers_and_continuation(
    peer: Requester, between: PingFrame | DataFrame | bytes
) -> None:
    block = peer.encoder.encode(peer.fields())
    peer.send(flagged(HeadersFrame(1, block[:4]), "END_STREAM"), between)
    peer.expect_connection_error(Code.PROTOCOL_ERROR)


def test_4_3_a_continuation_of_another_stream_is_a_connection_error(peer: Requester) -> None:
    block = peer.encoder.encode(peer.fields())
    peer.send(
        flagged(HeadersFrame(1, block[:4]), "END_STREAM"), flagged(ContinuationFrame(3, block[4:]), "END_HEADERS")
    )
    peer.expect_connection_error(Code.PROTOCOL_ERROR)


def test_4_3_headers_of_another_stream_within_a_block_are_a_connection_error(peer: Requester) -> None:
    block = peer.encoder.encode(peer.fields())
    peer.send(flagged(HeadersFrame(1, block[:4]), "END_STREAM"), peer.get(3))
    peer.expect_connection_error(Code.PROTOCOL_ERROR)


def test_4_3_a_connection_error_tells_the_last_stream_that_was_taken(peer: Requester) -> None:
    peer.send(peer.get(1), peer.get(3))
    peer.expect(DataFrame, 3)
    peer.send(raw(6, 0, 1, bytes(8)))
    frame = peer.expect_connection_error(Code.PROTOCOL_ERROR)
    assert isinstance(frame, GoAwayFrame) and frame.last_stream_id == 3
