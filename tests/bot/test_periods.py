"""Dates are read as people write them; a term is what is known of it and no more."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.periods import (
    Anchor,
    End,
    Term,
    format_day,
    format_moment,
    format_partial_date,
    parse_partial_date,
)
from storage.types import PartialDate

STOCKHOLM = ZoneInfo("Europe/Stockholm")
SIGNED_IN_TRANEMO = PartialDate(2020, 10, 29)

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
PARTIAL_DATES = DAYS.flatmap(
    lambda day: st.sampled_from(
        [PartialDate.of(day), PartialDate(day.year, day.month), PartialDate(day.year)]
    )
)


def partial(text: str) -> PartialDate:
    return PartialDate.from_iso(text)


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        (date(2020, 10, 29), "2020-10-29"),
        (datetime(2020, 10, 29), "2020-10-29"),  # noqa: DTZ001 - as a workbook gives it
        (datetime(2020, 10, 29, 16, 42), "2020-10-29"),  # noqa: DTZ001
        ("2020-10-29", "2020-10-29"),
        ("2020-10-29 00:00:00", "2020-10-29"),
        ("2020-10-29T00:00", "2020-10-29"),
        ("2020-1-5", "2020-01-05"),
        ("20201029", "2020-10-29"),
        ("2020/10/29", "2020-10-29"),
        ("29 oktober 2020", "2020-10-29"),
        ("29 OKTOBER 2020", "2020-10-29"),
        ("  29\u00a0oktober\u202f2020 ", "2020-10-29"),
        ("29 okt 2020", "2020-10-29"),
        ("29 okt. 2020", "2020-10-29"),
        ("29 Oct 2020", "2020-10-29"),
        ("29 October 2020", "2020-10-29"),
        ("October 29, 2020", "2020-10-29"),
        ("29th October 2020", "2020-10-29"),
        ("29:e oktober 2020", "2020-10-29"),
        ("den 29 oktober 2020", "2020-10-29"),
        ("torsdagen den 29 oktober 2020", "2020-10-29"),
        ("Måndag 1 mars 2027", "2027-03-01"),
        ("ma\u030andag 1 mars 2027", "2027-03-01"),
        ("29/10 2020", "2020-10-29"),
        ("29/10/2020", "2020-10-29"),
        ("29/10-2020", "2020-10-29"),
        ("3/4 2020", "2020-04-03"),
        ("29.10.2020", "2020-10-29"),
        ("29-10-2020", "2020-10-29"),
        ("29 februari 2024", "2024-02-29"),
        ("maj 2021", "2021-05"),
        ("Maj 2021", "2021-05"),
        ("sept. 2021", "2021-09"),
        ("May 2021", "2021-05"),
        ("2021-05", "2021-05"),
        ("2021/05", "2021-05"),
        ("2021", "2021"),
        (2021, "2021"),
        (2021.0, "2021"),
        (PartialDate(2021).first_day, "2021-01-01"),
    ],
)
def test_a_date_is_read_at_the_precision_it_was_given_with(value, iso):
    assert str(parse_partial_date(value)) == iso


@pytest.mark.parametrize(
    "value",
    [
        "", " ", "31 februari 2021", "2021-02-31", "20210231", "29 februari 2023", "31/4 2021",
        "10/29/2020", "2021-13", "2021-00", "2021-05-00", "0 maj 2021", "201029", "202105",
        "29/10/20", "29/10#2020", "29 okt", "v. 44", "slutet av april 2021", "maj", "maj 21",
        "smultron 2021", "2021-05-2021", "1850", "2500", "1850-01-01", "2² maj 2021", "okt-20",
        "tills vidare", "uppgift saknas", "x" * 200, 44133, 1989, 2101, 2020.5, -2020, 0, True,
        None, time(9), timedelta(1), float("nan"), float("inf"), date(1850, 1, 1), [],
    ],
)  # fmt: skip
def test_what_no_calendar_has_is_refused_and_quoted(value):
    with pytest.raises(Invalid) as refusal:
        parse_partial_date(value)
    assert refusal.value.key == "invalid.date"
    assert refusal.value.facts["text"][:59] == str(value)[:59]


@pytest.mark.parametrize(
    ("iso", "swedish", "english"),
    [
        ("2020-10-29", "29 oktober 2020", "29 October 2020"),
        ("2021-05", "maj 2021", "May 2021"),
        ("2021", "2021", "2021"),
    ],
)
def test_a_date_is_shown_no_closer_than_it_is_known(iso, swedish, english):
    assert format_partial_date(partial(iso), "sv") == swedish
    assert format_partial_date(partial(iso), "en") == english


@given(PARTIAL_DATES, st.sampled_from(["sv", "en"]))
def test_a_date_the_bot_writes_it_reads_back_unchanged(value, language):
    assert parse_partial_date(format_partial_date(value, language)) == value
    assert parse_partial_date(str(value)) == value


@given(DAYS, st.sampled_from(["sv", "en"]))
def test_a_day_with_its_weekday_reads_back_too(day, language):
    assert parse_partial_date(format_day(day, language, weekday=True)) == PartialDate.of(day)


@given(st.text(max_size=80))
def test_any_text_is_a_date_or_a_refusal_and_never_a_crash(text):
    try:
        parse_partial_date(text)
    except Invalid as refusal:
        assert set(refusal.facts) == {"text"}  # noqa: PT017 - both outcomes are right


def test_a_day_and_a_moment_are_shown_in_words():
    assert format_day(date(2027, 3, 3), "sv") == "3 mars 2027"
    assert format_day(date(2027, 3, 3), "sv", weekday=True) == "onsdag 3 mars 2027"
    assert format_day(date(2027, 3, 3), "en", weekday=True) == "Wednesday 3 March 2027"


@pytest.mark.parametrize(
    ("utc_hour", "day", "swedish", "english"),
    [
        (8, 3, "onsdag 3 mars 2027 kl. 09.00", "Wednesday 3 March 2027 at 09:00"),
        (23, 2, "onsdag 3 mars 2027 kl. 00.00", "Wednesday 3 March 2027 at 00:00"),
    ],
)
def test_a_moment_is_shown_as_the_clock_on_the_wall(utc_hour, day, swedish, english):
    moment = datetime(2027, 3, day, utc_hour, tzinfo=UTC)
    assert format_moment(moment, STOCKHOLM, "sv") == swedish
    assert format_moment(moment, STOCKHOLM, "en") == english


def test_a_moment_without_a_zone_is_not_guessed_at():
    with pytest.raises(ValueError, match="zone"):
        format_moment(datetime(2027, 3, 3), STOCKHOLM, "sv")  # noqa: DTZ001


@pytest.mark.parametrize(
    ("term", "anchor"),
    [
        (Term(), None),
        (
            Term(starts_on=partial("2021-06-01"), signed_on=partial("2021-04")),
            Anchor(date(2021, 6, 1), "starts"),
        ),
        (Term(starts_on=partial("2021-05")), Anchor(date(2021, 5, 1), "starts")),
        (
            Term(signed_on=SIGNED_IN_TRANEMO, decided_on=partial("2020")),
            Anchor(date(2020, 10, 29), "signed"),
        ),
        (Term(decided_on=partial("2019")), Anchor(date(2019, 1, 1), "decided")),
        (Term(ends_on=partial("2019")), None),
    ],
)
def test_a_term_is_counted_from_its_start_else_signing_else_decision(term, anchor):
    assert term.anchor() == anchor


@pytest.mark.parametrize(
    ("term", "end"),
    [
        (Term(), End(None, "unknown")),
        (Term(term_months=36), End(None, "unknown")),
        (Term(starts_on=partial("2021")), End(None, "unknown")),
        (Term(ends_on=partial("2021")), End(date(2021, 12, 31), "known")),
        (Term(ends_on=partial("2024-02")), End(date(2024, 2, 29), "known")),
        (Term(starts_on=partial("2021"), open_ended=True, term_months=12), End(None, "open")),
        (
            Term(signed_on=SIGNED_IN_TRANEMO, term_months=36),
            End(date(2023, 10, 29), "estimated"),
        ),
        (
            Term(starts_on=partial("2021-08-31"), term_months=6),
            End(date(2022, 2, 28), "estimated"),
        ),
        (
            Term(starts_on=partial("2021"), ends_on=partial("2022-06-30"), term_months=36),
            End(date(2022, 6, 30), "known"),
        ),
    ],
)
def test_an_unknown_end_is_estimated_only_from_a_known_length(term, end):
    assert term.end() == end


@pytest.mark.parametrize(
    ("day", "status", "expected"),
    [
        (date(2021, 5, 31), None, False),
        (date(2021, 6, 1), None, True),
        (date(2022, 12, 31), None, True),
        (date(2023, 1, 1), None, False),
        (date(2023, 1, 1), "in_force", True),
        (date(2022, 1, 1), "ended", False),
        (date(2022, 1, 1), "preparing", False),
    ],
)
def test_an_agreement_is_in_force_as_its_status_says_else_from_start_to_end(day, status, expected):
    term = Term(starts_on=partial("2021-06"), ends_on=partial("2022"), signed_on=partial("2021-04"))
    assert term.in_force(day, status) is expected


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (Term(starts_on=partial("2021")), True),
        (Term(starts_on=partial("2021"), open_ended=True), True),
        (Term(signed_on=partial("2021")), True),
        (Term(decided_on=partial("2021")), True),
        (Term(signed_on=partial("2021"), term_months=12), False),
        (Term(ends_on=partial("2099")), False),
        (Term(), False),
    ],
)
def test_an_unknown_end_has_not_been_passed_but_an_unknown_start_has_not_come(term, expected):
    assert term.in_force(date(2026, 9, 1), None) is expected


@pytest.mark.parametrize(
    ("end", "months", "notice", "left"),
    [
        ("2026-12-31", 3, date(2026, 9, 30), 121),
        ("2026-12-31", 0, date(2026, 12, 31), 121),
        ("2026-08-31", 6, date(2026, 2, 28), -1),
        ("2026-09-01", 1, date(2026, 8, 1), 0),
        ("2027", 6, date(2027, 6, 30), 486),
    ],
)
def test_notice_and_days_left_are_counted_from_the_end(end, months, notice, left):
    term = Term(ends_on=partial(end))
    assert term.end().last_day_for_notice(months) == notice
    assert term.end().days_left(date(2026, 9, 1)) == left


@pytest.mark.parametrize("term", [Term(), Term(starts_on=partial("2021"), open_ended=True)])
def test_without_an_end_there_is_no_countdown(term):
    assert term.end().last_day_for_notice(3) is None
    assert term.end().days_left(date(2026, 9, 1)) is None


@given(DAYS, st.integers(0, 3650), st.integers(0, 24))
def test_the_notice_day_follows_the_extended_end(day, extension, months):
    extended = min(day + timedelta(days=extension), date(2100, 12, 31))
    before = Term(ends_on=PartialDate.of(day)).end().last_day_for_notice(months)
    after = Term(ends_on=PartialDate.of(extended)).end().last_day_for_notice(months)
    assert before is not None
    assert after is not None
    assert before <= after <= extended


@pytest.mark.parametrize(
    ("term", "keys"),
    [
        (Term(), []),
        (Term(starts_on=partial("2021-06-01"), ends_on=partial("2021")), []),
        (Term(starts_on=partial("2021"), ends_on=partial("2021-01-01")), []),
        (
            Term(starts_on=partial("2022"), ends_on=partial("2021-12-31")),
            ["invalid.end_before_start"],
        ),
        (
            Term(signed_on=partial("2022"), ends_on=partial("2021")),
            ["invalid.end_before_signing"],
        ),
        (Term(ends_on=partial("2021"), open_ended=True), ["invalid.open_with_end"]),
        (
            Term(starts_on=partial("2021"), ends_on=partial("2023-12-31"), term_months=36),
            [],
        ),
        (
            Term(starts_on=partial("2021"), ends_on=partial("2022"), term_months=36),
            ["invalid.length_differs"],
        ),
        (Term(decided_on=partial("2019-09-10"), starts_on=partial("2019-09-01")), []),
    ],
)
def test_dates_that_cannot_all_be_true_are_named(term, keys):
    assert [found.key for found in term.contradictions()] == keys


@pytest.mark.parametrize("months", [0, -1, 1201])
def test_a_length_that_no_agreement_has_is_refused(months):
    with pytest.raises(Invalid) as refusal:
        Term(term_months=months)
    assert refusal.value.key == "invalid.term_months"
