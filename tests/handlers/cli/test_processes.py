"""``check``, and how the processes start and stop."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from handlers.manifest import SCOPES
from tests.handlers.cli.shell import PROGRAM, SECRET, Outcome, Shell
from tests.ports import free_port


def states(outcome: Outcome) -> list[str]:
    return [line.split()[0] for line in outcome.out.splitlines()]


def with_slack(slack: SimpleNamespace, **more: str) -> dict[str, str]:
    return {"SLACK_BOT_TOKEN": f"xoxb-{SECRET}", "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": slack.url, **more}  # fmt: skip


def test_check_is_well_only_when_all_is(cli: Shell, slack: SimpleNamespace) -> None:
    from bot import installation  # noqa: PLC0415
    from bot.clock import real_now  # noqa: PLC0415
    from storage import installation as storage  # noqa: PLC0415
    from storage.database import Database  # noqa: PLC0415

    cli("database", "upgrade")
    outcome = cli("check", **with_slack(slack))
    assert (outcome.code, states(outcome)) == (1, [*["ok"] * 5, "fel", "ok"])
    database = Database("sqlite:///foljsam.db")
    with database.writing() as session:
        storage.mark_round(session, real_now(), real_now(), None)
    assert installation.last_round(database) is not None
    outcome = cli("check", **with_slack(slack))
    assert (outcome.code, states(outcome)) == (0, ["ok"] * 7), outcome
    assert "SLACK_APP_TOKEN inte satt" in outcome.out
    assert "SLACK_BOT_TOKEN satt" in outcome.out
    for hindrance in ("damaged", "disk", "clock", "restored", "token"):
        with database.writing() as session:
            storage.mark_round(session, real_now(), real_now(), hindrance)
        outcome = cli("check", **with_slack(slack))
        assert (outcome.code, states(outcome)[-1]) == (1, "fel"), hindrance
    with database.writing() as session:
        before = real_now() - timedelta(minutes=10)
        storage.mark_round(session, before, before, None)
    database.close()
    assert states(cli("check", **with_slack(slack)))[-2:] == ["fel", "ok"]


def test_check_tells_of_a_missing_scope_and_of_one_too_many(
    cli: Shell, slack: SimpleNamespace
) -> None:
    cli("database", "upgrade")
    slack.kind.scopes = ",".join(set(SCOPES) - {"im:write"})
    outcome = cli("check", **with_slack(slack))
    assert states(outcome)[3] == "fel"
    assert "im:write" in outcome.out
    slack.kind.scopes = ",".join([*SCOPES, "admin"])
    assert states(cli("check", **with_slack(slack)))[3] == "obs"


@pytest.mark.parametrize("language", ["sv", "en"])
def test_check_tells_of_a_revoked_token_and_an_empty_database(
    cli: Shell, slack: SimpleNamespace, language: str
) -> None:
    slack.kind.answer = {"ok": False, "error": "token_revoked"}
    outcome = cli("check", **with_slack(slack, FOLJSAM_LANGUAGE=language))
    bad = {"sv": "fel", "en": "bad"}[language]
    assert (outcome.code, [state == bad for state in states(outcome)]) == (
        1,
        [False, True, True, True, False, True],
    )


def test_check_with_a_wrong_setting_is_one_line(cli: Shell) -> None:
    outcome = cli("check", PORT="x")
    assert (outcome.code, outcome.out.count("\n"), "PORT" in outcome.out) == (1, 1, True)


def test_a_port_that_is_taken_is_one_line(cli: Shell, slack: SimpleNamespace) -> None:
    from bot.errors import Invalid  # noqa: PLC0415
    from handlers.listener import bind  # noqa: PLC0415

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Invalid, match="address_taken"):
            bind("127.0.0.1", port)
    with pytest.raises(Invalid, match="bad_address"):
        bind("no such host", 3000)


@pytest.mark.parametrize("command", ["run", "web", "worker"])
def test_a_process_starts_answers_and_stops_with_0_on_sigterm(
    command: str, tmp_path: Path, environment: dict[str, str], slack: SimpleNamespace
) -> None:
    port = str(free_port())
    process = subprocess.Popen(
        [*PROGRAM, command],
        cwd=tmp_path,
        env={**environment, **with_slack(slack, PORT=port, FOLJSAM_TICK_SECONDS="1")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stderr is not None
            lines = []
            for line in process.stderr:
                lines.append(line)
                if '"ready"' in line:
                    break
            assert lines, "it said something"
            assert '"ready"' in lines[-1], lines
            if command != "worker":
                assert wait_for_health(port)["status"] == "ok"
            process.send_signal(signal.SIGTERM)
            out, rest = process.communicate(timeout=8)
            assert process.returncode == 0, [*lines, rest]
            assert SECRET not in "".join(lines) + rest + out
            assert "Traceback" not in "".join(lines) + rest
        finally:
            process.kill()


def test_a_process_whose_clock_is_lost_ends_with_1(environment: dict[str, str]) -> None:
    script = (
        "from handlers import serving\n"
        "from handlers.health import Pulse\n"
        "seconds = [0.0]\n"
        "pulse = Pulse(30, monotonic=lambda: seconds[0])\n"
        "stop = serving.Stop()\n"
        "def wait(_):\n"
        "    seconds[0] += 149 if seconds[0] == 0 else 1\n"
        "    return seconds[0] > 200\n"
        "stop.wait = wait\n"
        "serving._serve(stop, pulse)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert b"clock_lost" in done.stderr + done.stdout


def wait_for_health(port: str) -> dict[str, Any]:
    import urllib.request  # noqa: PLC0415

    for _ in range(200):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                return dict(json.load(answer))
        except OSError:
            threading.Event().wait(0.05)
    raise AssertionError("nobody answers")
