"""Clients that other people wrote get one and the same answer, over every protocol."""

import json
import shutil
import subprocess
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from probe.masks import lasting
from probe.pictures import picture
from probe.server import Server

OPTIONS = {"classes": '["sky", "red square"]', "options": '{"background": "none"}'}
PATH = f"/v1/segment?{urllib.parse.urlencode(OPTIONS)}"


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """A server that takes TLS too, and its certificate."""
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", "req", *kind, *names, *files], check=True, capture_output=True)
    server = Server("--tls-bind", "127.0.0.1:0", "--tls-certificate", str(certificate), "--tls-key", str(key))
    yield server, certificate
    assert server.failures == [] and server.stop() == 0


CURL = ("curl", "-sSf", "-H", "Content-Type: image/png", "--data-binary", "@{picture}", "--cacert", "{certificate}")
NGHTTP = ("nghttp", "-H", "Content-Type: image/png", "-d", "{picture}")
CLIENTS = {
    "curl, HTTP/1.1": (*CURL, "--http1.1", "{plain}"),
    "curl, HTTP/1.1 in chunks": (*CURL, "--http1.1", "-H", "Transfer-Encoding: chunked", "{plain}"),
    "curl, HTTP/1.1 over TLS": (*CURL, "--http1.1", "{secure}"),
    "curl, HTTP/2": (*CURL, "--http2-prior-knowledge", "{plain}"),
    "curl, HTTP/2 over TLS": (*CURL, "--http2", "{secure}"),
    "nghttp": (*NGHTTP, "{plain}"),
    "nghttp over TLS": (*NGHTTP, "{secure}"),
}


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_gets_the_same_answer_as_all_others(
    secure: tuple[Server, Path], client: str, tmp_path: Path, answers: dict[str, str]
) -> None:
    server, certificate = secure
    body = tmp_path / "picture.png"
    body.write_bytes(picture(320, 240))
    plain, tls = (
        f"{scheme}://127.0.0.1:{port}{PATH}" for scheme, port in zip(("http", "https"), server.ports, strict=True)
    )
    if shutil.which(CLIENTS[client][0]) is None:
        pytest.skip(f"{CLIENTS[client][0]} is not on this machine")
    command = [word.format(picture=body, certificate=certificate, plain=plain, secure=tls) for word in CLIENTS[client]]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    answers[client] = lasting(json.loads(done.stdout))
    assert json.loads(answers[client])["segments"]
    assert set(answers.values()) == {answers[client]}, f"{client} got another answer than {next(iter(answers))}"


@pytest.fixture(scope="module")
def answers() -> dict[str, str]:
    """What each client got so far."""
    return {}
