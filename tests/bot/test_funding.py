"""What remains is what was decided less what was paid; what is not known is said not to be."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.funding import Amount, Figures, GrantLine, Ledger, PaymentLine, figures_of, ledger
from bot.office import Office
from storage import agreements as storage
from storage.models import Decision
from storage.types import PartialDate
from tests.register import an_agreement, registered

YES, PERHAPS = Decision.decided, Decision.preliminary


def granted(*rows: tuple[Any, ...]) -> tuple[GrantLine, ...]:
    return tuple(
        GrantLine(year, ore, Decision(decision[0]) if decision else YES, None)
        for year, ore, *decision in rows
    )


def paid(ore: int, on: str | None = "2021-03-01", year: int | None = None, **said: Any):
    day = PartialDate.from_iso(on) if on else None
    planned = PartialDate.from_iso(said["planned"]) if "planned" in said else None
    return PaymentLine(year, planned, ore, day, None, None, said.get("correction"))


@pytest.mark.parametrize(
    ("grants", "ore", "unknown", "remaining", "without_money"),
    [
        # rows                                              decided, unknown, remaining, no money?
        ([], 0, 0, None, False),  # nothing is said at all
        ([(None, None)], 0, 1, None, False),  # money is in it, nobody knows how much
        ([(None, 0)], 0, 0, 0, True),  # zero is zero
        ([(2021, 0), (2022, 0)], 0, 0, 0, True),
        ([(None, 0), (2022, None)], 0, 0, 0, True),  # the whole is zero, so are its parts
        ([(2021, 0), (2022, None)], 0, 1, 0, False),
        ([(None, 2_100)], 2_100, 0, 2_100, False),
        ([(2021, 380), (2022, 650)], 1_030, 0, 1_030, False),
        ([(2021, 380), (2022, 650), (2023, None)], 1_030, 1, 1_030, False),
        ([(None, 2_100), (2021, 700), (2022, 700)], 2_100, 0, 2_100, False),  # with its split
        ([(None, 2_100), (2021, 3_000)], 2_100, 0, 2_100, False),
        ([(None, None), (2021, 700)], 700, 1, 700, False),  # the known part
        ([(None, 100), (None, 50)], 150, 0, 150, False),
        ([(None, 100), (None, None)], 100, 1, 100, False),
        ([(None, 100), (None, None), (2021, 30)], 100, 1, 100, False),  # its split says less
        ([(2021, 100), (2021, 50)], 150, 0, 150, False),
        ([(2021, 100, "preliminary")], 0, 0, 0, False),  # nothing is decided yet
        ([(2021, None, "preliminary")], 0, 0, 0, False),
        ([(2021, 100), (2022, 900, "preliminary")], 100, 0, 100, False),
        ([(None, None), (2022, 900, "preliminary")], 0, 1, None, False),
        ([(None, 0), (2022, 900, "preliminary")], 0, 0, 0, False),
    ],
)
def test_the_whole_is_what_is_decided_and_known(grants, ore, unknown, remaining, without_money):
    whole = Ledger(granted(*grants), ()).whole
    assert (whole.decided.ore, whole.decided.unknown) == (ore, unknown)
    assert whole.remaining_ore == remaining
    assert whole.is_without_money is without_money
    assert whole.has_grants is bool(grants)


def test_preliminary_and_planned_stand_beside_what_remains():
    whole = Ledger(
        granted((2021, 1_000), (2022, 500, "preliminary")),
        (paid(300), paid(200, None, planned="2021-12-01")),
    ).whole
    assert whole.remaining_ore == 700
    assert (whole.preliminary.ore, whole.paid_ore, whole.planned_ore) == (500, 300, 200)


def test_more_may_have_been_paid_than_was_decided():
    assert Ledger(granted((None, 100)), (paid(150),)).whole.remaining_ore == -50
    assert Ledger(granted((None, 100, "preliminary")), (paid(150),)).whole.remaining_ore == -150


def test_a_correction_takes_back_what_it_corrects():
    rows = (paid(700), paid(-700, "2021-03-02", correction="fel förening"), paid(700, "2021-03-03"))
    whole = Ledger(granted((None, 2_100)), rows).whole
    assert (whole.paid_ore, whole.remaining_ore) == (700, 1_400)


def test_paid_money_is_money_though_zero_was_granted():
    assert not Ledger(granted((None, 0)), (paid(1),)).whole.is_without_money


@pytest.mark.parametrize(
    ("line", "year"),
    [
        (paid(1, "2021-03-01"), 2021),
        (paid(1, "2022-01-03", year=2021), 2021),  # as was said
        (paid(1, None, planned="2023-06"), 2023),
        (paid(1, "2022-01-03", planned="2021-12-30"), 2022),
        (paid(1, "2022"), 2022),
        (paid(1, None), None),
    ],
)
def test_a_payment_counts_for_its_year_else_for_that_of_its_day(line, year):
    assert line.counts_for == year


def test_money_for_the_whole_term_is_never_divided():
    money = Ledger(granted((None, 2_100_000_00)), ())
    assert not money.is_split
    assert money.years == ()
    assert money.of_year(2021).remaining_ore is None
    assert money.of_year(None).remaining_ore == 2_100_000_00


def test_a_year_shows_its_own_rows_only():
    money = Ledger(
        granted((None, 100), (2021, 380), (2022, 650), (2022, 50, "preliminary")),
        (paid(100, "2021-06-01"), paid(30, "2022-06-01"), paid(20, None, year=2022)),
    )
    assert money.is_split
    assert money.years == (2021, 2022)
    year = money.of_year(2022)
    assert (year.decided.ore, year.preliminary.ore, year.paid_ore) == (650, 50, 30)
    assert (year.planned_ore, year.remaining_ore) == (20, 620)
    rows = money.only(2022)
    assert [line.ore for line in rows.grants] == [650, 50]
    assert [line.ore for line in rows.payments] == [30, 20]


# -- properties

SUMS = st.integers(0, 10**13)
YEARS = st.none() | st.integers(2019, 2024)
DAYS = st.none() | st.dates(date(2019, 1, 1), date(2024, 12, 31)).map(PartialDate.of)
GRANTS = st.lists(
    st.builds(GrantLine, YEARS, st.none() | SUMS, st.sampled_from(Decision), st.none()), max_size=8
).map(tuple)
PAYMENTS = st.lists(
    st.builds(
        lambda year, planned, ore, paid_on: PaymentLine(
            year, planned, ore, paid_on, None, None, "fel" if ore < 0 else None
        ),
        YEARS,
        DAYS,
        st.integers(-(10**13), 10**13),
        DAYS,
    ),
    max_size=12,
).map(tuple)
LEDGERS = st.builds(Ledger, GRANTS, PAYMENTS)


@given(LEDGERS)
def test_the_figures_of_a_year_are_the_sum_of_its_shown_rows(money):
    for year in money.years:
        rows, figures = money.only(year), money.of_year(year)
        assert figures.paid_ore == sum(line.ore for line in rows.payments if line.paid_on)
        assert figures.planned_ore == sum(line.ore for line in rows.payments if not line.paid_on)
        for decision, amount in ((YES, figures.decided), (PERHAPS, figures.preliminary)):
            mine = [line.ore for line in rows.grants if line.decision is decision]
            known = [ore for ore in mine if ore is not None]
            assert amount == Amount(sum(known), len(mine) - len(known), len(mine))


@given(LEDGERS)
def test_the_years_and_what_has_no_year_make_the_whole(money):
    parts = [money.of_year(year) for year in (*money.years, None)]
    assert money.whole.paid_ore == sum(part.paid_ore for part in parts)
    assert money.whole.planned_ore == sum(part.planned_ore for part in parts)
    for name in ("decided", "preliminary"):
        whole, term = getattr(money.whole, name), getattr(money.of_year(None), name)
        in_years = sum(getattr(part, name).ore for part in parts[:-1])
        assert whole.ore == (term.ore if term.is_whole else max(term.ore, in_years))


@given(LEDGERS)
def test_what_remains_is_decided_less_paid_or_not_known(money):
    whole = money.whole
    if whole.remaining_ore is None:
        assert not whole.decided.is_known
    else:
        assert whole.remaining_ore + whole.paid_ore == whole.decided.ore


@given(LEDGERS)
def test_no_figure_is_ever_anything_but_whole_ore(money):
    for figures in (money.whole, *(money.of_year(year) for year in money.years)):
        sums = (figures.decided.ore, figures.preliminary.ore, figures.paid_ore, figures.planned_ore)
        assert all(type(ore) is int for ore in sums)
        assert figures.remaining_ore is None or type(figures.remaining_ore) is int


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(money=LEDGERS)
def test_what_sql_sums_is_what_the_rows_make(office: Office, money: Ledger):
    with office.database.rehearsing() as session:
        agreement_id = an_agreement(
            session,
            office,
            grants=[(line.year, line.ore, line.decision) for line in money.grants],
            payments=[
                {
                    "year": line.year,
                    "planned_on": str(line.planned_on) if line.planned_on else None,
                    "amount_ore": line.ore,
                    "paid_on": str(line.paid_on) if line.paid_on else None,
                    "correction": line.correction,
                }
                for line in money.payments
            ],
        )
        session.flush()
        connection = session.connection()
        row = storage.status(connection, agreement_id, office.today())
        assert row is not None
        read = ledger(connection, agreement_id)
        assert figures_of(row) == read.whole == money.whole


def test_each_agreements_money_is_its_own(office):
    first = registered(office, number="A", grants=[(None, 100)], payments=[{"amount_ore": 1}])
    other = registered(office, number="B", grants=[(2021, 7)], payments=[{"amount_ore": 9}])
    with office.database.reading() as connection:
        row = storage.status(connection, first, office.today())
        assert row is not None
        assert figures_of(row) == Figures(Amount(100, 0, 1), Amount(), 0, 1)
        assert ledger(connection, other).whole == Figures(Amount(7, 0, 1), Amount(), 0, 9)


def test_the_rows_are_shown_in_the_order_of_their_years(office):
    found = registered(
        office,
        grants=[(2022, 2), (None, 5), (2021, 1)],
        payments=[{"year": 2022, "amount_ore": 4}, {"year": 2021, "amount_ore": 3}],
    )
    with office.database.reading() as connection:
        money = ledger(connection, found)
    assert [line.ore for line in money.grants] == [5, 1, 2]
    assert [line.ore for line in money.payments] == [3, 4]
