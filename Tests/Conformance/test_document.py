"""The service answers as /openapi.json says, whatever schemathesis makes of it."""

import os
import subprocess
import sys
from pathlib import Path

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
