"""Evaluations fall due as agreed, keep their numbers, and what people set is left alone."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.evaluations.planning import (
    EvaluationPlan,
    EvaluationRule,
    ExistingEvaluation,
    PlanChanges,
    PlannedEvaluation,
    label_when_moved,
    match_typed_row,
    parse_months,
    plan_evaluations,
    reconcile,
    unclaimed,
)
from bot.periods import Term
from bot.working_days import Closed, ClosedPeriod, WorkingDays
from storage.types import PartialDate

TODAY = date(2026, 9, 1)
CALENDAR = WorkingDays()
CLOSED_CALENDAR = WorkingDays((7, 12), (ClosedPeriod(date(2026, 8, 1), date(2026, 8, 31)),))

DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))
CALENDARS = st.sampled_from([CALENDAR, WorkingDays(()), CLOSED_CALENDAR])


def term(start: str | None = None, end: str | None = None, **rest) -> Term:
    return Term(
        starts_on=PartialDate.from_iso(start) if start else None,
        ends_on=PartialDate.from_iso(end) if end else None,
        **rest,
    )


def plan(of: Term, per_year: int = 2, months: tuple[int, ...] = (), today: date = TODAY):
    return plan_evaluations(EvaluationRule(of, per_year, months), CALENDAR, today)


def due_days(of: EvaluationPlan) -> list[str]:
    return [found.due_on.isoformat() for found in of.evaluations]


@pytest.mark.parametrize(
    ("of", "per_year", "due"),
    [
        (
            term("2024-02-01", "2025-12-31"), 2,
            ["2024-08-01", "2025-01-31", "2025-08-01"],
        ),
        (  # counted from the anchor, not from the one before
            term("2021-08-31", "2023-03-31"), 2,
            ["2022-02-28", "2022-08-31", "2023-02-28"],
        ),
        (  # 12·n/5 months, rounded down: 2, 4, 7, 9, 12
            term("2024-01-15", "2025-01-15"), 5,
            ["2024-03-15", "2024-05-15", "2024-08-15", "2024-10-15", "2025-01-15"],
        ),
        (  # 1 July is quiet: the last working day of June
            term("2024-01-01", "2024-12-31"), 2, ["2024-06-28", "2024-12-30"],
        ),
        (  # Midsummer's Eve 2026
            term("2025-12-19", "2026-07-31"), 2, ["2026-06-18"],
        ),
        (  # known only as the signing, with a length
            Term(signed_on=PartialDate(2020, 10, 29), term_months=36), 2,
            ["2021-04-29", "2021-10-29", "2022-04-29", "2022-10-28", "2023-04-28", "2023-10-27"],
        ),
        (term("2024-01-01", "2024-12-31"), 0, []),
        (term("2024-01-15", "2024-03-31"), 12, ["2024-02-15", "2024-03-15"]),
    ],
)  # fmt: skip
def test_an_evaluation_falls_due_on_the_last_working_day_before_the_agreed_one(of, per_year, due):
    made = plan(of, per_year)
    assert due_days(made) == due
    assert [found.number for found in made.evaluations] == list(range(1, len(due) + 1))
    assert made.missing is None


def test_an_evaluation_that_was_moved_says_why():
    first = plan(term("2025-12-19", "2026-07-31")).evaluations[0]
    assert first.agreed_on == date(2026, 6, 19)
    assert first.moved == Closed("holiday", "Midsommarafton")
    assert plan(term("2026-03-03", "2026-12-31")).evaluations[0].moved is None


@pytest.mark.parametrize("end", [{}, {"open_ended": True}])
def test_without_an_end_the_plan_runs_two_years_ahead_of_today(end):
    made = plan(term("2026-03-03", **end), today=date(2026, 9, 3))
    assert due_days(made) == ["2026-09-03", "2027-03-03", "2027-09-03", "2028-03-03", "2028-09-01"]
    later = plan(term("2026-03-03", **end), today=date(2028, 9, 3))
    assert due_days(later)[:5] == due_days(made)
    assert len(later.evaluations) == 9


def test_without_any_date_to_count_from_the_plan_says_what_is_missing():
    made = plan(term(None, "2028"))
    assert (made.evaluations, made.missing, made.anchor) == ((), "no_anchor", None)
    assert made.end.day == date(2028, 12, 31)


def test_none_agreed_on_is_not_missing():
    assert plan(Term(), 0).missing is None


@pytest.mark.parametrize(
    ("start", "end", "months", "due"),
    [
        (
            "2026-01-01", "2027-12-31", (4, 10),
            ["2026-04-30", "2026-10-30", "2027-04-30", "2027-10-29"],
        ),
        ("2026-04-30", "2027-05-31", (4, 10), ["2026-10-30", "2027-04-30"]),
        ("2026-04-29", "2026-05-31", (4, 10), ["2026-04-30"]),
        ("2026-01-01", "2026-12-31", (7,), ["2026-06-30"]),
        ("2026-01-01", "2026-12-31", (12,), ["2026-12-30"]),
        ("2026-01-01", "2026-10-30", (10,), ["2026-10-30"]),
        ("2026-01-01", "2026-10-29", (10,), []),
        ("2026-11-01", "2027-12-31", (10, 4), ["2027-04-30", "2027-10-29"]),
        # From one February's last day to the day before another's: due the Friday, or after the end
        ("2003-02-28", "2004-02-28", (1, 2), ["2004-01-30", "2004-02-27"]),
        ("2007-02-28", "2008-02-28", (1, 2), ["2008-01-31"]),
    ],
)  # fmt: skip
def test_chosen_months_fall_due_on_their_last_working_day(start, end, months, due):
    assert due_days(plan(term(start, end), months=months)) == due


@given(DAYS, st.integers(1, 12), st.integers(0, 40), st.integers(1, 120), CALENDARS)
def test_never_fewer_in_a_full_year_than_agreed_and_never_late(
    start, per_year, months, length, cal
):
    of = Term(starts_on=PartialDate.of(start), term_months=length)
    rule = EvaluationRule(of, per_year)
    made = plan_evaluations(rule, cal, start + relativedelta(months=months)).evaluations
    for year in range(length // 12):
        first = start + relativedelta(months=12 * year)
        last = start + relativedelta(months=12 * (year + 1))
        assert sum(first < found.agreed_on <= last for found in made) >= per_year
    for found in made:
        assert found.due_on <= found.agreed_on
        assert cal.is_working(found.due_on)
        assert (found.moved is None) == (found.due_on == found.agreed_on)


@given(
    DAYS,
    st.sets(st.integers(1, 12), min_size=1).map(tuple),
    st.integers(1, 10),
    CALENDARS,
)
def test_every_full_year_has_its_chosen_months(start, months, years, calendar):
    assume((start.month, start.day) != (2, 28))  # a year later it may not be the month's last day
    of = Term(starts_on=PartialDate.of(start), term_months=12 * years)
    made = plan_evaluations(EvaluationRule(of, 2, months), calendar, start).evaluations
    for year in range(years):
        first = start + relativedelta(months=12 * year)
        last = start + relativedelta(months=12 * (year + 1))
        assert sum(first < found.agreed_on <= last for found in made) >= len(months)
    assert [found.number for found in made] == list(range(1, len(made) + 1))
    assert all(found.due_on <= found.agreed_on for found in made)


@given(DAYS, st.integers(1, 12), st.integers(0, 60), st.integers(0, 60))
def test_numbers_stay_with_their_days_however_far_the_plan_runs(start, per_year, sooner, later):
    rule = EvaluationRule(Term(starts_on=PartialDate.of(start)), per_year)
    first = plan_evaluations(rule, CALENDAR, start + relativedelta(months=sooner)).evaluations
    second = plan_evaluations(rule, CALENDAR, start + relativedelta(months=sooner + later))
    assert second.evaluations[: len(first)] == first


def planned(*days: tuple[int, date]) -> EvaluationPlan:
    made = tuple(PlannedEvaluation(number, day, day, None) for number, day in days)
    return EvaluationPlan(made, None, None, Term().end())


SPRING, AUTUMN, LATER = date(2026, 4, 1), date(2026, 10, 1), date(2026, 11, 2)


@pytest.mark.parametrize(
    ("existing", "add", "move", "drop"),
    [
        ([], [1, 2], [], []),
        ([ExistingEvaluation(1, SPRING)], [2], [], []),
        ([ExistingEvaluation(1, LATER)], [2], [1], []),
        ([ExistingEvaluation(1, LATER, typed=True)], [2], [], []),
        ([ExistingEvaluation(1, LATER, held=True)], [2], [], []),
        ([ExistingEvaluation(3, LATER)], [1, 2], [], [3]),
        ([ExistingEvaluation(3, LATER, held=True)], [1, 2], [], []),
        ([ExistingEvaluation(3, LATER, typed=True)], [1, 2], [], []),
        ([ExistingEvaluation(None, LATER, typed=True)], [1, 2], [], []),
    ],
)
def test_the_register_follows_the_plan_but_what_people_set_is_left_alone(existing, add, move, drop):
    changes = reconcile(planned((1, SPRING), (2, AUTUMN)), existing)
    assert [found.number for found in changes.add] == add
    assert [found.number for found in changes.move] == move
    assert list(changes.drop) == drop


def apply(existing: list[ExistingEvaluation], changes: PlanChanges) -> list[ExistingEvaluation]:
    moved = {found.number: found.due_on for found in changes.move}
    kept = [row for row in existing if row.number not in changes.drop]
    return [
        ExistingEvaluation(row.number, moved.get(row.number or 0, row.due_on), row.typed, row.held)
        for row in kept
    ] + [ExistingEvaluation(found.number, found.due_on) for found in changes.add]


@given(DAYS, DAYS, st.integers(0, 12), st.data())
def test_moving_the_start_never_doubles_or_moves_what_was_held_or_typed(old, new, per_year, data):
    def computed(start: date) -> EvaluationPlan:
        of = Term(starts_on=PartialDate.of(start), term_months=36)
        return plan_evaluations(EvaluationRule(of, per_year), CALENDAR, start)

    rows = [ExistingEvaluation(None, LATER, typed=True)]
    for found in computed(old).evaluations:
        typed, held = data.draw(st.tuples(st.booleans(), st.booleans()))
        rows.append(ExistingEvaluation(found.number, found.due_on, typed, held))
    after = apply(rows, reconcile(computed(new), rows))
    numbers = [row.number for row in after if row.number is not None]
    assert len(numbers) == len(set(numbers))
    assert [row for row in rows if row.is_fixed] == [row for row in after if row.is_fixed]
    assert reconcile(computed(new), after) == PlanChanges()
    assert {found.number for found in computed(new).evaluations} <= set(numbers)


@pytest.mark.parametrize(
    ("due_on", "existing", "number"),
    [
        (date(2026, 4, 20), [], 1),
        (date(2026, 9, 20), [], 2),
        (date(2026, 7, 1), [], 1),  # 91 days to one, 92 to the other
        (date(2026, 7, 2), [], 2),
        (date(2026, 4, 20), [ExistingEvaluation(1, SPRING)], 1),  # a computed row makes way
        (date(2026, 4, 20), [ExistingEvaluation(1, SPRING, held=True)], 2),
        (
            date(2026, 4, 20),
            [ExistingEvaluation(1, SPRING, held=True), ExistingEvaluation(2, AUTUMN, typed=True)],
            None,
        ),
    ],
)
def test_a_row_without_a_number_takes_the_nearest_free_place_else_is_an_extra(
    due_on, existing, number
):
    free = unclaimed(planned((1, SPRING), (2, AUTUMN)), existing)
    assert match_typed_row(due_on, free) == number


def test_of_two_equally_near_the_earlier_is_taken():
    middle = SPRING + timedelta(days=10)
    free = planned((1, SPRING), (2, SPRING + timedelta(days=20))).evaluations
    assert match_typed_row(middle, reversed(free)) == 1


@pytest.mark.parametrize(
    ("text", "months"),
    [("4, 10", (4, 10)), ("10;4", (4, 10)), ("04 10", (4, 10)), ("12", (12,)), ("", ()), (" ", ())],
)
def test_chosen_months_are_read(text, months):
    assert parse_months(text) == months


@pytest.mark.parametrize("text", ["13", "0", "4, 4", "april", "4.1", "-4", "4,x", "٤"])
def test_months_that_no_year_has_are_refused(text):
    with pytest.raises(Invalid) as refusal:
        parse_months(text)
    assert (refusal.value.key, refusal.value.facts) == ("invalid.months", {"text": text})


@pytest.mark.parametrize(
    ("per_year", "months", "key"),
    [
        (-1, (), "invalid.per_year"),
        (13, (), "invalid.per_year"),
        (2, (0,), "invalid.months"),
        (2, (4, 4), "invalid.months"),
    ],
)
def test_a_rule_that_no_year_can_hold_is_refused(per_year, months, key):
    with pytest.raises(Invalid) as refusal:
        EvaluationRule(Term(), per_year, months)
    assert refusal.value.key == key


def test_fewer_chosen_months_than_agreed_evaluations_can_be_told():
    assert EvaluationRule(Term(), 2, (4,)).falls_short
    assert not EvaluationRule(Term(), 2, (4, 10)).falls_short
    assert not EvaluationRule(Term(), 2).falls_short


@pytest.mark.parametrize(
    ("label", "moved"), [("3", "3.1"), ("3.1", "3.2"), ("3.9", "3.10"), ("xab12", "xab12.1")]
)
def test_an_evaluation_that_a_person_moves_has_a_new_name_for_its_reminders(label, moved):
    assert label_when_moved(label) == moved
