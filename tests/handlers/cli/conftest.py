"""An operator's shell in an empty folder, and as much of Slack as a start needs."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.main import get_command

from handlers.manifest import SCOPES
from tests.handlers.cli.shell import NAMES, PROGRAM, SECRET, Outcome, Shell


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An operator's shell in an empty folder, with nothing set."""
    root = str(Path(__file__).parents[3])
    kept = {name: value for name, value in os.environ.items() if name not in NAMES}
    return {**kept, "PYTHONPATH": root, "COLUMNS": "200", "NO_COLOR": "1", "HOME": str(tmp_path)}


@pytest.fixture
def shell(tmp_path: Path, environment: dict[str, str]) -> Shell:
    """Run the program as an operator does, in a process of its own."""

    def run(*words: str, **settings: str) -> Outcome:
        done = subprocess.run(
            [*PROGRAM, *words],
            cwd=tmp_path,
            env={**environment, **settings},
            capture_output=True,
            timeout=60,
            check=False,
        )
        outcome = Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert "Traceback" not in outcome.out + outcome.err
        assert SECRET not in outcome.out + outcome.err
        return outcome

    return run


@cache
def _program() -> Callable[..., Any]:
    """Put the commands together, which takes longer than most of them."""
    from handlers.cli import app  # noqa: PLC0415

    return get_command(app)


@pytest.fixture
def cli(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Shell:
    """Run a command in this process, which is quicker and otherwise the same."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.chdir(tmp_path)

    def run(*words: str, **settings: str) -> Outcome:
        from handlers.cli.words import language  # noqa: PLC0415

        language.cache_clear()
        capfd.readouterr()
        with monkeypatch.context() as patch:
            for name, value in settings.items():
                patch.setenv(name, value)
            code: Any = 0
            try:
                _program()(list(words), prog_name="foljsam")
            except SystemExit as end:
                code = end.code
        language.cache_clear()
        told = capfd.readouterr()
        assert "Traceback" not in told.out + told.err
        assert SECRET not in told.out + told.err
        return Outcome(int(code or 0), told.out, told.err)

    return run


class _Slack(BaseHTTPRequestHandler):
    """As much of Slack as ``auth.test`` needs."""

    scopes = ",".join(SCOPES)
    answer: dict[str, Any] = {}  # noqa: RUF012  # one for each test, set there

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.dumps(self.answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("x-oauth-scopes", self.scopes)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


@pytest.fixture
def slack() -> Iterator[SimpleNamespace]:
    class kind(_Slack):  # noqa: N801  # made anew, so that a test may change it
        pass

    kind.answer = {"ok": True, "team_id": "T1", "user_id": "UBOT", "bot_id": "B1", "team": "x"}
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield SimpleNamespace(kind=kind, url=f"http://127.0.0.1:{server.server_port}/api/")
    server.shutdown()
    server.server_close()
    thread.join()
