"""Nobody sees what is not theirs, whatever they try; and a check that is taken away is missed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot import access, linking, partners, sharing
from bot.access import Person, PersonKind
from handlers import caller
from storage import partners as storage
from storage.visibility import Scope
from tests.journeys.conftest import Builder
from tests.journeys.prying import PARTNER_FACTS, pry, scene
from tests.sampling import EVERYTHING, sample


@pytest.mark.parametrize("may_read", sample(["no", "yes"], 2))
def test_whatever_anybody_tries_nobody_sees_what_is_not_theirs(
    build_town: Builder, may_read: str
) -> None:
    town = build_town("http", filled=False, FOLJSAM_MEMBERS_MAY_READ=may_read)
    made = scene(town, members_may_read=may_read == "yes")
    found = pry(made, most=2_000 if EVERYTHING else 60)
    assert found.leaks == [], f"{found.tried} tried, {found.reached} reached the bot"
    assert not found.changed
    assert found.crashed == 0
    assert found.tried > (4_000 if EVERYTHING else 300)
    # and the doors that should be open are
    assert made.seen("U_KJELL", "BYGD") == PARTNER_FACTS
    assert made.seen("U_OLLE", "ANNAN") == PARTNER_FACTS - {"money", "number"}
    assert made.seen("U_SIRI", "SKYDD") == {"money"}
    assert made.seen("U_NILS", "BYGD") >= {"name", "promise", "contact"}


def _row(**values: Any) -> Callable[[pytest.MonkeyPatch], None]:
    """Let a row say something else than it does."""
    real = storage.view

    def patch(monkeypatch: pytest.MonkeyPatch) -> None:
        def view(*asked: Any) -> Any:
            found = real(*asked)
            return found and found._replace(**values)

        monkeypatch.setattr(storage, "view", view)

    return patch


def everybody_is_a_member(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caller, "classify", lambda *_: PersonKind.member)


def strangers_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Person, "is_answered", True)
    monkeypatch.setattr(access, "_is_partner", lambda *_: True)


MISSING: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "everybody is a member": everybody_is_a_member,
    "everybody is a partner": lambda patch: patch.setattr(access, "_is_partner", lambda *_: True),
    "strangers are answered": strangers_are_answered,
    "every member reads": lambda patch: patch.setattr(Scope, "covers", lambda *_: True),
    "everybody coordinates": lambda patch: patch.setattr(access, "_coordinates", lambda *_: True),
    "notes are kept": lambda patch: patch.setattr(partners, "_without_notes", lambda money: money),
    "readers are not judged": lambda patch: patch.setattr(
        partners, "_judge_readers", lambda *_: None
    ),
    "everybody shares": lambda patch: patch.setattr(sharing, "_all_may_read", lambda *_: True),
    "money is always shown": _row(funding_visible=True),
    "nothing is protected": _row(sheltered=False),
    "linking is not judged": lambda patch: patch.setattr(linking, "require", lambda *_: None),
}
"""By name: a check that is taken away."""
SAMPLE = ("readers are not judged",)


@pytest.mark.parametrize("missing", MISSING if EVERYTHING else SAMPLE)
def test_a_check_that_is_taken_away_is_missed(
    build_town: Builder, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    may_read = "yes" if missing == "everybody is a member" else "no"
    town = build_town("http", filled=False, FOLJSAM_MEMBERS_MAY_READ=may_read)
    made = scene(town, members_may_read=may_read == "yes")
    MISSING[missing](monkeypatch)
    found = pry(made, most=400 if EVERYTHING else 10)
    assert found.leaks or found.changed
