"""Each precaution is there for a reason: without it, its scenario loses or doubles a reminder.

To add one: a mutant (a function that patches the bot), a scenario (``scenarios.py``), and a row in
``PLANTED``. The scenario is told twice, and must see the difference.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import select

from bot import upkeep
from bot.reminders import doubts
from bot.reminders.doubts import Doubts
from bot.reminders.messenger import NotDelivered, Trouble
from handlers import messenger, slack_side
from handlers.messenger import SlackMessenger
from storage import outbox, ownership, planning, sending, tables
from tests.reliability import scenarios
from tests.reliability.counting import Verdict
from tests.reliability.stage import Stage, staged, staged_on
from tests.sampling import sample


def no_settling(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(doubts, "SETTLING", timedelta())


def settling_from_the_claim(patch: pytest.MonkeyPatch) -> None:
    """It is waited since the row was claimed, and not since it was first seen as unknown."""
    claimed: dict[int, float] = {}
    real = sending.claim

    def claim(session: Any, row_id: int, now: Any, real_now: Any) -> Any:
        claimed[row_id] = now.timestamp()
        return real(session, row_id, now, real_now)

    def is_settled(self: Doubts, row: Any) -> bool:
        return self._settling_clock() - claimed[row.id] >= doubts.SETTLING.total_seconds()

    patch.setattr(sending, "claim", claim)
    patch.setattr(Doubts, "_is_settled", is_settled)


def settling_by_a_clock_that_can_be_set(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Doubts, "_settling_clock", lambda self: self.office.now().timestamp())


def a_row_id_in_the_key(patch: pytest.MonkeyPatch) -> None:
    """An agreement is named in keys by the number of its row, and not by what it alone has."""
    real = upkeep._reminded

    def reminded(row: Any, office: Any) -> Any:
        return replace(real(row, office), uid=str(row.id))

    patch.setattr(upkeep, "_reminded", reminded)


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

    patch.setattr(slack_side, "StraightClient", client)


def no_ownership(patch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def of(_self: Any, _row_id: int) -> Iterator[bool]:
        yield True

    patch.setattr(ownership.FileOwnership, "of", of)


def no_fence(patch: pytest.MonkeyPatch) -> None:
    real = sending.settle

    def settle(session: Any, row_id: int, _fence: int, values: Any, **named: Any) -> bool:
        asked = select(tables.outbox.c.fence).where(tables.outbox.c.id == row_id)
        fence = session.connection().execute(asked).scalar_one()
        return real(session, row_id, fence, values, **named)

    patch.setattr(sending, "settle", settle)


def anybodys_key_counts(patch: pytest.MonkeyPatch) -> None:
    real = SlackMessenger._history

    def history(self: SlackMessenger, *words: Any) -> Iterator[dict[str, Any]]:
        for each in real(self, *words):
            yield {**each, "bot_id": self._slack.bot_id}

    patch.setattr(SlackMessenger, "_history", history)


def looked_for_from_the_due_moment(patch: pytest.MonkeyPatch) -> None:
    real = SlackMessenger.look

    def look(self: SlackMessenger, channel_id: str, keys: Any, since: Any) -> Any:
        return real(self, channel_id, keys, since + doubts.LATE)

    patch.setattr(SlackMessenger, "look", look)


def a_plan_undoes_a_wait(patch: pytest.MonkeyPatch) -> None:
    real = planning.plan

    def plan(session: Any, rows: Any) -> None:
        with pytest.MonkeyPatch.context() as within:
            within.setattr(planning, "and_", lambda is_planned, *_: is_planned)
            within.setattr(planning, "_planning", planning._planning.__wrapped__)
            real(session, rows)

    patch.setattr(planning, "plan", plan)


def a_list_is_believed(patch: pytest.MonkeyPatch) -> None:
    """What was listed is taken as it was then, and not read anew once it is owned."""
    real_list, real_one, real = outbox.under_way, outbox.one, Doubts.settle
    listed: dict[int, Any] = {}
    believing: set[int] = set()

    def under_way(connection: Any) -> list[int]:
        ids = real_list(connection)
        listed.update({row_id: real_one(connection, row_id) for row_id in ids})
        return ids

    def one(connection: Any, row_id: int) -> Any:
        mine = threading.get_ident() in believing
        return listed[row_id] if mine else real_one(connection, row_id)

    def settle(self: Doubts, row_id: int) -> None:
        believing.add(threading.get_ident())
        try:
            real(self, row_id)
        finally:
            believing.clear()

    patch.setattr(outbox, "under_way", under_way)
    patch.setattr(outbox, "one", one)
    patch.setattr(Doubts, "settle", settle)


def a_digest_without_the_keys_of_its_members(patch: pytest.MonkeyPatch) -> None:
    real = SlackMessenger.post

    def post(self: SlackMessenger, *words: Any, members: Any = (), **named: Any) -> str:
        return real(self, *words, **named)

    patch.setattr(SlackMessenger, "post", post)


def a_message_is_known_by_its_own_key_alone(patch: pytest.MonkeyPatch) -> None:
    real = messenger._keys

    def keys(message: dict[str, Any]) -> set[str]:
        payload = (message.get("metadata") or {}).get("event_payload") or {}
        return real(message) - set(payload.get("members") or ())

    patch.setattr(messenger, "_keys", keys)


def its_own_key_is_not_looked_for(patch: pytest.MonkeyPatch) -> None:
    real = messenger._keys

    def keys(message: dict[str, Any]) -> set[str]:
        payload = (message.get("metadata") or {}).get("event_payload") or {}
        return set(payload.get("members") or ()) or real(message)

    patch.setattr(messenger, "_keys", keys)


def no_look_after_a_restore(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(doubts.Restored, "is_marked", False)


def looked_for_from_the_due_moment_after_a_restore(patch: pytest.MonkeyPatch) -> None:
    real = Doubts.look

    def look(self: Doubts, *words: Any) -> Any:
        marked, self.restored = self.restored, doubts.Restored()
        try:
            return real(self, *words)
        finally:
            self.restored = marked

    patch.setattr(Doubts, "look", look)


def no_question_to_the_locks_session(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ownership.SessionOwnership, "holds", lambda _: True)


@dataclass(frozen=True, slots=True)
class Planted:
    """A mistake, and the scenario that shows it."""

    mutant: Callable[[pytest.MonkeyPatch], None]
    scenario: Callable[[Stage], None]
    shows: str  # lost, doubled or hurried

    def __str__(self) -> str:
        return self.mutant.__name__


PLANTED = [
    Planted(
        settling_from_the_claim,
        scenarios.slow_at_the_post_and_accepted_a_minute_later,
        "doubled",
    ),
    Planted(no_settling, scenarios.accepted_a_minute_later, "doubled"),
    Planted(
        settling_by_a_clock_that_can_be_set,
        scenarios.while_somebody_sets_the_clock_ahead,
        "doubled",
    ),
    Planted(no_look, scenarios.accepted_and_the_answer_lost, "doubled"),
    Planted(a_lost_answer_is_no, scenarios.cut_and_accepted_just_in_time, "doubled"),
    Planted(a_server_error_is_no, scenarios.broken_and_accepted_just_in_time, "doubled"),
    Planted(the_client_tries_again, scenarios.accepted_and_the_answer_lost, "doubled"),
    Planted(no_ownership, scenarios.frozen_at_the_post, "doubled"),
    Planted(no_fence, scenarios.outlived_its_session, "doubled"),
    Planted(anybodys_key_counts, scenarios.named_by_another_bot, "lost"),
    Planted(looked_for_from_the_due_moment, scenarios.by_a_clock_behind_ours, "doubled"),
    Planted(a_list_is_believed, scenarios.read_before_its_channel_was_known, "doubled"),
    Planted(a_digest_without_the_keys_of_its_members, scenarios.gathered_and_forgotten, "lost"),
    Planted(a_message_is_known_by_its_own_key_alone, scenarios.gathered_and_forgotten, "doubled"),
    Planted(its_own_key_is_not_looked_for, scenarios.gathered_and_the_answer_lost, "doubled"),
    Planted(no_look_after_a_restore, scenarios.gathered_and_forgotten, "doubled"),
    Planted(no_look_after_a_restore, scenarios.sent_before_its_day_and_forgotten, "doubled"),
    Planted(
        looked_for_from_the_due_moment_after_a_restore,
        scenarios.sent_before_its_day_and_forgotten,
        "doubled",
    ),
    Planted(a_row_id_in_the_key, scenarios.put_back_and_its_number_given_to_another, "lost"),
    Planted(no_question_to_the_locks_session, scenarios.cut_off_before_the_post, "doubled"),
    Planted(a_plan_undoes_a_wait, scenarios.refused_while_processes_come_and_go, "hurried"),
]


def _all_scenarios() -> Iterator[Any]:
    for name, each in vars(scenarios).items():
        is_own = getattr(each, "__module__", "") == scenarios.__name__
        if is_own and inspect.isfunction(each) and not name.startswith("_"):
            yield pytest.param(each, id=name)


@contextmanager
def _set(scenario: Any, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """Set the stage for a scenario."""
    needs = dict(scenarios.NEEDS.get(scenario, {}))
    folder = request.getfixturevalue("tmp_path") / "stage"
    if needs.pop("server", False):
        place = staged_on(request.getfixturevalue("postgresql_url"), folder, **needs)
    else:
        place = staged(request.getfixturevalue("sqlite_template"), folder, **needs)
    with place as stage:
        yield stage


def _shown(verdict: Verdict, stage: Stage) -> set[str]:
    found = {"lost": verdict.lost, "doubled": verdict.doubled, "hurried": stage.has_hurried}
    return {name for name, is_so in found.items() if is_so}


@pytest.mark.parametrize("scenario", sample(list(_all_scenarios()), 2))
def test_with_the_bot_as_it_is_the_reminder_comes_once(scenario, request):
    with _set(scenario, request) as stage:
        scenario(stage)
        assert _shown(stage.judge(), stage) == set()


@pytest.mark.parametrize("planted", sample(PLANTED, 3), ids=str)
def test_without_the_precaution_its_scenario_shows_the_harm(planted, request, monkeypatch):
    planted.mutant(monkeypatch)
    with _set(planted.scenario, request) as stage:
        planted.scenario(stage)
        assert planted.shows in _shown(stage.judge(), stage)
