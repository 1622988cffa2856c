"""The service answers as /openapi.json says, whatever schemathesis makes of it."""

import os
import subprocess
import sys
from pathlib import Path

import yaml

from probe.http1 import ask, request
from probe.server import Server

HERE = Path(__file__).parent


def test_no_input_gets_an_answer_that_the_document_does_not_list(server: Server, tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("schemathesis")
    # No schema says what a picture is, or which fields go with which type of body.
    checks = ["--checks", "all", "--exclude-checks", "positive_data_acceptance"]
    run = subprocess.run(
        [
            program,
            "--config-file",
            HERE / "schemathesis.toml",
            "run",
            f"{server.url}/openapi.json",
            *checks,
            "--no-color",
        ],
        cwd=tmp_path,
        env={**os.environ, "SCHEMATHESIS_HOOKS": "probe.examples", "PYTHONPATH": str(HERE)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    print(run.stdout)
    assert run.returncode == 0, run.stdout[run.stdout.find("FAILURES") :] + run.stderr


def test_the_document_is_the_file_at_the_top_level(server: Server) -> None:
    file = HERE.parents[1] / "openapi.yaml"
    assert ask(server.address, request(path="/openapi.json"))[0].json == yaml.safe_load(file.read_text())
