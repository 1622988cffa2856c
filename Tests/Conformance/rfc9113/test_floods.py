"""RFC 9113 §10.5: what asks for work and nothing else is counted, and ends in GOAWAY with ENHANCE_YOUR_CALM."""

from collections.abc import Callable, Iterator

import pytest
from hyperframe.frame import ContinuationFrame, DataFrame, Frame, HeadersFrame, PriorityFrame, SettingsFrame

from probe.http2 import Code, Requester, data, flagged, ping, raw, reset, update

Connect = Callable[..., Requester]
Flood = Callable[[Requester], Iterator[Frame | bytes]]
MANY = 2000


def rapid_reset(peer: Requester) -> Iterator[Frame | bytes]:
    """CVE-2023-44487."""
    for stream in range(1, 2 * MANY, 2):
        yield peer.post(stream)
        yield reset(stream)


def made_to_reset_by_malformed_requests(peer: Requester) -> Iterator[Frame | bytes]:
    """CVE-2025-8671."""
    for stream in range(1, 2 * MANY, 2):
        yield peer.get(stream, more=[("connection", "close")])


def made_to_reset_by_windows(peer: Requester) -> Iterator[Frame | bytes]:
    """CVE-2025-8671."""
    for stream in range(1, 2 * MANY, 2):
        yield peer.post(stream)
        yield update(stream, 2**31 - 1)


def refused_streams(peer: Requester) -> Iterator[Frame | bytes]:
    for stream in range(1, 2 * MANY, 2):
        yield peer.post(stream)


def settings(_: Requester) -> Iterator[Frame | bytes]:
    """CVE-2019-9515."""
    for size in range(MANY):
        yield SettingsFrame(0, {SettingsFrame.INITIAL_WINDOW_SIZE: size})


def pings(_: Requester) -> Iterator[Frame | bytes]:
    """CVE-2019-9512."""
    for _number in range(MANY):
        yield ping()


def ping_answers(_: Requester) -> Iterator[Frame | bytes]:
    for _number in range(MANY):
        yield flagged(ping(), "ACK")


def priorities(_: Requester) -> Iterator[Frame | bytes]:
    """CVE-2019-9513."""
    for number in range(MANY):
        yield PriorityFrame(2 * number + 1, depends_on=0, stream_weight=1)


def empty_data(peer: Requester) -> Iterator[Frame | bytes]:
    """CVE-2019-9518."""
    yield peer.post(1)
    for _number in range(MANY):
        yield data(1)


def padding_only(peer: Requester) -> Iterator[Frame | bytes]:
    """Empty DATA in disguise."""
    yield peer.post(1)
    for _number in range(MANY):
        yield raw(0, 0x8, 1, b"\0")


def continuations(_: Requester) -> Iterator[Frame | bytes]:
    """CVE-2024-27316."""
    yield HeadersFrame(1, b"\x82")
    for _number in range(MANY):
        yield ContinuationFrame(1, b"\0\1x\1y")


def empty_continuations(_: Requester) -> Iterator[Frame | bytes]:
    """CVE-2019-9518."""
    yield HeadersFrame(1, b"\x82")
    for _number in range(MANY):
        yield ContinuationFrame(1)


def window_updates(_: Requester) -> Iterator[Frame | bytes]:
    for _number in range(MANY):
        yield update(0, 1)


def unknown_frames(_: Requester) -> Iterator[Frame | bytes]:
    for _number in range(MANY):
        yield raw(0xAB)


FLOODS: list[Flood] = [
    rapid_reset, made_to_reset_by_malformed_requests, made_to_reset_by_windows,
    refused_streams, settings, pings, ping_answers, priorities, empty_data,
    padding_only, continuations, empty_continuations, window_updates, unknown_frames,
]  # fmt: skip


@pytest.mark.parametrize("flood", FLOODS, ids=lambda flood: flood.__name__)
def test_10_5_a_flood_is_answered_with_enhance_your_calm(connect: Connect, flood: Flood) -> None:
    peer = connect()
    for frame in flood(peer):
        if not peer.try_send(frame):
            break
    peer.expect_connection_error(Code.ENHANCE_YOUR_CALM)
    connect().expect_alive(1)


def test_10_5_a_client_that_takes_an_answer_byte_by_byte_is_borne(connect: Connect) -> None:
    """CVE-2019-9511: each update lets out one frame, and the next comes after it."""
    peer = connect({SettingsFrame.INITIAL_WINDOW_SIZE: 0})
    peer.send(peer.get(1, "/openapi.json"))
    for _number in range(1000):
        peer.send(update(1, 1))
        assert peer.expect(DataFrame, 1).body_len == 1
    peer.expect_alive()


def test_10_5_a_header_block_past_the_limit_is_not_kept(connect: Connect) -> None:
    """CVE-2019-9516, and §6.5.2's MAX_HEADER_LIST_SIZE: answered 431, or the connection ends."""
    peer = connect()
    fields = peer.fields(more=[(f"x-{number}", "v" * 100) for number in range(200)])
    block = peer.encoder.encode(fields)
    frames: list[Frame] = [flagged(HeadersFrame(1, block[:16000]), "END_STREAM")]
    frames.append(flagged(ContinuationFrame(1, block[16000:]), "END_HEADERS"))
    peer.send(*frames)
    assert peer.answer(1).status == 431
    peer.expect_alive(3)


def test_10_5_a_client_of_ordinary_haste_is_no_flood(connect: Connect) -> None:
    peer = connect()
    for stream in range(1, 1201, 2):
        peer.send(peer.post(stream), data(stream, b"no picture", "END_STREAM"))
        assert peer.answer(stream).status == 415
        if stream % 10 == 1:
            peer.expect_alive()
