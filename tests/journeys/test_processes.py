"""The bot as real processes: started as an operator does, stopped, killed, several at once."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from bot import installation
from tests.journeys.conftest import Builder, Town
from tests.journeys.test_first_reminder import FIRST, SETTLED, sign
from tests.overheard import heard
from tests.ports import free_port

STARTED = 15.0  # seconds; about one is needed


@dataclass
class Running:
    """One process of the bot, with what it has said."""

    process: subprocess.Popen[str]
    port: int
    lines: list[str] = field(default_factory=list)
    ready: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> None:
        """Read what it says until it ends."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line)
            heard(line)
            if '"ready"' in line:
                self.ready.set()
        self.ready.set()

    def health(self) -> tuple[int, dict[str, Any]]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health") as answer:
                return answer.status, json.load(answer)
        except HTTPError as error:
            with error:
                return error.code, json.load(error)

    def ends(self, *, within: float) -> int:
        return self.process.wait(timeout=within)


@dataclass
class Operator:
    """Starts processes with the settings of a town."""

    town: Town
    folder: Path
    running: list[Running] = field(default_factory=list)

    def start(self, command: str, road: str = "http", **settings: str) -> Running:
        """Start one and do not wait."""
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", command],
            cwd=self.folder,
            env={**self._environment(road, port), **settings},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # so that a server's own worker can be ended with it
        )
        started = Running(process, port)
        threading.Thread(target=started.listen, daemon=True).start()
        self.running.append(started)
        return started

    def begin(self, command: str, road: str = "http", **settings: str) -> Running:
        """Start one and wait until it serves."""
        started = self.start(command, road, **settings)
        assert started.ready.wait(STARTED)
        assert started.process.poll() is None, started.lines
        if command == "web" or (command == "run" and road == "http"):
            self.town.wait_for(lambda: _opens(started.port))
            self.town.slack.deliver_to(f"http://127.0.0.1:{started.port}/slack/events")
        if command == "run" and road == "socket":
            self.town.slack.wait_for_connection(STARTED)
        return started

    def _environment(self, road: str, port: int) -> dict[str, str]:
        slack = self.town.slack
        passed = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        named = {
            "DATABASE_URL": self.town.office.settings.database_url.get_secret_value(),
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_API_URL": slack.api_url,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "FOLJSAM_CLOCK_FILE": str(self.town.clock_file),
            "FOLJSAM_OPERATIONS_CHANNEL": "C_DRIFT",
            "FOLJSAM_TICK_SECONDS": "0.1",
            "PORT": str(port),
        }
        if road == "socket":
            named["SLACK_APP_TOKEN"] = slack.app_token
        return {**passed, **named}


def _opens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@pytest.fixture
def town(build_town: Builder) -> Town:
    """The demonstration register and nobody at work yet."""
    town = build_town("nobody")
    town.slack.deliver_to(None)
    return town


@pytest.fixture
def operator(town: Town, tmp_path: Path) -> Iterator[Operator]:
    """Somebody at a terminal, who leaves nothing running."""
    operator = Operator(town, tmp_path)
    yield operator
    clear(operator)


def clear(operator: Operator) -> None:
    for each in operator.running:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(each.process.pid, signal.SIGKILL)
        each.process.wait()
        assert each.process.stderr is not None
        each.ready.wait(5)
        each.process.stderr.close()


def written(town: Town) -> list[str]:
    """List what the bot has written to anybody, without what was shown to one alone."""
    return [each.text for each in town.slack.messages() if not each.ephemeral]


@pytest.mark.parametrize(("command", "road"), [("run", "socket"), ("run", "http"), ("web", "http")])
def test_it_answers_and_at_sigterm_finishes_what_is_under_way(
    operator: Operator, town: Town, command: str, road: str
) -> None:
    running = operator.begin(command, road)
    status = town.ask(town.anna, "/iop status 1740", town.hall)
    assert status.plain().startswith("Kultur 1740\n")
    if command == "run":
        town.wait_for(lambda: running.health()[1]["last_round"])
    code, facts = running.health()
    assert (code, facts["status"], facts["database"]) == (200, "ok", "ok")
    town.anna.change(name="Anna Ek Lund")  # so that Slack is asked anew who she is
    town.slack.fault("users.info", "slow", times=3, seconds=1)
    with ThreadPoolExecutor(1) as elsewhere:
        typing = elsewhere.submit(town.bjorn.types, "/iop lista")
        pressed = town.pressing(town.anna, status, "Genomförd")  # acknowledged, not yet done
        town.wait_for(lambda: len(town.slack.requests("users.info")) >= 3)
        asked = time.monotonic()
        running.process.send_signal(signal.SIGTERM)
        assert "5 överenskommelser" in typing.result().plain()
        assert "genomförd 1 september 2021" in town.wait_for(pressed.later)[-1].plain()
    assert running.ends(within=10) == 0
    assert time.monotonic() - asked < 10
    assert not [line for line in running.lines if "Traceback" in line]


def test_a_socket_that_slack_renews_is_back_by_itself(operator: Operator, town: Town) -> None:
    operator.begin("run", "socket")
    town.ask(town.anna, "/iop lista")
    town.slack.disconnect_sockets("refresh_requested")

    def answered() -> bool:  # while the old one closes, Slack itself has nobody to ask
        outcome = town.anna.types("/iop lista")
        return outcome.problem is None and "5 överenskommelser" in outcome.plain()

    assert town.wait_for(answered)


def test_web_and_two_workers_share_the_work_on_postgresql(
    build_town: Builder, tmp_path: Path
) -> None:
    town = build_town("nobody", on="postgresql", filled=False)
    town.slack.deliver_to(None)
    for number in range(20):
        who = f"U_NUMBER{number}"
        if number:
            town.slack.add_person(who, name=f"Nummer {number}")
        else:
            who = "U_ANNA"
        sign(town, number=f"IOP-{number:02}", coordinator=who, deputy=None)
    operator = Operator(town, tmp_path)
    try:
        workers = [operator.start("worker") for _ in range(2)]
        web = operator.begin("web", "socket")  # which ignores an app token
        for each in workers:
            assert each.ready.wait(STARTED)
        assert "20 överenskommelser" in town.ask(town.anna, "/iop lista").plain()
        assert web.health()[0] == 200
        town.standing_at(FIRST)
        town.wait_for(lambda: len(written(town)) >= 20)
        card = town.ask(town.anna, "/iop status IOP-00")
        town.press(town.anna, card, "Genomförd")
        town.wait_for(lambda: [each for each in town.slack.messages() if each.edited])
        for each in operator.running:
            each.process.send_signal(signal.SIGTERM)
        assert [each.ends(within=10) for each in operator.running] == [0, 0, 0]
        assert len(written(town)) == len(town.slack.requests("chat.postMessage")) == 20
        assert {state for step, _, state in town.outbox() if step == -30} == {
            "sent",
            "planned",
        } or {state for step, _, state in town.outbox() if step == -30} >= {"sent"}
    finally:
        clear(operator)


@pytest.mark.parametrize(
    ("kind", "on"),
    [
        ("kill_before", "sqlite"),
        ("kill_after", "sqlite"),
        ("kill_after", "postgresql"),
    ],
)
def test_a_worker_killed_at_the_post_leaves_exactly_one_message(
    build_town: Builder, tmp_path: Path, kind: str, on: str
) -> None:
    town = build_town("nobody", on=on, filled=False)
    town.slack.deliver_to(None)
    sign(town, deputy=None)
    operator = Operator(town, tmp_path)
    try:
        town.slack.fault("chat.postMessage", kind)
        town.standing_at(FIRST)
        killed = operator.start("worker")
        assert killed.ends(within=STARTED) == -signal.SIGKILL
        assert town.outbox()[0][2] == "sending"  # the intent was there before the post
        operator.begin("worker")
        town.wait_for(lambda: town.outbox()[0][2] == "unknown")
        assert len(town.slack.requests("chat.postMessage")) == 1
        town.standing_at(SETTLED)
        town.wait_for(lambda: town.outbox()[0][2] == "sent")
        rounds = installation.last_round(town.office.database)
        town.wait_for(lambda: installation.last_round(town.office.database) != rounds)
        assert len(written(town)) == 1
    finally:
        clear(operator)


WRONG = {
    "neither road": ({"SLACK_SIGNING_SECRET": ""}, "SLACK_APP_TOKEN och SLACK_SIGNING_SECRET"),
    "another kind of token": ({"SLACK_BOT_TOKEN": "xoxp-1"}, "SLACK_BOT_TOKEN saknas eller är fel"),
    "nobody at the address": ({"SLACK_API_URL": "http://127.0.0.1:9/"}, "Slack går inte att nå"),
    "an app token that is none": ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_APP_TOKEN saknas eller"),
}


def test_a_wrong_setting_is_one_line_and_exit_1(operator: Operator, town: Town) -> None:
    started = {name: operator.start("run", **settings) for name, (settings, _) in WRONG.items()}
    for name, running in started.items():
        assert running.ends(within=STARTED) == 1, name
        running.ready.wait(5)
        told = [line for line in running.lines if not re.match(r"\{.*\}$", line)]
        assert len(told) == 1, (name, running.lines)
        assert WRONG[name][1] in told[0]
        assert town.slack.bot_token not in "".join(running.lines)


def test_a_revoked_token_stops_the_start_with_one_line(operator: Operator, town: Town) -> None:
    town.slack.revoke_token()
    running = operator.start("worker")
    assert running.ends(within=STARTED) == 1
    running.ready.wait(5)
    assert "Slack godtar inte SLACK_BOT_TOKEN (token_revoked)." in running.lines[-1]
