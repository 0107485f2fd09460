"""What follows from a change: plan and reminders are moved, added, cancelled; never doubled."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot import upkeep
from bot.clock import StandingClock
from bot.evaluations.holding import hold
from bot.office import Office
from bot.upkeep import wire_key
from storage import installation, tables
from storage.models import OutboxState
from storage.types import PartialDate
from tests.register import (
    ANNA,
    BJORN,
    CISSI,
    an_actor,
    change,
    closed,
    evaluations,
    registered,
    reminders,
    typed_evaluation,
)

TWO_YEARS = {"starts_on": "2021-06-01", "ends_on": "2023-05-31"}


def days(office: Office, agreement_id: int) -> dict[int | None, str]:
    return {row.number: str(row.due_on) for row in evaluations(office, agreement_id)}


def planned(office: Office) -> list[tuple[str, int, str]]:
    """Give the evaluation, the step and the recipient of all that is planned."""
    return [(row.label, row.step, row.recipient) for row in reminders(office, "planned")]


def everything(office: Office) -> tuple[list[Any], list[Any], list[Any]]:
    with office.database.reading() as connection:
        return tuple(  # type: ignore[return-value]
            connection.execute(table.select().order_by(table.c.id)).all()
            for table in (tables.agreement, tables.evaluation, tables.outbox)
        )


def move_clock(office: Office, moment: str) -> None:
    assert isinstance(office.clock, StandingClock)
    office.clock.instant = datetime.fromisoformat(moment)


def mark(office: Office, row: Any, **values: Any) -> None:
    """Let something have happened to a row."""
    with office.database.writing() as session:
        table = tables.outbox
        session.connection().execute(update(table).where(table.c.id == row.id).values(**values))


# -- the plan


def test_a_new_agreement_gets_its_evaluations_and_their_reminders(office):
    found = registered(office, deputy=BJORN, **TWO_YEARS)
    assert days(office, found) == {
        1: "2021-12-01",
        2: "2022-06-01",
        3: "2022-12-01",
    }  # the fourth would fall after the end
    first = [row for row in reminders(office) if row.label == "1"]
    assert [(row.step, row.due_local, row.recipient) for row in first] == [
        (-30, "2021-10-20T09:00", ANNA),
        (-14, "2021-11-11T09:00", ANNA),
        (-3, "2021-11-26T09:00", ANNA),
        (1, "2021-12-02T09:00", ANNA),
        (5, "2021-12-08T09:00", ANNA),
        (5, "2021-12-08T09:00", BJORN),
        (10, "2021-12-15T09:00", ANNA),  # nobody above them is known here
        (10, "2021-12-15T09:00", BJORN),
    ]
    assert {row.state for row in first} == {"planned"}
    assert all(row.next_at == row.due_at for row in first)


def test_keeping_up_twice_changes_nothing(office):
    found = registered(office, deputy=BJORN, **TWO_YEARS)
    with office.database.writing() as session:
        typed_evaluation(session, office, found, "2022-02-15")
    upkeep.keep_up_all(office)
    before = everything(office)
    for _ in range(2):
        upkeep.keep_up_all(office)
    assert everything(office) == before


def test_keeping_up_does_not_undo_a_wait(office):
    registered(office, **TWO_YEARS)
    row = reminders(office)[0]
    later = row.due_at + timedelta(minutes=4)
    mark(office, row, next_at=later, attempts=3)
    upkeep.keep_up_all(office)
    again = reminders(office)[0]
    assert (again.id, again.next_at, again.attempts) == (row.id, later, 3)


def test_a_whole_register_is_kept_up_with_a_page_at_a_time(sqlite_office):
    with sqlite_office.database.writing() as session:
        rows = [
            {
                "uid": f"uid{place}",
                "number": str(place),
                "number_folded": str(place),
                "name": str(place),
                "name_folded": str(place),
                "name_ordered": str(place),
                "coordinator": ANNA,
                "starts_on": PartialDate(2021, 3, 1),
                "open_ended": False,
                "sheltered": False,
                "funding_visible": False,
                "registered_at": sqlite_office.now(),
                "revision": 1,
            }
            for place in range(1_001)
        ]
        session.connection().execute(tables.agreement.insert(), rows)
    upkeep.keep_up_all(sqlite_office)
    told = {row.agreement_id for row in reminders(sqlite_office)}
    assert len(told) == 1_001


def test_an_open_plan_grows_as_time_goes(sqlite_office):
    found = registered(sqlite_office, starts_on="2021-06-01")
    first = days(sqlite_office, found)
    assert max(first.values()) <= "2023-09-01"
    move_clock(sqlite_office, "2022-09-01T10:00:00+02:00")
    upkeep.keep_up_all(sqlite_office)
    later = days(sqlite_office, found)
    assert first.items() <= later.items()
    assert len(later) == len(first) + 2


# -- changes


def test_a_moved_start_moves_every_evaluation_and_makes_no_second_one(office):
    found = registered(office, **TWO_YEARS)
    ids = {row.number: row.id for row in evaluations(office, found)}
    keys = {row.natural_key for row in reminders(office)}
    change(office, found, starts_on="2021-07-01")
    assert days(office, found) == {1: "2021-12-30", 2: "2022-06-30", 3: "2022-12-30"}
    assert {row.number: row.id for row in evaluations(office, found)} == ids
    assert {row.natural_key for row in reminders(office)} == keys
    moved = next(row for row in reminders(office) if (row.label, row.step) == ("1", -3))
    assert moved.due_local == "2021-12-27T09:00"
    assert moved.next_at == moved.due_at


def test_a_moved_row_says_when_its_day_became_known(sqlite_office):
    found = registered(sqlite_office, **TWO_YEARS)
    move_clock(sqlite_office, "2021-09-20T10:00:00+02:00")
    change(sqlite_office, found, starts_on="2021-07-01")
    assert {row.known_at for row in evaluations(sqlite_office, found)} == {sqlite_office.now()}


def test_a_moved_row_keeps_its_revision_so_that_old_buttons_stay_old(sqlite_office):
    found = registered(sqlite_office, **TWO_YEARS)
    with sqlite_office.database.writing() as session:
        session.connection().execute(update(tables.evaluation).values(revision=5))
    change(sqlite_office, found, starts_on="2021-07-01")
    assert {row.revision for row in evaluations(sqlite_office, found)} == {5}


def test_a_sent_reminder_stays_sent_when_the_day_moves(sqlite_office):
    found = registered(sqlite_office, **TWO_YEARS)
    sent = reminders(sqlite_office)[0]
    mark(sqlite_office, sent, state=OutboxState.sent, slack_ts="1.0")
    change(sqlite_office, found, starts_on="2021-07-01")
    after = next(row for row in reminders(sqlite_office) if row.id == sent.id)
    assert (after.state, after.due_local) == ("sent", sent.due_local)


def test_an_extension_adds_evaluations_and_keeps_those_that_are(sqlite_office):
    found = registered(sqlite_office, **TWO_YEARS)
    before = days(sqlite_office, found)
    rows = [row.id for row in reminders(sqlite_office, "planned")]
    change(sqlite_office, found, ends_on="2025-05-31")
    assert before.items() <= days(sqlite_office, found).items()
    assert list(days(sqlite_office, found)) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert rows == [row.id for row in reminders(sqlite_office, "planned")][: len(rows)]


def test_a_shortened_term_drops_what_falls_after_it_and_takes_its_reminders(office):
    found = registered(office, **TWO_YEARS)
    change(office, found, ends_on="2022-03-31")
    assert days(office, found) == {1: "2021-12-01"}
    assert {row.label for row in reminders(office, "planned")} == {"1"}
    cancelled = reminders(office, "cancelled")
    assert {row.label for row in cancelled} == {"2"}
    assert {row.reason for row in cancelled} == {"not_wanted"}
    change(office, found, ends_on="2023-05-31")
    assert days(office, found) == {1: "2021-12-01", 2: "2022-06-01", 3: "2022-12-01"}
    assert reminders(office, "cancelled") == [], "the same rows are planned again"


def test_a_shortened_term_never_drops_what_was_held_or_set_by_a_person(office):
    found = registered(office, **TWO_YEARS)
    with office.database.writing() as session:
        third = next(row for row in evaluations(office, found) if row.number == 3)
        anna = an_actor(session.connection(), office, ANNA)
        hold(session, office, anna, evaluation_id=third.id, revision=third.revision)
        typed_evaluation(session, office, found, "2023-01-31")
    change(office, found, ends_on="2022-03-31")
    assert [str(row.due_on) for row in evaluations(office, found)] == [
        "2021-12-01",
        "2022-12-01",
        "2023-01-31",
    ]


@pytest.mark.parametrize("said", [{"status": "ended"}, {"status": "preparing"}])
def test_an_agreement_that_is_not_in_force_is_not_reminded_of(sqlite_office, said):
    found = registered(sqlite_office, **TWO_YEARS)
    assert planned(sqlite_office)
    change(sqlite_office, found, **said)
    assert planned(sqlite_office) == []
    change(sqlite_office, found, status=None)
    assert planned(sqlite_office)


def test_fewer_a_year_cancels_the_rest(sqlite_office):
    found = registered(sqlite_office, **TWO_YEARS)
    change(sqlite_office, found, evaluations_per_year=1)
    assert days(sqlite_office, found) == {1: "2022-06-01"}
    change(sqlite_office, found, evaluations_per_year=0)
    assert days(sqlite_office, found) == {}
    assert planned(sqlite_office) == []


def test_closed_days_move_what_falls_on_them(sqlite_office):
    found = registered(sqlite_office, **TWO_YEARS)
    closed(sqlite_office, "2021-11-24", "2021-12-01", "Flytt")
    assert days(sqlite_office, found)[1] == "2021-11-23"
    row = evaluations(sqlite_office, found)[0]
    assert row.agreed_on == date(2021, 12, 1)
    assert {
        row.due_local for row in reminders(sqlite_office) if (row.label, row.step) == ("1", 1)
    } == {"2021-12-02T09:00"}


def test_what_fell_due_before_the_register_is_no_reminder(sqlite_office):
    found = registered(sqlite_office, starts_on="2019-06-03", ends_on="2023-05-31")
    before = [row for row in evaluations(sqlite_office, found) if row.before_register]
    assert [row.number for row in before] == [1, 2, 3, 4]
    assert {label for label, _, _ in planned(sqlite_office)}.isdisjoint("1234")


def test_a_typed_row_that_is_late_is_told_of_once(sqlite_office):
    registered(sqlite_office, evaluations=[{"due": "2021-06-30", "number": 1}], **TWO_YEARS)
    late = [row for row in planned(sqlite_office) if row[0] == "1"]
    assert late == [("1", 10, ANNA)], "only the newest of the steps that have passed"


def test_a_date_that_is_moved_close_sends_the_newest_step_only(sqlite_office):
    found = registered(sqlite_office, **TWO_YEARS)
    change(sqlite_office, found, starts_on="2021-03-15")  # due 15 September, 10 working days ahead
    first = [row for row in planned(sqlite_office) if row[0] == "1"]
    assert [step for _, step, _ in first] == [-14, -3, 1, 5, 10]


def test_extras_get_a_name_of_their_own_and_keep_it(office):
    found = registered(office, **TWO_YEARS)
    with office.database.writing() as session:
        for day in ("2021-11-01", "2022-02-01"):
            typed_evaluation(session, office, found, day)
        upkeep.keep_up(session, office, [found])
    extras = {row.label for row in evaluations(office, found) if row.number is None}
    assert len(extras) == 2
    assert all(label.startswith("x") for label in extras)
    upkeep.keep_up_all(office)
    assert {row.label for row in evaluations(office, found) if row.number is None} == extras
    assert extras <= {label for label, _, _ in planned(office)}


def test_lists_know_the_days_that_an_agreement_runs(sqlite_office):
    found = registered(sqlite_office, signed_on="2020-10-29", term_months=36)

    def runs() -> tuple[date | None, date | None]:
        with sqlite_office.database.reading() as connection:
            row = connection.execute(tables.agreement.select()).one()
            return row.runs_from, row.runs_until

    assert runs() == (date(2020, 10, 29), date(2023, 10, 29))
    change(sqlite_office, found, signed_on=None)
    assert runs() == (None, None)


# -- people


def of_first(office: Office, *states: str) -> list[tuple[int, str, str]]:
    rows = [row for row in reminders(office, *states) if row.label == "1"]
    return [(row.step, row.recipient, row.state) for row in rows]


def test_a_handover_cancels_what_was_planned_and_plans_it_for_the_successor(office):
    found = registered(office, **TWO_YEARS)
    change(office, found, coordinator=BJORN)
    assert {recipient for _, _, recipient in planned(office)} == {BJORN}
    assert {row.recipient for row in reminders(office, "cancelled")} == {ANNA}
    assert len(reminders(office, "planned")) == len(reminders(office, "cancelled"))


def test_a_step_already_sent_is_not_told_to_the_successor(sqlite_office):
    found = registered(sqlite_office, **TWO_YEARS)
    mark(sqlite_office, reminders(sqlite_office)[0], state=OutboxState.sent, slack_ts="1.0")
    move_clock(sqlite_office, "2021-10-21T10:00:00+02:00")
    change(sqlite_office, found, coordinator=BJORN)
    assert of_first(sqlite_office, "sent") == [(-30, ANNA, "sent")]
    assert [step for step, _, _ in of_first(sqlite_office, "planned")] == [-14, -3, 1, 5, 10]


@pytest.mark.parametrize("state", [OutboxState.planned, OutboxState.held])
def test_a_step_that_never_arrived_is_told_to_the_successor(sqlite_office, state):
    """It fell due on a day when nobody was told: the bot was down, or she could not be reached."""
    found = registered(sqlite_office, **TWO_YEARS)
    mark(sqlite_office, reminders(sqlite_office)[0], state=state)
    move_clock(sqlite_office, "2021-10-21T08:00:00+02:00")
    change(sqlite_office, found, coordinator=BJORN)
    assert of_first(sqlite_office, "planned")[0] == (-30, BJORN, "planned")


def test_a_step_told_to_the_successor_is_not_told_again_after_a_handback(sqlite_office):
    found = registered(sqlite_office, **TWO_YEARS)
    change(sqlite_office, found, coordinator=BJORN)
    mark(
        sqlite_office,
        reminders(sqlite_office, "planned")[0],
        state=OutboxState.sent,
        slack_ts="1.0",
    )
    move_clock(sqlite_office, "2021-10-21T10:00:00+02:00")
    change(sqlite_office, found, coordinator=ANNA)
    assert (-30, ANNA, "cancelled") in of_first(sqlite_office)
    assert [step for step, _, _ in of_first(sqlite_office, "planned")] == [-14, -3, 1, 5, 10]


def test_what_is_wanted_again_does_not_come_in_a_heap(office):
    found = registered(office, **TWO_YEARS)
    change(office, found, status="preparing")
    move_clock(office, "2021-11-27T10:00:00+01:00")  # three steps have passed meanwhile
    change(office, found, status=None)
    assert [step for step, _, _ in of_first(office, "planned")] == [-3, 1, 5, 10]


def test_without_a_coordinator_those_above_are_told(sqlite_url, make_office):
    office = make_office(
        sqlite_url, FOLJSAM_ADMINS=CISSI, FOLJSAM_OPERATIONS_CHANNEL="C_OPERATIONS"
    )
    found = registered(office, coordinator=None, **TWO_YEARS)
    assert {recipient for _, _, recipient in planned(office)} == {"C_OPERATIONS"}
    change(office, found, coordinator=ANNA)
    told = {(step, recipient) for _, step, recipient in planned(office)}
    assert told == {(step, ANNA) for step in (-30, -14, -3, 1, 5)} | {(10, "C_OPERATIONS")}


def test_an_agreement_may_have_steps_of_its_own(sqlite_office):
    registered(sqlite_office, steps="-5, 2", **TWO_YEARS)
    assert {step for _, step, _ in planned(sqlite_office)} == {-5, 2}


# -- holding


def test_an_evaluation_that_is_held_takes_its_reminders_with_it(sqlite_office):
    found = registered(sqlite_office, **TWO_YEARS)
    first = evaluations(sqlite_office, found)[0]
    with sqlite_office.database.writing() as session:
        anna = an_actor(session.connection(), sqlite_office, ANNA)
        hold(session, sqlite_office, anna, evaluation_id=first.id, revision=first.revision)
    assert of_first(sqlite_office, "planned") == []
    assert {row.label for row in reminders(sqlite_office, "planned")} == {"2"}
    upkeep.keep_up_all(sqlite_office)
    assert of_first(sqlite_office, "planned") == []
    assert days(sqlite_office, found)[1] == "2021-12-01", "what was held stays where it was"


# -- keys


def test_every_row_has_a_key_of_its_own_that_never_changes(sqlite_office):
    for number in ("IOP-1", "IOP-2", "IOP-3"):
        registered(sqlite_office, number=number, deputy=BJORN, **TWO_YEARS)
    rows = reminders(sqlite_office)
    assert len({row.wire_key for row in rows}) == len(rows) > 40
    assert len({row.natural_key for row in rows}) == len(rows)
    with sqlite_office.database.writing() as session:
        key = installation.key(session)
    for row in rows:
        assert row.wire_key == wire_key(key, row.natural_key)
        assert len(row.wire_key) == 16
        assert row.natural_key.startswith("uidiop")
    change(sqlite_office, 1, starts_on="2021-08-02", ends_on="2024-01-31")
    after = {row.natural_key: row.wire_key for row in reminders(sqlite_office)}
    assert {row.natural_key: row.wire_key for row in rows}.items() <= after.items()


def test_a_key_tells_nothing_without_the_installations_own():
    natural = "uid1:evaluation:1:-30:U_ANNA"
    assert wire_key("a" * 64, natural) != wire_key("b" * 64, natural)
    assert wire_key("a" * 64, natural) != wire_key("a" * 64, natural + "2")
    assert wire_key("a" * 64, natural) == wire_key("a" * 64, natural)
