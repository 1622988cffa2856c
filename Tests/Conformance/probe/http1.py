"""An HTTP/1.1 client over a plain socket, strict in what it takes from a server (RFC 9112 §4 to §7)."""

import json
import random
import re
import socket
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

STATUS_LINE = re.compile(rb"HTTP/1\.1 ([1-5][0-9][0-9]) ([\t !-~\x80-\xff]*)")
FIELD_LINE = re.compile(
    rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[\t ]*([!-~\x80-\xff](?:[\t !-~\x80-\xff]*[!-~\x80-\xff])?)?[\t ]*"
)


@dataclass
class Answer:
    status: int
    fields: list[tuple[str, str]]
    body: bytes = b""

    def values(self, name: str) -> list[str]:
        return [value for own, value in self.fields if own == name]

    def value(self, name: str) -> str | None:
        return next(iter(self.values(name)), None)

    @property
    def closes(self) -> bool:
        return self.value("connection") == "close"

    @property
    def json(self) -> dict[str, Any]:
        value = json.loads(self.body)
        assert isinstance(value, dict)
        return value


def request(
    method: str = "GET",
    path: str = "/livez",
    *lines: str,
    body: bytes = b"",
    version: str = "HTTP/1.1",
    host: str | None = "h",
) -> bytes:
    """A request as bytes; Content-Length goes in the lines where it is wanted."""
    head = [f"{method} {path} {version}", *([] if host is None else [f"Host: {host}"]), *lines, "", ""]
    return "\r\n".join(head).encode("latin-1") + body


def chunks(body: bytes, size: int, extension: str = "", trailers: str = "") -> bytes:
    """A body in chunks of a size (RFC 9112 §7.1)."""
    coded = b""
    for start in range(0, len(body), size):
        piece = body[start : start + size]
        coded += f"{len(piece):x}{extension}\r\n".encode() + piece + b"\r\n"
    return coded + f"0{extension}\r\n{trailers}\r\n".encode()


class Client:
    """One connection."""

    def __init__(self, address: tuple[str, int], timeout: float = 20) -> None:
        self._address, self._timeout = address, timeout
        self._unread = b""
        self.socket = self._connect()

    def _connect(self) -> socket.socket:
        connection = socket.create_connection(self._address, timeout=self._timeout)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def reopen(self) -> None:
        self.socket.close()
        self._unread = b""
        self.socket = self._connect()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, *pieces: bytes) -> None:
        """Sends pieces one by one; where the server has closed, the rest stays here."""
        with suppress(ConnectionError):
            for piece in pieces:
                self.socket.sendall(piece)

    def finish_sending(self) -> None:
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def _more(self) -> bool:
        try:
            piece = self.socket.recv(65536)
        except ConnectionError:
            return False
        self._unread += piece
        return piece != b""

    def _line(self) -> bytes | None:
        while b"\n" not in self._unread:
            if not self._more():
                assert self._unread == b"", f"the answer ends within a line: {self._unread!r}"
                return None
        line, self._unread = self._unread.split(b"\n", 1)
        assert line.endswith(b"\r"), f"a line without CR: {line!r}"
        return line[:-1]

    def _exactly(self, count: int) -> bytes:
        while len(self._unread) < count:
            assert self._more(), f"the answer ends {count - len(self._unread)} bytes early"
        piece, self._unread = self._unread[:count], self._unread[count:]
        return piece

    def answer(self, method: str = "GET") -> Answer | None:
        """The next answer, interim ones too; None at the end of the connection."""
        line = self._line()
        if line is None:
            return None
        matched = STATUS_LINE.fullmatch(line)
        assert matched, f"no status line: {line!r}"
        answer = Answer(int(matched[1]), [])
        while line := self._line():
            matched = FIELD_LINE.fullmatch(line)
            assert matched, f"no field line: {line!r}"
            answer.fields.append((matched[1].decode().lower(), (matched[2] or b"").decode("latin-1")))
        lengths, codings = answer.values("content-length"), answer.values("transfer-encoding")
        assert len(lengths) + len(codings) <= 1, "Content-Length beside Transfer-Encoding, or repeated"
        if answer.status < 200 or answer.status in (204, 304):
            assert not lengths and not codings
        elif method == "HEAD":
            pass
        elif codings:
            assert codings == ["chunked"]
            answer.body = b"".join(self._chunks())
        elif lengths:
            answer.body = self._exactly(int(lengths[0]))
        else:
            assert answer.closes
            while self._more():
                pass
            answer.body, self._unread = self._unread, b""
        return answer

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self._line() or b"", 16):
            yield self._exactly(size)
            assert self._line() == b""
        assert self._line() == b""

    def answers(self, *methods: str) -> list[Answer]:
        """All answers until the server closes; those after the named methods are read as GET's."""
        order = iter(methods)
        answers: list[Answer] = []
        method = next(order, "GET")
        while (answer := self.answer(method)) is not None:
            answers.append(answer)
            if answer.status >= 200:
                method = next(order, "GET")
        return answers


def pieces(message: bytes, how: str) -> Iterable[bytes]:
    """The message whole, in random pieces, or byte by byte."""
    if how == "whole":
        return [message]
    if how == "bytes":
        return [message[index : index + 1] for index in range(len(message))]
    generator = random.Random(len(message))
    cuts = sorted(generator.sample(range(1, len(message)), min(8, len(message) - 1)))
    return [message[start:end] for start, end in zip([0, *cuts], [*cuts, len(message)], strict=True)]


def ask(
    address: tuple[str, int], message: bytes, *methods: str, how: str = "whole", timeout: float = 20
) -> list[Answer]:
    """Sends a message, and the end of sending after it; all answers."""
    with Client(address, timeout) as client:
        client.send(*pieces(message, how))
        client.finish_sending()
        return client.answers(*methods)
