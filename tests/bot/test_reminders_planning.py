"""Reminders go to the right person, at nine on a working day, and never in a heap."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.periods import Term
from bot.reminders.planning import (
    OpenEvaluation,
    RemindedAgreement,
    ReminderRules,
    goes_out_at,
    parse_steps,
    plan_reminders,
    recipients,
)
from bot.working_days import WorkingDays
from storage.types import PartialDate

STOCKHOLM = ZoneInfo("Europe/Stockholm")
CALENDAR = WorkingDays()
ANNA, BJORN, CISSI, DAVID, OPERATIONS = "UANNA", "UBJORN", "UCISSI", "UDAVID", "COPS"
LONG_AGO = datetime(2024, 1, 2, 8, tzinfo=UTC)
NOW = datetime(2026, 8, 20, 7, tzinfo=UTC)
DUE = date(2026, 10, 15)

RULES = ReminderRules(
    (-30, -14, -3, 1, 5, 10), STOCKHOLM, operations_channel=OPERATIONS, admins=(CISSI, DAVID)
)
AGREEMENT = RemindedAgreement(
    "a1", ANNA, BJORN, None, Term(starts_on=PartialDate(2024)), None, date(2024, 1, 2)
)


def evaluation(due_on: date = DUE, *, known_at: datetime = LONG_AGO, typed: bool = False):
    return OpenEvaluation("3", due_on, typed, known_at)


def wanted(agreement=AGREEMENT, *evaluations, rules=RULES, now=NOW, calendar=CALENDAR):
    return plan_reminders(
        agreement, evaluations or (evaluation(),), rules=rules, calendar=calendar, now=now
    )


def stockholm(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=STOCKHOLM)


def test_each_step_goes_at_nine_to_whom_it_concerns():
    assert [(row.step, f"{row.due_local:%m-%d %H:%M}", row.recipient) for row in wanted()] == [
        (-30, "09-03 09:00", ANNA),
        (-14, "09-25 09:00", ANNA),
        (-3, "10-12 09:00", ANNA),
        (1, "10-16 09:00", ANNA),
        (5, "10-22 09:00", ANNA),
        (5, "10-22 09:00", BJORN),
        (10, "10-29 09:00", OPERATIONS),
    ]


def test_a_reminder_is_known_by_agreement_evaluation_step_and_recipient():
    first = wanted()[0]
    assert first.natural_key == "a1:evaluation:3:-30:UANNA"
    assert (first.number, first.due_on) == ("3", DUE)
    assert first.due_at == datetime(2026, 9, 3, 7, tzinfo=UTC)
    assert first.due_at.tzinfo is UTC
    assert first.due_local.tzinfo is None


@pytest.mark.parametrize(
    ("people", "channel", "admins", "step", "told"),
    [
        ((ANNA, BJORN), OPERATIONS, (CISSI,), -3, (ANNA,)),
        ((ANNA, BJORN), OPERATIONS, (CISSI,), 4, (ANNA,)),
        ((ANNA, BJORN), OPERATIONS, (CISSI,), 5, (ANNA, BJORN)),
        ((ANNA, BJORN), OPERATIONS, (CISSI,), 9, (ANNA, BJORN)),
        ((ANNA, BJORN), OPERATIONS, (CISSI,), 10, (OPERATIONS,)),
        ((ANNA, BJORN), OPERATIONS, (CISSI,), 30, (OPERATIONS,)),
        ((ANNA, BJORN), None, (CISSI, DAVID), 10, (CISSI, DAVID)),
        ((ANNA, BJORN), None, (), 10, (ANNA, BJORN)),
        ((ANNA, ANNA), OPERATIONS, (CISSI,), 5, (ANNA,)),
        ((ANNA, None), OPERATIONS, (CISSI,), 5, (ANNA,)),
        ((None, BJORN), OPERATIONS, (CISSI,), -3, (BJORN,)),
        ((None, BJORN), OPERATIONS, (CISSI,), 5, (BJORN,)),
        ((None, None), OPERATIONS, (CISSI,), -3, (OPERATIONS,)),
        ((None, None), OPERATIONS, (CISSI,), 5, (OPERATIONS,)),
        ((None, None), None, (CISSI, DAVID), -3, (CISSI, DAVID)),
        ((None, None), None, (CISSI, CISSI), 10, (CISSI,)),
        (("", ""), None, (), -3, ()),
    ],
)
def test_somebody_is_always_told_and_nobody_twice(people, channel, admins, step, told):
    agreement = replace(AGREEMENT, coordinator=people[0], deputy=people[1])
    rules = replace(RULES, operations_channel=channel, admins=admins)
    assert recipients(agreement, step, rules=rules) == told


def test_an_agreement_may_have_steps_of_its_own():
    own = replace(AGREEMENT, steps=(-1, 0))
    assert [row.step for row in wanted(own)] == [-1, 0]
    assert wanted(replace(AGREEMENT, steps=())) == ()


def test_step_zero_of_a_day_off_goes_on_the_working_day_before():
    (row,) = wanted(replace(AGREEMENT, steps=(0,)), evaluation(date(2026, 10, 17), typed=True))
    assert row.due_local == datetime(2026, 10, 16, 9)  # noqa: DTZ001 - local on purpose


@pytest.mark.parametrize(
    ("known_at", "steps"),
    [
        (stockholm(2026, 9, 3, 8, 59), [-30, -14, -3, 1, 5, 5, 10]),
        (stockholm(2026, 9, 3, 9, 0), [-30, -14, -3, 1, 5, 5, 10]),
        (stockholm(2026, 9, 3, 9, 1), [-30, -14, -3, 1, 5, 5, 10]),
        (stockholm(2026, 9, 26, 12), [-14, -3, 1, 5, 5, 10]),
        (stockholm(2026, 10, 14, 12), [-3, 1, 5, 5, 10]),
        (stockholm(2026, 10, 23, 12), [5, 5, 10]),
        (stockholm(2027, 3, 1, 12), [10]),
    ],
)
def test_of_steps_already_past_when_a_day_becomes_known_only_the_newest_goes(known_at, steps):
    for now in (known_at, known_at + timedelta(days=3)):
        assert [
            row.step for row in wanted(AGREEMENT, evaluation(known_at=known_at), now=now)
        ] == steps


def test_a_step_missed_while_the_bot_was_down_is_still_wanted():
    assert len(wanted(now=stockholm(2026, 12, 1, 12))) == 7


@pytest.mark.parametrize(
    ("due_on", "typed", "steps"),
    [
        (date(2026, 5, 4), False, []),
        (date(2026, 5, 4), True, [10]),
        (date(2026, 8, 19), False, []),
        (date(2026, 8, 20), False, [-3, 1, 5, 5, 10]),
        (date(2026, 8, 21), False, [-3, 1, 5, 5, 10]),
    ],
)
def test_computed_evaluations_older_than_the_register_are_never_reminded_of(due_on, typed, steps):
    fresh = replace(AGREEMENT, registered_on=date(2026, 8, 20))
    rows = wanted(fresh, evaluation(due_on, known_at=NOW, typed=typed))
    assert [row.step for row in rows] == steps


@pytest.mark.parametrize(
    ("status", "term", "now", "steps"),
    [
        ("preparing", AGREEMENT.term, NOW, []),
        ("ended", AGREEMENT.term, NOW, []),
        ("in_force", Term(), NOW, [-30, -14, -3, 1, 5, 5, 10]),
        (None, Term(), NOW, []),
        # in force from 21 September: the step before that is not for this agreement
        (None, Term(starts_on=PartialDate(2026, 9, 21)), NOW, [-14, -3, 1, 5, 5, 10]),
        # ... unless it only goes out once the agreement is in force
        (
            None,
            Term(starts_on=PartialDate(2026, 9, 21)),
            stockholm(2026, 9, 22, 12),
            [-30, -14, -3, 1, 5, 5, 10],
        ),
        # over on 20 October: nothing after it
        (None, Term(PartialDate(2024), PartialDate(2026, 10, 20)), NOW, [-30, -14, -3, 1]),
        # and what was missed while it lasted is not caught up with afterwards
        (None, Term(PartialDate(2024), PartialDate(2026, 10, 20)), stockholm(2026, 11, 2, 12), []),
    ],
)
def test_only_agreements_in_force_on_the_day_the_message_goes_are_reminded_of(
    status, term, now, steps
):
    agreement = replace(AGREEMENT, status=status, term=term)
    assert [row.step for row in wanted(agreement, now=now)] == steps


def test_rows_are_made_no_further_ahead_than_the_horizon():
    near = replace(RULES, horizon_days=36)
    assert [row.step for row in wanted(rules=near)] == [-30, -14]


def test_a_moment_without_a_zone_is_not_guessed_at():
    with pytest.raises(ValueError, match="zone"):
        wanted(now=datetime(2026, 8, 20, 9))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("due_on", "step", "utc_hour"),
    [
        (date(2026, 3, 27), 0, 8),  # the Friday before summer time
        (date(2026, 3, 30), 0, 7),  # the Monday after
        (date(2026, 3, 30), -1, 8),  # counted over the change
        (date(2026, 10, 23), 0, 7),  # the Friday before winter time
        (date(2026, 10, 26), 0, 8),
        (date(2026, 10, 23), 1, 8),
    ],
)
def test_nine_is_nine_on_both_sides_of_summer_time(due_on, step, utc_hour):
    (row,) = wanted(replace(AGREEMENT, steps=(step,)), evaluation(due_on))
    assert row.due_at.hour == utc_hour
    assert row.due_local.time() == time(9)


@given(
    st.dates(date(2024, 6, 1), date(2050, 12, 31)),
    st.sets(st.integers(-250, 250), min_size=1, max_size=6).map(tuple),
    st.datetimes(datetime(2024, 1, 1), datetime(2051, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from([CALENDAR, WorkingDays((7, 8, 12)), WorkingDays(())]),
)
def test_every_step_is_on_a_working_day_at_nine_and_only_the_newest_past_one_remains(
    due_on, steps, known_at, calendar
):
    agreement = replace(AGREEMENT, steps=steps)
    rules = replace(RULES, horizon_days=100_000)
    known = evaluation(due_on, known_at=known_at)
    rows = wanted(agreement, known, rules=rules, calendar=calendar, now=known_at)
    assert len({row.natural_key for row in rows}) == len(rows)
    assert len({row.step for row in rows if row.due_at < known_at}) <= 1
    for row in rows:
        assert calendar.is_working(row.due_local.date())
        assert row.due_at.astimezone(STOCKHOLM).replace(tzinfo=None) == row.due_local
        assert row.due_local.time() == time(9)
    expected = {step for step in steps if _moment(calendar, due_on, step) >= known_at}
    passed = set(steps) - expected
    assert {row.step for row in rows} == expected | ({max(passed)} if passed else set())


def _moment(calendar: WorkingDays, due_on: date, step: int) -> datetime:
    return datetime.combine(calendar.shift(due_on, step), time(9), STOCKHOLM)


@pytest.mark.parametrize(
    ("due_at", "now", "goes"),
    [
        # ahead, on a working day: its own moment
        (stockholm(2026, 9, 3, 9), stockholm(2026, 9, 1, 12), stockholm(2026, 9, 3, 9)),
        (stockholm(2026, 9, 3, 9), stockholm(2026, 9, 3, 9), stockholm(2026, 9, 3, 9)),
        # late, on a working day after nine: now
        (stockholm(2026, 9, 3, 9), stockholm(2026, 9, 3, 9, 1), stockholm(2026, 9, 3, 9, 1)),
        (stockholm(2026, 9, 3, 9), stockholm(2026, 9, 4, 16, 42), stockholm(2026, 9, 4, 16, 42)),
        # late, on a working day before nine: at nine
        (stockholm(2026, 9, 3, 9), stockholm(2026, 9, 4, 2, 10), stockholm(2026, 9, 4, 9)),
        # late, on a Saturday, on Midsummer's Eve, in July: nine on the next working day
        (stockholm(2026, 9, 3, 9), stockholm(2026, 9, 5, 12), stockholm(2026, 9, 7, 9)),
        (stockholm(2026, 6, 18, 9), stockholm(2026, 6, 19, 12), stockholm(2026, 6, 22, 9)),
        (stockholm(2026, 6, 30, 9), stockholm(2026, 7, 1, 12), stockholm(2026, 8, 3, 9)),
        # ahead, on a day that has been closed since: not before its time
        (stockholm(2026, 7, 6, 9), stockholm(2026, 6, 1, 12), stockholm(2026, 8, 3, 9)),
        # late in UTC terms only: Stockholm has another day already
        (stockholm(2026, 9, 3, 9), stockholm(2026, 9, 5, 0, 30), stockholm(2026, 9, 7, 9)),
        (stockholm(2026, 9, 3, 9), stockholm(2026, 9, 7, 0, 30), stockholm(2026, 9, 7, 9)),
    ],
)
def test_a_row_that_is_late_waits_for_people_to_be_at_work(due_at, now, goes):
    found = goes_out_at(due_at, now.astimezone(UTC), calendar=CALENDAR, zone=STOCKHOLM)
    assert found == goes.astimezone(UTC)
    assert found.tzinfo is UTC


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=st.just(STOCKHOLM)),  # noqa: DTZ001
    st.dates(date(2025, 1, 1), date(2029, 12, 31)),
)
def test_nothing_goes_out_early_or_on_a_day_off_or_before_nine(now, day):
    due_at = datetime.combine(day, time(9), STOCKHOLM)
    goes = goes_out_at(due_at, now, calendar=CALENDAR, zone=STOCKHOLM).astimezone(STOCKHOLM)
    assert goes.astimezone(UTC) >= max(due_at.astimezone(UTC), now.astimezone(UTC))
    assert CALENDAR.is_working(goes.date())
    assert goes.time() >= time(9)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("-30,-14,-3,1,5,10", (-30, -14, -3, 1, 5, 10)),
        (" 10; -3  0 ", (-3, 0, 10)),
        ("−30, +5", (-30, 5)),
        ("-250,250", (-250, 250)),
    ],
)
def test_steps_are_read_into_order(text, steps):
    assert parse_steps(text) == steps


@pytest.mark.parametrize(
    "text", ["", " ", ",", "a", "1.5", "1,1", "5,+5", "251", "-251", "--3", "٣"]
)
def test_steps_that_cannot_be_kept_are_refused(text):
    with pytest.raises(Invalid) as refusal:
        parse_steps(text)
    assert (refusal.value.key, refusal.value.facts) == ("invalid.steps", {"text": text})
