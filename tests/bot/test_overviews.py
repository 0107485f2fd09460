"""Lists say what is there, what is coming and what is late, to those who may read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.agreements import Standing, status
from bot.errors import Invalid, NotAllowed
from bot.office import Office
from bot.overviews import AgreementList, Overview, listing, overdue, upcoming
from storage import overviews as storage
from tests.register import (
    ANNA,
    BJORN,
    GRETA,
    a_role,
    an_actor,
    an_agreement,
    counted,
    registered,
)

KULTUR, SOCIAL = "Kulturnämnden", "Socialnämnden"


def listed(office: Office, text: str = "", who: str = BJORN, offset: int = 0) -> AgreementList:
    with office.database.reading() as connection:
        actor = an_actor(connection, office, who)
        return listing(office, connection, actor, text=text, offset=offset)


def names(found: AgreementList) -> list[str]:
    return [line.name for line in found.lines]


def coming(office: Office, months: int = 3, who: str = BJORN) -> Overview:
    with office.database.reading() as connection:
        return upcoming(office, connection, an_actor(connection, office, who), months=months)


def late(office: Office, who: str = BJORN) -> Overview:
    with office.database.reading() as connection:
        return overdue(office, connection, an_actor(connection, office, who))


def events(found: Overview) -> list[tuple[str, str]]:
    return [(line.kind, str(line.when)) for line in found.lines]


@pytest.fixture
def office(sqlite_office: Office) -> Office:
    """One kind of database is enough for what is decided here; the statements have both below."""
    return sqlite_office


def _fill(office: Office) -> None:
    with office.database.writing() as session:

        def agreement(name: str, number: str, **said: Any) -> None:
            an_agreement(session, office, name, number=number, **{"coordinator": None, **said})

        agreement("Åkern", "A", board=KULTUR, starts_on="2020-01-01")
        agreement("ängen", "B", board=KULTUR, starts_on="2018", ends_on="2020", coordinator=ANNA)
        agreement("Bäcken", "C", board=SOCIAL, status="preparing", deputy=ANNA)
        agreement("Dalen", "D", ends_on="2019-12-31")
        agreement("Erken", "E", starts_on="2022-01-01")
        agreement("Fjället", "F", status="in_force", public="Huddinge kommun")
        agreement("Gården", "G")


@pytest.mark.parametrize(
    ("word", "who", "found"),
    [
        ("", BJORN, ["Bäcken", "Dalen", "Erken", "Fjället", "Gården", "Åkern", "ängen"]),
        ("gäller", BJORN, ["Fjället", "Åkern"]),
        ("Gäller", BJORN, ["Fjället", "Åkern"]),
        ("in force", BJORN, ["Fjället", "Åkern"]),
        ("avslutade", BJORN, ["Dalen", "ängen"]),
        ("ended", BJORN, ["Dalen", "ängen"]),
        ("under beredning", BJORN, ["Bäcken"]),
        ("utan samordnare", BJORN, ["Bäcken", "Dalen", "Erken", "Fjället", "Gården", "Åkern"]),
        ("mina", ANNA, ["Bäcken", "ängen"]),
        ("mine", BJORN, []),
        ("kulturnämnden", BJORN, ["Åkern", "ängen"]),
        ("social", BJORN, ["Bäcken"]),
        ("huddinge", BJORN, ["Fjället"]),
        ("dalen", BJORN, ["Dalen"]),
        ("finns inte", BJORN, []),
    ],
)
def test_a_filter_is_a_word_of_ours_or_part_of_a_name(office, word, who, found):
    _fill(office)
    assert names(listed(office, word, who)) == found


def test_a_list_and_a_status_say_the_same_of_how_it_stands(office):
    _fill(office)
    lines = listed(office).lines
    with office.database.reading() as connection:
        actor = an_actor(connection, office)
        said = {line.name: status(office, connection, actor, line.id).standing for line in lines}
    assert {line.name: line.standing for line in lines} == said
    assert said["Dalen"] == Standing.ended
    assert set(said.values()) == set(Standing)


def test_a_filter_and_the_line_it_gives_agree(office):
    _fill(office)
    for word, standing in (("gäller", "in_force"), ("avslutade", "ended")):
        assert {line.standing for line in listed(office, word).lines} == {Standing(standing)}


def test_names_stand_in_swedish_order_on_both_databases(make_office, database_url):
    office = make_office(database_url)
    order = [
        *("1740 Kultur", "ab vänner", "”Aktiv” åker", "Aktiv ö", "Édouard", "Edsvalla"),
        *("Über alla", "Zornsällskapet", "Ådalen", "Åkers IF", "Æbler", "Ängen", "Ö-vänner"),
    ]
    for place, name in enumerate(sorted(order)):
        registered(office, name, number=f"IOP-{place}")
    page = listed(office)
    assert names(page) + names(listed(office, offset=page.next_offset or 0)) == order


def test_a_long_list_comes_in_pages(office):
    with office.database.writing() as session:
        for place in range(23):
            an_agreement(session, office, f"Avtal {place:02}", number=f"N{place}")
    seen: list[str] = []
    offset: int | None = 0
    while offset is not None:
        page = listed(office, offset=offset)
        assert page.total == 23
        seen += names(page)
        offset = page.next_offset
    assert seen == [f"Avtal {place:02}" for place in range(23)]
    assert names(listed(office, offset=1_000)) == []


# -- coming and late

BUSY: dict[str, Any] = {
    "starts_on": "2019-03-04",
    "ends_on": "2021-11-30",
    "payments": [
        {"planned_on": "2021-08-31", "amount_ore": 100},
        {"planned_on": "2021-09-01", "amount_ore": 200},
        {"planned_on": "2021-10", "amount_ore": 300},
        {"planned_on": "2021", "amount_ore": 400},
        {"planned_on": "2021-06-01", "paid_on": "2021-06-01", "amount_ore": 500},
        {"amount_ore": 600},
    ],
    "commitments": [
        {"of": "Tranemo kommun", "promise": "Lokal", "due_on": "2021-08"},
        {"of": "Kultur 1740", "promise": "Festival", "due_on": "2021-09"},
        {"of": "Kultur 1740", "promise": "Gjort", "due_on": "2021-01-01", "done_on": "2021"},
        {"of": "Kultur 1740", "promise": "Någon gång"},
    ],
    "evaluations": [{"due": "2021-05-31", "number": 4}],
}


@pytest.mark.parametrize("which", ["sqlite", "postgresql"])
def test_what_is_coming_and_late_is_told_by_day(request, make_office, which):
    fixture = "sqlite_url" if which == "sqlite" else "postgresql_url"
    office = make_office(request.getfixturevalue(fixture))
    registered(office, **BUSY)
    assert events(late(office)) == [
        ("evaluation", "2021-05-31"),
        ("commitment", "2021-08"),
        ("payment", "2021-08-31"),
    ]
    assert events(coming(office)) == [
        ("payment", "2021"),  # some time this year, and the year is not over
        ("commitment", "2021-09"),
        ("payment", "2021-09-01"),
        ("evaluation", "2021-09-03"),
        ("payment", "2021-10"),
        ("end", "2021-11-30"),
    ]
    lines = {line.kind: line for line in coming(office).lines}
    assert lines["payment"].amount_ore == 300
    assert lines["commitment"].what == "Kultur 1740: Festival"


@pytest.fixture
def postgresql_url(postgresql_server: Any, postgresql_template: str) -> str:
    postgresql_server.psql(f"CREATE DATABASE overviews TEMPLATE {postgresql_template}")
    return str(postgresql_server.get_uri("overviews"))


@pytest.mark.parametrize(
    ("months", "kinds"),
    [
        (1, {"payment", "evaluation", "commitment"}),
        (3, {"payment", "evaluation", "commitment", "end"}),
    ],
)
def test_the_months_ahead_are_counted_from_today(office, months, kinds):
    registered(office, **BUSY)
    assert {line.kind for line in coming(office, months).lines} == kinds


@pytest.mark.parametrize("months", [0, -1, 25, 10**9])
def test_so_many_months_are_refused(office, months):
    with pytest.raises(Invalid) as error:
        coming(office, months)
    assert (error.value.key, error.value.facts) == ("invalid.months_ahead", {"most": 24})


@pytest.mark.parametrize(
    "said", [{"status": "ended"}, {"status": "preparing"}, {"ends_on": "2021-08"}]
)
def test_what_is_not_in_force_is_neither_coming_nor_late(office, said):
    registered(office, **{**BUSY, **said})
    assert events(late(office)) == []
    assert events(coming(office)) == []


def test_evaluations_from_before_the_register_are_not_late(office):
    registered(office, starts_on="2019-03-04")
    assert events(late(office)) == []


def test_a_list_that_is_cut_says_so_and_one_that_is_just_full_does_not(office):
    payments = [{"planned_on": "2021-01", "amount_ore": place} for place in range(storage.ROWS)]
    registered(office, starts_on="2021-01-01", payments=payments)
    full = late(office)
    assert (len(full.lines), full.cut) == (storage.ROWS, False)
    more = [{"planned_on": "2021-01", "amount_ore": 1}]
    registered(office, number="IOP-2", starts_on="2021-01-01", payments=more)
    cut = late(office)
    assert (len(cut.lines), cut.cut) == (storage.ROWS, True)


# -- to whom, at what cost


def test_one_sees_only_what_one_may_read(sqlite_url, make_office: Callable[..., Office]):
    office = make_office(sqlite_url, FOLJSAM_MEMBERS_MAY_READ="no")
    registered(office, number="K", board=KULTUR, **BUSY)
    registered(office, number="S", board=SOCIAL, **{**BUSY, "coordinator": None})
    with office.database.writing() as session:
        a_role(session, BJORN, "reader", SOCIAL)
    for who, number in ((ANNA, "K"), (BJORN, "S")):
        assert {line.number for line in listed(office, who=who).lines} == {number}
        assert listed(office, "kultur", who).total == 1
        assert {line.number for line in coming(office, who=who).lines} == {number}
        assert {line.number for line in late(office, who).lines} == {number}
    assert listed(office, who="U_DAVID").total == 0
    assert events(late(office, "U_DAVID")) == []


def test_a_guest_is_shown_no_list(office):
    for question in (listed, coming, late):
        with pytest.raises(NotAllowed):
            question(office, who=GRETA)


def test_each_list_is_one_or_two_statements_however_many_there_are(office):
    for place in range(12):
        registered(office, number=f"N{place}", **BUSY)
    listed(office, "avtal")
    for question, most in ((listed, 2), (coming, 1), (late, 1)):
        with counted(office.database) as statements:
            question(office)
        assert 1 < len(statements) <= most + 1, statements  # one more for the rights
