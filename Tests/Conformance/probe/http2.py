"""The client's side of an HTTP/2 connection, frame by frame, with `hyperframe` and `hpack`."""

import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Self, TypeVar

import hpack
from hyperframe.frame import (
    DataFrame,
    Frame,
    GoAwayFrame,
    HeadersFrame,
    PingFrame,
    RstStreamFrame,
    SettingsFrame,
    WindowUpdateFrame,
)

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
Fields = Iterable[tuple[str, str]]
AnyFrame = TypeVar("AnyFrame", bound=Frame)


class Code(IntEnum):
    """RFC 9113 §7."""

    NO_ERROR = 0
    PROTOCOL_ERROR = 1
    INTERNAL_ERROR = 2
    FLOW_CONTROL_ERROR = 3
    SETTINGS_TIMEOUT = 4
    STREAM_CLOSED = 5
    FRAME_SIZE_ERROR = 6
    REFUSED_STREAM = 7
    CANCEL = 8
    COMPRESSION_ERROR = 9
    CONNECT_ERROR = 10
    ENHANCE_YOUR_CALM = 11


@dataclass
class Answer:
    fields: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    reset: Code | None = None

    @property
    def status(self) -> int:
        return int(self.value(":status") or 0)

    def value(self, name: str) -> str | None:
        return next((value for own, value in self.fields if own == name), None)


def raw(kind: int, flags: int = 0, stream: int = 0, payload: bytes = b"") -> bytes:
    """A frame that no library would build (RFC 9113 §4.1)."""
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def flagged(frame: AnyFrame, *flags: str) -> AnyFrame:
    for flag in flags:
        frame.flags.add(flag)
    return frame


def data(stream: int, body: bytes = b"", *flags: str) -> DataFrame:
    return flagged(DataFrame(stream, body), *flags)


def ping(payload: bytes = b"12345678") -> PingFrame:
    return PingFrame(0, payload)


def reset(stream: int, code: Code = Code.CANCEL) -> RstStreamFrame:
    return RstStreamFrame(stream, code)


def update(stream: int, increment: int) -> bytes:
    return raw(8, 0, stream, increment.to_bytes(4, "big"))


def literal(fields: Fields) -> bytes:
    """A header block without compression: literals that are not indexed (RFC 7541 §6.2.2), shorter than 127 bytes."""
    return b"".join(
        b"\0" + b"".join(bytes([len(text)]) + text.encode("latin-1") for text in (name, value))
        for name, value in fields
    )


class Connection:
    """One connection; after the constructor both sides have acknowledged the other's settings."""

    def __init__(
        self, address: tuple[str, int], settings: Mapping[int, int] | None = None, *, handshakes: bool = True
    ) -> None:
        self.socket = socket.create_connection(address, timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.encoder = hpack.Encoder()
        self.decoder = hpack.Decoder()
        self.server_settings: dict[int, int] = {}
        if handshakes:
            self.send(PREFACE, SettingsFrame(0, dict(settings or {})))
            self._shake()

    def _shake(self) -> None:
        own, peers = False, False
        while not (own and peers):
            frame = self.expect(SettingsFrame)
            if "ACK" in frame.flags:
                own = True
            else:
                peers = True
                self.server_settings.update(frame.settings)
                self.send(flagged(SettingsFrame(0), "ACK"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, *frames: Frame | bytes) -> None:
        self.socket.sendall(b"".join(frame if isinstance(frame, bytes) else frame.serialize() for frame in frames))

    def try_send(self, *frames: Frame | bytes) -> bool:
        """False where the server has closed already."""
        try:
            self.send(*frames)
        except OSError:
            return False
        return True

    def _read(self, count: int) -> bytes | None:
        got = b""
        while len(got) < count:
            try:
                piece = self.socket.recv(count - len(got))
            except ConnectionError:
                return None
            if not piece:
                return None
            got += piece
        return got

    def receive(self) -> Frame | None:
        """The next frame, which hyperframe has to find valid; None at the end of the connection."""
        header = self._read(9)
        if header is None:
            return None
        frame, length = Frame.parse_frame_header(memoryview(header), strict=True)
        payload = self._read(length)
        if payload is None:
            return None
        frame.parse_body(memoryview(payload))
        return frame

    def decode(self, frame: HeadersFrame) -> list[tuple[str, str]]:
        """The fields of a whole block. Each block is decoded once, in the order of arrival."""
        assert "END_HEADERS" in frame.flags, "the server has no block that is longer than a frame"
        return [(str(name), str(value)) for name, value in self.decoder.decode(frame.data)]

    def expect(self, kind: type[AnyFrame], stream: int | None = None) -> AnyFrame:
        """The next frame of a kind, and of a stream where one is named; header blocks on the way are decoded."""
        while (frame := self.receive()) is not None:
            if isinstance(frame, kind) and stream in (None, frame.stream_id):
                return frame
            if isinstance(frame, HeadersFrame):
                self.decode(frame)
            assert not isinstance(frame, GoAwayFrame), f"GOAWAY {frame.error_code} {frame.additional_data!r}"
        raise AssertionError(f"the connection ended before a {kind.__name__}")


class Requester(Connection):
    """A connection that asks, and says what came of it."""

    def fields(self, method: str = "GET", path: str = "/livez", more: Fields = ()) -> list[tuple[str, str]]:
        return [(":method", method), (":scheme", "http"), (":path", path), (":authority", "h"), *more]

    def head(self, stream: int, fields: Fields, *flags: str) -> HeadersFrame:
        """A whole header block in one frame."""
        return flagged(HeadersFrame(stream, self.encoder.encode(list(fields))), "END_HEADERS", *flags)

    def get(self, stream: int, path: str = "/livez", more: Fields = ()) -> HeadersFrame:
        return self.head(stream, self.fields("GET", path, more), "END_STREAM")

    def post(self, stream: int, more: Fields = (), path: str = "/v1/segment") -> HeadersFrame:
        """Its body is to follow; the server waits for it."""
        return self.head(stream, self.fields("POST", path, [("content-type", "image/png"), *more]))

    def answer(self, stream: int) -> Answer:
        """All of one stream's answer; its bytes are given back to the windows."""
        answer = Answer()
        while True:
            frame = self.receive()
            assert frame is not None, f"the connection ended before the answer on {stream}"
            assert not isinstance(frame, GoAwayFrame), f"GOAWAY {frame.error_code} {frame.additional_data!r}"
            decoded = self.decode(frame) if isinstance(frame, HeadersFrame) else []
            if isinstance(frame, DataFrame) and frame.flow_controlled_length > 0:
                self.send(WindowUpdateFrame(0, frame.flow_controlled_length))
            if frame.stream_id != stream:
                continue
            if isinstance(frame, RstStreamFrame):
                answer.reset = Code(frame.error_code)
                return answer
            answer.fields += decoded
            if isinstance(frame, DataFrame):
                answer.body += frame.data
                if frame.data and "END_STREAM" not in frame.flags:
                    self.send(WindowUpdateFrame(stream, frame.flow_controlled_length))
            if "END_STREAM" in frame.flags:
                return answer

    def expect_alive(self, stream: int = 0) -> None:
        """The connection still works: a PING is answered and, where a stream is named, a request on it too."""
        self.send(ping(b"is alive"))
        while "ACK" not in (frame := self.expect(PingFrame)).flags:
            pass
        assert frame.opaque_data == b"is alive"
        if stream:
            self.send(self.get(stream))
            assert self.answer(stream).status == 200

    def expect_stream_error(self, stream: int, *codes: Code) -> None:
        """RFC 9113 §5.4.2: RST_STREAM, and everything else goes on."""
        frame = self.expect(RstStreamFrame, stream)
        assert frame.error_code in codes, f"{Code(frame.error_code)!r}"
        self.expect_alive()

    def expect_error_of(self, stream: int, *codes: Code) -> None:
        """A stream error, which RFC 9113 §5.4.1 lets an endpoint take for one of the connection."""
        while (frame := self.receive()) is not None:
            if isinstance(frame, GoAwayFrame):
                assert frame.error_code in codes, f"{Code(frame.error_code)!r}"
                return
            if isinstance(frame, RstStreamFrame) and frame.stream_id == stream:
                assert frame.error_code in codes, f"{Code(frame.error_code)!r}"
                return self.expect_alive()
        raise AssertionError("the connection ended without GOAWAY")

    def expect_connection_error(self, *codes: Code) -> GoAwayFrame:
        """RFC 9113 §5.4.1: GOAWAY with the reason, then the end."""
        last: GoAwayFrame | None = None
        while (frame := self.receive()) is not None:
            if isinstance(frame, GoAwayFrame):
                last = frame
        assert last is not None, "the connection ended without GOAWAY"
        assert last.error_code in codes, f"{Code(last.error_code)!r} {last.additional_data!r}"
        return last
