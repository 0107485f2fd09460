"""Whatever is sent to the door, signed or not: nothing breaks, and the bot goes on answering."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import text as sql

from tests.handlers.web.hostility import ODD_TEXTS, Request, read, requests, signed
from tests.handlers.web.kinds import KINDS, press, wrapped
from tests.handlers.web.town_hall import TownHall, opened

LIKE_THESE = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


READABLE = [each for each in ODD_TEXTS if each not in {"\x00", "\ud800"}]


@pytest.fixture(scope="module")
def hall(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownHall]:
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copyfile(sqlite_template, folder / "register.db")
    with opened(f"sqlite:///{folder / 'register.db'}", doors=2) as hall:
        yield hall


def judged(hall: TownHall, request: Request) -> None:
    """Assert what holds for every request."""
    status, _ = hall.ask(request)
    assert status < 500, read(request.raw)
    if not request.is_signed:
        assert status >= 400 or _needs_no_signature(request), read(request.raw)
    assert hall.unhandled() == [], read(request.raw)


def _needs_no_signature(request: Request) -> bool:
    return request.path == "/health" or b"ssl_check=1" in request.raw


@LIKE_THESE
@given(request=requests())
def test_no_request_breaks_anything(hall: TownHall, request: Request) -> None:
    judged(hall, request)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.startswith("press")])
def test_no_value_breaks_a_button(hall: TownHall, kind: str) -> None:
    action = KINDS[kind]["actions"][0]
    for name in ("value", "action_id"):
        for odd in READABLE:
            trigger = f"{name}.{READABLE.index(odd)}"
            actions = [{**action, name: odd}]
            changed = {**KINDS[kind], "actions": actions, "trigger_id": trigger}
            assert hall.send(kind, changed)[0] == 200
            assert hall.unhandled() == [], odd


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.startswith("command")])
def test_no_text_breaks_a_command(hall: TownHall, kind: str) -> None:
    for name in ("text", "user_id", "channel_id", "command"):
        for odd in READABLE:
            changed = {**KINDS[kind], name: f"{KINDS[kind][name]} {odd}" if name == "text" else odd}
            assert hall.send(kind, changed)[0] in {200, 404}
            assert hall.unhandled() == [], odd


def test_the_bot_answers_afterwards(hall: TownHall) -> None:
    assert hall.still_answers(1)


@pytest.mark.parametrize("kind", KINDS)
def test_what_slack_really_sends_is_taken_signed_and_refused_unsigned(
    hall: TownHall, kind: str
) -> None:
    content_type, raw = wrapped(kind, KINDS[kind])
    status, _ = hall.ask(Request(raw, content_type, None, None, is_signed=False))
    assert status == (200 if kind == "probe" else 401)
    status, _ = hall.ask(signed(raw + b" " if raw[:1] == b"{" else raw, content_type))
    assert status == (404 if kind == "rate" else 200)
    assert hall.unhandled() == []


# -- the same thing twice


def held(hall: TownHall) -> list[Any]:
    question = "SELECT id, held_on, revision FROM evaluation ORDER BY due_on"
    with hall.office.database.reading() as connection:
        return [tuple(row) for row in connection.execute(sql(question))]


def noted(hall: TownHall) -> int:
    with hall.office.database.reading() as connection:
        return int(connection.execute(sql("SELECT count(*) FROM audit_entry")).scalar_one())


@pytest.mark.parametrize("second", [0, 1])
def test_a_press_that_comes_twice_is_carried_out_once(hall: TownHall, second: int) -> None:
    """To the same process, and to another one on the same register."""
    number, _, revision = next(each for each in held(hall) if each[1] is None)
    before, said = noted(hall), press("hold_evaluation", f"{number}:{revision}")
    content_type, raw = wrapped("press hold_evaluation", said | {"trigger_id": f"held.{second}"})
    request = signed(raw, content_type)
    assert hall.ask(request)[0] == 200
    once, after = held(hall), noted(hall)
    assert next(each for each in once if each[0] == number)[1] is not None
    assert after == before + 1
    assert hall.ask(request, second)[0] == 200
    assert (held(hall), noted(hall)) == (once, after)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "rate"])
def test_everything_that_comes_twice_does_no_more_than_once(hall: TownHall, kind: str) -> None:
    content_type, raw = wrapped(kind, KINDS[kind])
    request = signed(raw, content_type)
    hall.ask(request)
    once = held(hall), noted(hall)
    for door in (0, 1):
        assert hall.ask(request, door)[0] == 200
        assert (held(hall), noted(hall)) == once
