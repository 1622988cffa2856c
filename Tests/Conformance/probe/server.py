"""`silhouette serve` as a process on a loopback port of its own."""

import os
import queue
import re
import signal
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

DEFAULT = Path(__file__).parents[3] / ".build" / "release" / "silhouette"


@dataclass(frozen=True)
class Usage:
    """What the process holds at one moment."""

    resident: int
    """In bytes."""
    descriptors: int
    threads: int

    def __str__(self) -> str:
        return f"RSS {self.resident / 2**20:7.1f} MiB, {self.descriptors:4d} descriptors, {self.threads:3d} threads"


class Server:
    """Started by the constructor, which returns once it is ready; ended by `stop`."""

    def __init__(self, *arguments: str, until: str = "ready") -> None:
        binary = os.environ.get("SILHOUETTE", str(DEFAULT))
        command = [binary, "serve", "--bind", "127.0.0.1:0", "--drain-delay", "0", *arguments]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        self.lines: list[str] = []
        self._arrivals: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.ports: list[int] = []
        """In the order of its addresses, those with TLS last."""
        while True:
            line = self._arrivals.get(timeout=120)
            if line is None:
                raise RuntimeError(f"the server ended with {self.process.wait()}: {self.lines}")
            if found := re.fullmatch(r"listening on 127\.0\.0\.1:(\d+)", line):
                self.ports.append(int(found[1]))
            if line.startswith(until):
                break

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line.rstrip("\n").removeprefix("silhouette: "))
            self._arrivals.put(self.lines[-1])
        self._arrivals.put(None)

    @property
    def port(self) -> int:
        return self.ports[0]

    @property
    def address(self) -> tuple[str, int]:
        return ("127.0.0.1", self.port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    @property
    def failures(self) -> list[str]:
        """What it logged of requests that it could not answer."""
        return [line for line in self.lines if "failed" in line]

    def usage(self) -> Usage:
        folder = Path("/proc") / str(self.process.pid)
        status = self._status()
        return Usage(
            resident=int(status["VmRSS"].split()[0]) * 1024,
            descriptors=len(list((folder / "fd").iterdir())),
            threads=int(status["Threads"]),
        )

    def peak_resident(self) -> int:
        """The most memory that it has held so far, in bytes."""
        return int(self._status()["VmHWM"].split()[0]) * 1024

    def _status(self) -> dict[str, str]:
        lines = (Path("/proc") / str(self.process.pid) / "status").read_text().splitlines()
        return dict(line.split(":", 1) for line in lines)

    def processor_seconds(self) -> float:
        """That the process has used so far, in all threads; the kernel counts in hundredths."""
        fields = (Path("/proc") / str(self.process.pid) / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> int:
        """Drains it; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()
