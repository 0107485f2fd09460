"""Marking an evaluation as held: by those who may, once, and with everything that follows."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from bot.errors import Conflict, FoljsamError, NotAllowed
from bot.evaluations.holding import Held, hold
from bot.office import Office
from storage import tables
from storage.models import AuditEntry, OutboxState, Role
from storage.types import PartialDate
from tests.register import (
    ANNA,
    BJORN,
    CISSI,
    GRETA,
    KJELL,
    OTTO,
    a_role,
    an_actor,
    evaluations,
    registered,
    reminders,
)

KULTUR, SOCIAL = "Kulturnämnden", "Socialnämnden"
TERM: dict[str, Any] = {"starts_on": "2021-06-01", "ends_on": "2023-05-31", "board": KULTUR}


def press(office: Office, who: str, evaluation_id: int, revision: int = 1) -> Held:
    with office.database.writing() as session:
        actor = an_actor(session.connection(), office, who)
        return hold(session, office, actor, evaluation_id=evaluation_id, revision=revision)


def refusal(office: Office, who: str, evaluation_id: int, revision: int = 1) -> FoljsamError:
    with pytest.raises(FoljsamError) as refused:
        press(office, who, evaluation_id, revision)
    return refused.value


def log(office: Office) -> list[Any]:
    with office.database.reading() as connection:
        table = AuditEntry.metadata.tables["audit_entry"]
        chosen = table.c.action == "evaluation_held"
        return list(connection.execute(select(table).where(chosen).order_by(table.c.id)))


@pytest.fixture
def first(office: Office) -> int:
    """The first evaluation, due on 1 December, of an agreement of Anna's."""
    found = registered(office, deputy="U_DAVID", **TERM)
    return int(evaluations(office, found)[0].id)


def test_a_coordinator_marks_an_evaluation_as_held_today(office, first):
    held = press(office, ANNA, first)
    assert held == Held(1, "Kultur 1740", PartialDate(2021, 12, 1), office.today())
    row = evaluations(office, 1)[0]
    assert (row.held_on, row.revision) == (PartialDate(2021, 9, 1), 2)
    assert [row.label for row in reminders(office, "planned") if row.label == "1"] == []


@pytest.mark.parametrize(
    ("who", "role", "board", "allowed"),
    [
        (ANNA, None, "", True),
        ("U_DAVID", None, "", True),  # the deputy
        (CISSI, Role.admin, "", True),
        (CISSI, Role.admin, KULTUR, True),
        (CISSI, Role.admin, SOCIAL, False),
        (BJORN, Role.coordinator, KULTUR, True),
        (BJORN, Role.coordinator, SOCIAL, False),
        (BJORN, Role.reader, "", False),
        (BJORN, None, "", False),
        (KJELL, Role.admin, "", False),
        (GRETA, Role.coordinator, "", False),
        (OTTO, Role.admin, "", False),
    ],
)
def test_only_those_who_coordinate_may(sqlite_office, who, role, board, allowed):
    found = registered(sqlite_office, deputy="U_DAVID", **TERM)
    evaluation_id = evaluations(sqlite_office, found)[0].id
    if role is not None:
        with sqlite_office.database.writing() as session:
            a_role(session, who, role, board)
    if allowed:
        press(sqlite_office, who, evaluation_id)
        return
    assert isinstance(refusal(sqlite_office, who, evaluation_id), NotAllowed)
    assert evaluations(sqlite_office, found)[0].held_on is None
    assert log(sqlite_office) == []


@pytest.mark.parametrize("who", [ANNA, BJORN, CISSI, GRETA])
def test_what_is_not_there_is_refused_in_the_same_words(office, first, who):
    with office.database.writing() as session:
        a_role(session, CISSI, Role.admin)
    missing = refusal(office, who, 4711)
    forbidden = refusal(office, OTTO, first)
    assert (missing.key, missing.facts) == (forbidden.key, forbidden.facts)
    assert type(missing) is type(forbidden) is NotAllowed


def test_a_second_press_is_told_when_it_was_held(office, first):
    press(office, ANNA, first)
    for revision in (1, 2):
        again = refusal(office, ANNA, first, revision)
        assert isinstance(again, Conflict)
        assert again.key == "conflict.already_held"
        assert again.facts | {"agreement_id": None} == {
            "agreement_id": None,
            "name": "Kultur 1740",
            "due": PartialDate(2021, 12, 1),
            "held_on": PartialDate(2021, 9, 1),
        }
    assert len(log(office)) == 1


@pytest.mark.parametrize("revision", [0, 2, 99])
def test_who_saw_an_older_card_changes_nothing(office, first, revision):
    stale = refusal(office, ANNA, first, revision)
    assert isinstance(stale, Conflict)
    assert stale.key == "conflict.changed"
    assert stale.facts["name"] == "Kultur 1740"
    assert evaluations(office, 1)[0].held_on is None
    assert log(office) == []
    assert any(row.label == "1" for row in reminders(office, "planned"))


def test_the_log_tells_who_did_what_and_when(office, first):
    press(office, ANNA, first)
    (entry,) = log(office)
    assert (entry.actor, entry.subject, entry.agreement_id) == (ANNA, "evaluation:1", 1)
    assert entry.at == office.now()
    assert (entry.before, entry.after) == ({"held_on": None}, {"held_on": "2021-09-01"})


def test_what_is_taken_back_leaves_nothing_behind(office, first):
    before = reminders(office)
    with office.database.rehearsing() as session:
        anna = an_actor(session.connection(), office, ANNA)
        hold(session, office, anna, evaluation_id=first, revision=1)
        seen = session.connection().execute(select(tables.evaluation.c.held_on)).scalars().all()
        assert any(seen), "it was there, in this transaction"
    assert evaluations(office, 1)[0].held_on is None
    assert log(office) == []
    assert reminders(office) == before


def test_messages_already_in_slack_are_asked_to_be_edited(office, first):
    rows = [row for row in reminders(office) if row.label == "1"]
    with office.database.writing() as session:
        sent = {"state": OutboxState.sent, "slack_ts": "1.0"}
        change = tables.outbox.update().where(tables.outbox.c.id == rows[0].id)
        session.connection().execute(change.values(**sent))
    press(office, ANNA, first)
    after = {row.id: row for row in reminders(office)}
    assert (after[rows[0].id].state, after[rows[0].id].edit_wanted) == ("sent", True)
    assert {after[row.id].state for row in rows[1:]} == {"cancelled"}
    others = [row for row in after.values() if row.label != "1"]
    assert others
    assert not any(row.edit_wanted for row in others)


def test_an_extra_evaluation_can_be_held_too(office):
    found = registered(office, evaluations=[{"due": "2021-11-15"}], **TERM)
    extra = next(row for row in evaluations(office, found) if row.number is None)
    assert press(office, ANNA, extra.id).due == PartialDate(2021, 11, 15)
    assert [entry.subject for entry in log(office)] == [f"evaluation:{extra.label}"]
