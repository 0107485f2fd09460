"""Who gets how much in a week: what can wait is told on Monday, and nothing is lost by waiting."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reminders.bundling import Outgoing, capped, is_person, may_wait, monday, week_of

ZONE = ZoneInfo("Europe/Stockholm")
TODAY = date(2021, 10, 20)  # a Wednesday
HOUR = 9


def at(day: date, hour: int = HOUR) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)


def later(moment: datetime) -> datetime:
    return monday(moment, HOUR, ZONE)


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


# -- Mondays


@pytest.mark.parametrize(
    ("moment", "weeks", "expected"),
    [
        ("2021-10-20T09:00:00+02:00", 1, "2021-10-25T09:00:00+02:00"),
        ("2021-10-25T00:00:00+02:00", 1, "2021-11-01T09:00:00+01:00"),  # winter time between
        ("2021-10-24T23:59:00+02:00", 1, "2021-10-25T09:00:00+02:00"),
        ("2021-10-24T22:30:00+00:00", 1, "2021-11-01T09:00:00+01:00"),  # here it is Monday already
        ("2021-10-20T09:00:00+02:00", 0, "2021-10-18T09:00:00+02:00"),
        ("2021-12-29T12:00:00+01:00", 1, "2022-01-03T09:00:00+01:00"),
    ],
)
def test_a_monday_is_the_next_one_on_the_clock_of_the_zone(moment, weeks, expected):
    found = monday(datetime.fromisoformat(moment), HOUR, ZONE, weeks=weeks)
    assert found.isoformat() == expected


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 23), st.integers(0, 3))
def test_every_monday_is_one_at_its_hour(day, hour, weeks):
    found = monday(at(day, hour), HOUR, ZONE, weeks=weeks)
    assert (found.weekday(), found.hour) == (0, HOUR)
    assert found.date() - week_of(day) == timedelta(weeks=weeks)


@pytest.mark.parametrize(
    ("recipient", "expected"),
    [("U_ANNA", True), ("W0123", True), ("C_DRIFT", False), ("G0123", False), ("", False)],
)
def test_only_people_are_spared(recipient, expected):
    assert is_person(recipient) is expected


# -- waiting


@pytest.mark.parametrize(
    ("dues", "expected"),
    [
        ([date(2021, 10, 26)], True),
        ([date(2021, 10, 25)], False),  # told on its own day it would be no reminder of it
        ([date(2021, 10, 19)], False),
        ([date(2021, 12, 1), date(2021, 10, 25)], False),  # all of it must be able to
        ([date(2021, 12, 1), None], False),
        ([], True),
    ],
)
def test_what_may_wait_comes_before_its_day_all_the_same(dues, expected):
    assert may_wait(dues, at(date(2021, 10, 25))) is expected


FAR = date(2021, 12, 1)
NEXT, AFTER = at(date(2021, 10, 25)), at(date(2021, 11, 1))


@pytest.mark.parametrize(
    ("outgoing", "had", "expected"),
    [
        ([], 0, []),
        ([(0, FAR)], 2, [at(TODAY)]),
        ([(0, FAR)], 3, [NEXT]),
        ([(0, days(2))], 9, [at(TODAY)]),
        ([(0, FAR), (1, FAR)], 2, [at(TODAY), NEXT]),
        ([(0, FAR), (0, FAR)], 2, [at(TODAY)] * 2),  # one message
        ([(0, FAR), (0, days(2))], 3, [at(TODAY)] * 2),  # of which a part cannot wait
        ([(0, FAR), (1, FAR), (2, FAR)], 3, [NEXT] * 3),  # together
        ([(0, FAR), (5, FAR)], 3, [NEXT] * 2),  # with what is told on that Monday anyhow
    ],
)
def test_above_so_many_a_week_what_can_wait_is_told_on_monday(outgoing, had, expected):
    messages = [Outgoing("U_ANNA", at(days(day)), due_on) for day, due_on in outgoing]
    moments = capped(messages, most=3, had={"U_ANNA": had}, today=TODAY, later=later)
    assert moments == expected


def test_what_is_put_off_counts_in_the_week_it_comes_to():
    messages = [Outgoing("U_ANNA", at(days(day)), FAR) for day in (0, 7, 8, 9)]
    moments = capped(messages, most=3, had={"U_ANNA": 3}, today=TODAY, later=later)
    assert moments == [NEXT, at(days(7)), at(days(8)), AFTER]


def test_a_channel_and_another_person_are_not_counted():
    messages = [Outgoing(who, at(TODAY), FAR) for who in ("C_DRIFT", "U_BJORN")]
    had = {"C_DRIFT": 30, "U_ANNA": 30}
    moments = capped(messages, most=3, had=had, today=TODAY, later=later)
    assert moments == [at(TODAY)] * 2


# -- whatever is planned

OUTGOING = st.lists(
    st.builds(
        lambda who, day, ahead: Outgoing(who, at(days(day)), days(day + ahead)),
        st.sampled_from(["U_ANNA", "U_BJORN", "C_DRIFT"]),
        st.integers(0, 30),
        st.integers(-5, 40),
    ),
    max_size=30,
)
HAD = st.dictionaries(st.sampled_from(["U_ANNA", "U_BJORN"]), st.integers(0, 5))


@settings(deadline=None)
@given(OUTGOING, HAD, st.integers(1, 4))
def test_nobody_has_more_than_the_cap_but_by_what_could_not_wait(outgoing, had, most):
    moments = capped(outgoing, most=most, had=had, today=TODAY, later=later)
    assert len(moments) == len(outgoing), "none is lost"
    messages = defaultdict(list)
    for each, moment in zip(outgoing, moments, strict=True):
        assert moment >= each.moment, "none comes earlier than planned"
        if moment != each.moment:
            assert is_person(each.recipient)
            assert (moment.weekday(), moment.hour) == (0, HOUR)
            assert each.due_on > moment.date(), "what waits still comes before its day"
        messages[each.recipient, moment].append(each)
    counts = Counter({(who, week_of(TODAY)): number for who, number in had.items()})
    for (who, moment), told in sorted(messages.items(), key=lambda item: item[0][1]):
        week = who, week_of(moment.date())
        counts[week] += 1
        if is_person(who) and counts[week] > most:
            assert not may_wait((each.due_on for each in told), later(moment))


@settings(deadline=None)
@given(OUTGOING, HAD)
def test_without_a_cap_nothing_is_moved(outgoing, had):
    moments = capped(outgoing, most=0, had=had, today=TODAY, later=later)
    assert moments == [each.moment for each in outgoing]
