"""What the server makes of one request: taken or refused, and the connection after it."""

import hashlib

from probe.http1 import Answer, Client, ask, request
from probe.pictures import picture
from probe.server import Server

FOLLOWER = request("GET", "/what-stands-behind")
PICTURE = picture(24, 16)
SEGMENT = "/v1/segment?classes=red&classes=blue&options=%7B%22include%22%3A%5B%5D%7D"
TYPE = "Content-Type: image/png"


def refuses(server: Server, message: bytes, *statuses: int, how: str = "whole") -> Answer:
    """One answer, which closes; the request behind it is never looked at."""
    with Client(server.address) as client:
        client.send(*([message + FOLLOWER] if how == "whole" else [bytes([byte]) for byte in message + FOLLOWER]))
        answers = client.answers()
    assert [answer.status for answer in answers] == [answers[0].status] and answers[0].status in statuses
    assert answers[0].closes and answers[0].value("content-type") == "application/problem+json"
    return answers[0]


def accepts(server: Server, message: bytes, *statuses: int, how: str = "whole") -> Answer:
    """The answer, and one to the request behind it on the same connection."""
    answers = ask(server.address, message + FOLLOWER, message.split(b" ")[0].decode("latin-1"), how=how)
    assert [answer.status for answer in answers][1:] == [404] and answers[0].status in statuses, answers
    return answers[0]


def arrived(answer: Answer) -> None:
    """The picture came as it was sent."""
    assert answer.status == 200 and answer.json["image"]["sha256"] == hashlib.sha256(PICTURE).hexdigest()
