"""Each precaution is there for a reason: without it, its scenario loses or doubles a reminder.

To add one: a mutant (a function that patches the bot), a scenario (``scenarios.py``), and a row in
``PLANTED``. The scenario is told twice, and must see the difference.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import select

from bot.reminders import delivery
from bot.reminders.messenger import NotDelivered, Trouble
from handlers import messenger, slack_side
from handlers.messenger import SlackMessenger
from storage import outbox, ownership, tables
from tests.reliability import scenarios
from tests.reliability.counting import Verdict
from tests.reliability.stage import Stage, staged


def no_settling(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(delivery, "SETTLING", timedelta())


def no_look(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(SlackMessenger, "look", lambda *_: {})


def _taken_as_no(patch: pytest.MonkeyPatch, wrong: Callable[[Exception], bool]) -> None:
    real = messenger.trouble_of

    def trouble_of(error: Exception) -> NotDelivered:
        return NotDelivered(Trouble.not_now, "no") if wrong(error) else real(error)

    patch.setattr(messenger, "trouble_of", trouble_of)


def a_lost_answer_is_no(patch: pytest.MonkeyPatch) -> None:
    _taken_as_no(patch, lambda error: not isinstance(error, SlackApiError))


def a_server_error_is_no(patch: pytest.MonkeyPatch) -> None:
    def is_server_error(error: Exception) -> bool:
        if not isinstance(error, SlackApiError):
            return False
        response: Any = error.response
        found = response["status"] if isinstance(response, dict) else response.status_code
        return int(found) >= 500

    _taken_as_no(patch, is_server_error)


def the_client_tries_again(patch: pytest.MonkeyPatch) -> None:
    def client(*words: Any, retry_handlers: Any = None, **named: Any) -> WebClient:
        return WebClient(*words, **named)

    patch.setattr(slack_side, "WebClient", client)


def no_ownership(patch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def of(_self: Any, _row_id: int) -> Iterator[bool]:
        yield True

    patch.setattr(ownership.FileOwnership, "of", of)


def no_fence(patch: pytest.MonkeyPatch) -> None:
    real = outbox.settle

    def settle(session: Any, row_id: int, _fence: int, values: Any, **named: Any) -> bool:
        asked = select(tables.outbox.c.fence).where(tables.outbox.c.id == row_id)
        fence = session.connection().execute(asked).scalar_one()
        return real(session, row_id, fence, values, **named)

    patch.setattr(outbox, "settle", settle)


def anybodys_key_counts(patch: pytest.MonkeyPatch) -> None:
    real = SlackMessenger._history

    def history(self: SlackMessenger, *words: Any) -> Iterator[dict[str, Any]]:
        for each in real(self, *words):
            yield {**each, "bot_id": self._slack.bot_id}

    patch.setattr(SlackMessenger, "_history", history)


def looked_for_from_the_due_moment(patch: pytest.MonkeyPatch) -> None:
    real = SlackMessenger.look

    def look(self: SlackMessenger, channel_id: str, keys: Any, since: Any) -> Any:
        return real(self, channel_id, keys, since + delivery.LATE)

    patch.setattr(SlackMessenger, "look", look)


def a_plan_undoes_a_wait(patch: pytest.MonkeyPatch) -> None:
    real = outbox.plan

    def plan(session: Any, rows: Any) -> None:
        with pytest.MonkeyPatch.context() as within:
            within.setattr(outbox, "and_", lambda is_planned, *_: is_planned)
            real(session, rows)

    patch.setattr(outbox, "plan", plan)


@dataclass(frozen=True, slots=True)
class Planted:
    """A mistake, and the scenario that shows it."""

    mutant: Callable[[pytest.MonkeyPatch], None]
    scenario: Callable[[Stage], None]
    shows: str  # lost, doubled or hurried

    def __str__(self) -> str:
        return self.mutant.__name__


PLANTED = [
    Planted(no_settling, scenarios.accepted_a_minute_later, "doubled"),
    Planted(no_look, scenarios.accepted_and_the_answer_lost, "doubled"),
    Planted(a_lost_answer_is_no, scenarios.cut_and_accepted_just_in_time, "doubled"),
    Planted(a_server_error_is_no, scenarios.broken_and_accepted_just_in_time, "doubled"),
    Planted(the_client_tries_again, scenarios.accepted_and_the_answer_lost, "doubled"),
    Planted(no_ownership, scenarios.frozen_at_the_post, "doubled"),
    Planted(no_fence, scenarios.outlived_its_session, "doubled"),
    Planted(anybodys_key_counts, scenarios.named_by_another_bot, "lost"),
    Planted(looked_for_from_the_due_moment, scenarios.by_a_clock_behind_ours, "doubled"),
    Planted(a_plan_undoes_a_wait, scenarios.refused_while_processes_come_and_go, "hurried"),
]


def _all_scenarios() -> Iterator[Any]:
    for name, each in vars(scenarios).items():
        is_own = getattr(each, "__module__", "") == scenarios.__name__
        if is_own and inspect.isfunction(each) and not name.startswith("_"):
            yield pytest.param(each, id=name)


def _shown(verdict: Verdict, stage: Stage) -> set[str]:
    found = {"lost": verdict.lost, "doubled": verdict.doubled, "hurried": stage.has_hurried}
    return {name for name, is_so in found.items() if is_so}


@pytest.mark.parametrize("scenario", list(_all_scenarios()))
def test_with_the_bot_as_it_is_the_reminder_comes_once(scenario, sqlite_template, tmp_path):
    with staged(sqlite_template, tmp_path / "stage") as stage:
        scenario(stage)
        assert _shown(stage.judge(), stage) == set()


@pytest.mark.parametrize("planted", PLANTED, ids=str)
def test_without_the_precaution_its_scenario_shows_the_harm(
    planted, sqlite_template, tmp_path, monkeypatch
):
    planted.mutant(monkeypatch)
    with staged(sqlite_template, tmp_path / "stage") as stage:
        planted.scenario(stage)
        assert planted.shows in _shown(stage.judge(), stage)
