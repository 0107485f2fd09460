"""Every offset counts working days only, and nothing happens on any other day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.working_days import Closed, ClosedPeriod, WorkingDays, holidays_of

USUAL = WorkingDays()
ALL_YEAR = WorkingDays(quiet_months=())
WITH_CLOSED = WorkingDays(
    (7, 12), (ClosedPeriod(date(2026, 2, 16), date(2026, 2, 20), "Sportlov"),)
)

DAYS = st.dates(date(1960, 1, 1), date(2095, 12, 31))
CALENDARS = st.sampled_from([USUAL, ALL_YEAR, WITH_CLOSED])


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 6, 19), Closed("holiday", "Midsommarafton")),
        (date(2025, 6, 20), Closed("holiday", "Midsommarafton")),
        (date(2026, 6, 20), Closed("holiday", "Midsommardagen")),
        (date(2026, 12, 24), Closed("holiday", "Julafton")),
        (date(2026, 12, 25), Closed("holiday", "Juldagen")),
        (date(2026, 12, 31), Closed("holiday", "Nyårsafton")),
        (date(2026, 1, 6), Closed("holiday", "Trettondedag jul")),
        (date(2026, 5, 14), Closed("holiday", "Kristi himmelsfärdsdag")),
        (date(2026, 6, 6), Closed("holiday", "Nationaldagen")),
        (date(2026, 5, 9), Closed("weekend")),
        (date(2026, 5, 10), Closed("weekend")),
        (date(2026, 7, 1), Closed("quiet_month")),
        (date(2026, 7, 4), Closed("weekend")),
        (date(2026, 6, 30), None),
        (date(2026, 8, 3), None),
    ],
)
def test_the_bot_knows_why_nobody_works_on_a_day(day, why):
    assert USUAL.why_closed(day) == why
    assert USUAL.is_working(day) is (why is None)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 5),  # Twelfth Night
        date(2026, 4, 2),  # Maundy Thursday
        date(2026, 4, 30),  # Walpurgis Night
        date(2026, 5, 15),  # the Friday after Ascension Day
        date(2026, 10, 30),  # All Saints' Eve
        date(2026, 12, 23),
        date(2026, 12, 30),
    ],
)
def test_short_days_and_bridge_days_are_worked_on(day):
    assert USUAL.is_working(day)


@pytest.mark.parametrize("year", [1990, 2005, 2024, 2026, 2027, 2050, 2100])
def test_exactly_three_eves_are_closed_beside_the_public_holidays(year):
    import holidays  # noqa: PLC0415

    public = set(holidays.country_holidays("SE", years=year, include_sundays=False))
    eves = set(holidays_of(year)) - public
    midsummer = next(day for day, name in holidays_of(year).items() if name == "Midsommarafton")
    assert eves == {midsummer, date(year, 12, 24), date(year, 12, 31)}
    assert midsummer.isoweekday() == 5
    assert date(year, 6, 19) <= midsummer <= date(year, 6, 25)


def test_holidays_are_named_in_the_readers_language():
    midsummer = date(2026, 6, 19)
    assert holidays_of(2026)[midsummer] == "Midsommarafton"
    assert holidays_of(2026, "en")[midsummer] == "Midsummer Eve"


def test_a_closed_period_is_closed_from_its_first_to_its_last_day():
    assert WITH_CLOSED.why_closed(date(2026, 2, 16)) == Closed("closed", "Sportlov")
    assert WITH_CLOSED.why_closed(date(2026, 2, 20)) == Closed("closed", "Sportlov")
    assert WITH_CLOSED.is_working(date(2026, 2, 13))
    assert WITH_CLOSED.is_working(date(2026, 2, 23))


def test_a_closed_period_without_an_end_is_one_day():
    calendar = WorkingDays(closed=[ClosedPeriod(date(2026, 5, 15), reason="Klämdag")])
    assert not calendar.is_working(date(2026, 5, 15))
    assert calendar.is_working(date(2026, 5, 18))


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 6, 18), 1, date(2026, 6, 22)),  # over Midsummer
        (date(2026, 6, 22), -1, date(2026, 6, 18)),
        (date(2026, 6, 30), 1, date(2026, 8, 3)),  # over July
        (date(2026, 8, 3), -1, date(2026, 6, 30)),
        (date(2026, 12, 30), 1, date(2027, 1, 4)),  # over New Year
        (date(2027, 1, 4), -1, date(2026, 12, 30)),
        (date(2026, 12, 23), 3, date(2026, 12, 30)),
        (date(2026, 9, 1), 0, date(2026, 9, 1)),
        (date(2026, 9, 5), 0, date(2026, 9, 4)),  # a Saturday
        (date(2026, 9, 5), 1, date(2026, 9, 7)),
        (date(2026, 9, 5), -1, date(2026, 9, 4)),
        (date(2026, 7, 15), -1, date(2026, 6, 30)),
    ],
)
def test_offsets_jump_over_closed_days(day, count, expected):
    assert USUAL.shift(day, count) == expected


def walk(calendar: WorkingDays, day: date, count: int) -> date:
    """Count on the fingers."""
    step = timedelta(days=1 if count > 0 else -1)
    while count:
        day += step
        if calendar.why_closed(day) is None:
            count -= 1 if count > 0 else -1
    return day


@given(CALENDARS, DAYS, st.integers(-300, 300).filter(bool))
def test_counting_by_the_shelf_agrees_with_counting_on_the_fingers(calendar, day, count):
    assert calendar.shift(day, count) == walk(calendar, day, count)


@given(CALENDARS, DAYS, st.integers(-600, 600))
def test_there_and_back_again_is_the_same_working_day(calendar, day, count):
    start = calendar.on_or_after(day)
    assert calendar.shift(calendar.shift(start, count), -count) == start


@given(CALENDARS, DAYS)
def test_the_nearest_working_days_enclose_a_day_and_nothing_lies_between(calendar, day):
    before, after = calendar.on_or_before(day), calendar.on_or_after(day)
    assert before <= day <= after
    assert calendar.is_working(before)
    assert calendar.is_working(after)
    assert (before == after == day) == calendar.is_working(day)
    if before != after:
        assert calendar.shift(before, 1) == after


@pytest.mark.parametrize(
    ("quiet", "closed", "facts"),
    [
        (range(1, 13), (), {"year": None}),
        ((), (ClosedPeriod(date(2026, 12, 1), date(2028, 1, 31)),), {"year": 2027}),
        (
            range(2, 13),
            (
                ClosedPeriod(date(2026, 1, 1), date(2026, 1, 16)),
                ClosedPeriod(date(2026, 1, 17), date(2026, 1, 31)),
            ),
            {"year": 2026},
        ),
    ],
)
def test_a_calendar_without_a_working_day_in_a_year_is_refused(quiet, closed, facts):
    with pytest.raises(Invalid) as refusal:
        WorkingDays(quiet, closed)
    assert (refusal.value.key, refusal.value.facts) == ("invalid.no_working_day", facts)


@pytest.mark.parametrize("month", [0, 13, -7])
def test_a_quiet_month_that_no_year_has_is_refused(month):
    with pytest.raises(Invalid) as refusal:
        WorkingDays((month,))
    assert refusal.value.key == "invalid.quiet_months"


def test_a_closed_period_that_runs_backwards_is_refused():
    with pytest.raises(Invalid) as refusal:
        ClosedPeriod(date(2026, 2, 20), date(2026, 2, 16))
    assert refusal.value.key == "invalid.closed_period"
