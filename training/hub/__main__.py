"""Serves random checkpoints in published layouts over https: `python -m hub --help`."""

import argparse
import http.server
import json
import re
import shutil
import ssl
import subprocess
from pathlib import Path

from .checkpoints import write

MERGES = Path(__file__).parents[2] / "Tests/EncodersTests/Goldens/tokenizer/merges.txt"


class Handler(http.server.SimpleHTTPRequestHandler):
    """`/OWNER/REPOSITORY/resolve/REVISION/FILE`, from the byte that a client asks for."""

    root: Path

    def do_GET(self) -> None:
        match = re.fullmatch(r"/([\w.-]+/[\w.-]+)/resolve/[^/]+/([\w./-]+)", self.path)
        path = self.root / match[1] / match[2] if match and ".." not in self.path else None
        if path is None or not path.is_file():
            self.send_response(404)
            self.send_header("X-Error-Code", "EntryNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        size, tag = path.stat().st_size, f'"{path.stat().st_mtime_ns}"'
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = int(asked[1]) if asked and self.headers.get("If-Range") == tag and int(asked[1]) < size else 0
        self.send_response(206 if start else 200)
        self.send_header("ETag", tag)
        self.send_header("Content-Length", str(size - start))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
        self.end_headers()
        with path.open("rb") as file:
            file.seek(start)
            shutil.copyfileobj(file, self.wfile, 1 << 20)


def certificate(folder: Path) -> tuple[Path, Path]:
    chain, key = folder / "certificate.pem", folder / "key.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "30", "-nodes"]
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    subprocess.run([*command, *subject, "-keyout", key, "-out", chain], check=True, capture_output=True)
    return chain, key


def main() -> None:
    parser = argparse.ArgumentParser(prog="hub", description=__doc__)
    parser.add_argument("recipe", type=Path, nargs="+", help="recipes whose repositories are made and served")
    parser.add_argument("--folder", type=Path, required=True, help="where the checkpoints are kept; made when missing")
    parser.add_argument("--merges", type=Path, default=MERGES, help="CLIP's merges.txt")
    parser.add_argument("--port", type=int, default=8443)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    for path in given.recipe:
        write(json.loads(path.read_text()), given.merges, given.folder, given.seed)
    Handler.root = given.folder
    chain, key = certificate(given.folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", given.port), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    print(f"HF_ENDPOINT=https://127.0.0.1:{server.server_port} SSL_CERT_FILE={chain}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
