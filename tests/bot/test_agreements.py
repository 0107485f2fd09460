"""A status tells what is known of a partnership, and names what is not.

The agreements are those of the source stories, with their real gaps, on 1 September 2021.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import NoneType
from typing import Any

import pytest

from bot.agreements import AgreementStatus, Standing, status, status_numbered, wanted
from bot.contacts import contacts
from bot.errors import NotAllowed
from bot.funding import ledger
from bot.office import Office
from bot.phones import as_written
from storage import agreements as storage
from storage.models import Decision, PartyRole, Payment, Role
from storage.types import PartialDate
from tests.register import ANNA, BJORN, GRETA, a_role, an_actor, change, counted, registered

KULTUR_1740: dict[str, Any] = {
    "name": "Kultur 1740",
    "number": "IOP-1",
    "signed_on": "2020-10-29",
    "term_months": 36,
    "grants": [(None, 2_100_000_00)],
    "commitments": [
        {"of": "Tranemo kommun", "promise": "Utveckla Glasets hus"},
        {"of": "Kultur 1740", "promise": "Kulturfestival", "due_on": "2021", "recurs": "yearly"},
        {"of": "Kultur 1740", "promise": "Redovisning", "due_on": "2021-06-30"},
        {"of": "Kultur 1740", "promise": "Klart", "due_on": "2021", "done_on": "2021-05-02"},
    ],
}
KONSTKOLLEKTIVET: dict[str, Any] = {
    "name": "Konstkollektivet",
    "number": "M-2019",
    "public": "Mölndals stad",
    "board": "Kultur- och fritidsnämnden",
    "decided_by": "Kultur- och fritidsnämnden",
    "starts_on": "2019",
    "ends_on": "2021-12-31",
    "contacts": [
        {
            "of": "Mölndals stad",
            "name": "Åsa Tollbom",
            "title": "Enhetschef konst och kultur",
            "email": "asa.tollbom@molndal.se",
            "phone": "031-315 16 28",
        }
    ],
}
VARMLAND: dict[str, Any] = {
    "name": "Nätverket Värmlands Idéburna",
    "number": "RV-2021",
    "public": "Region Värmland",
    "board": "Kultur- och bildningsnämnden",
    "signed_on": "2021-04",
    "starts_on": "2021-06-01",
    "evaluations_per_year": 0,
    "grants": [(2021, 380_000_00), (2022, 650_000_00), (2023, None)],
    "members": ("Röda Korset", "Verdandi"),
    "contacts": [
        {
            "of": "Region Värmland",
            "name": "Elisabeth Kihlström",
            "email": "elisabeth.kihlström@regionvarmland.se",
            "phone": "070-550 56 65",
        },
        {
            "of": "Nätverket Värmlands Idéburna",
            "name": "Lena Olsson",
            "email": "lena.j.olsson@svenskakyrkan.se",
            "phone": "070-892 44 90",
            "confirmed_on": "2021-04",
        },
    ],
}
GRANNSTOD: dict[str, Any] = {
    "name": "Grannstöd Huddinge",
    "number": "H-2",
    "public": "Huddinge kommun",
    "decided_by": "Kommunstyrelsen",
}
BROTTSOFFERJOUREN: dict[str, Any] = {
    "name": "Brottsofferjouren",
    "number": "H-1",
    "public": "Huddinge kommun",
    "coordinator": None,
}
STORIES = [KULTUR_1740, KONSTKOLLEKTIVET, VARMLAND, GRANNSTOD, BROTTSOFFERJOUREN]


def status_of(office: Office, agreement_id: int, who: str = BJORN) -> AgreementStatus:
    with office.database.reading() as connection:
        return status(office, connection, an_actor(connection, office, who), agreement_id)


def told(office: Office, story: dict[str, Any], who: str = BJORN) -> AgreementStatus:
    return status_of(office, registered(office, **story), who)


@pytest.mark.parametrize(
    ("story", "standing", "missing"),
    [
        (KULTUR_1740, "in_force", "start end registry_number decision board"),
        (KONSTKOLLEKTIVET, "in_force", "registry_number funding"),
        (VARMLAND, "in_force", "end registry_number decision funding"),
        (GRANNSTOD, "unknown", "start end registry_number board funding"),
        (
            BROTTSOFFERJOUREN,
            "unknown",
            "start end registry_number decision board coordinator funding",
        ),
    ],
    ids=[story["number"] for story in STORIES],
)
def test_a_source_partnership_is_told_with_its_gaps(office, story, standing, missing):
    found = told(office, story)
    assert found.standing == standing
    assert found.missing == tuple(missing.split())
    assert (found.name, found.number) == (story["name"], story["number"])


def test_tranemos_money_is_whole_and_its_end_is_an_estimate(sqlite_office):
    found = told(sqlite_office, KULTUR_1740)
    assert found.anchor is not None
    assert (found.anchor.day, found.anchor.source) == (date(2020, 10, 29), "signed")
    assert (found.end.day, found.end.kind) == (date(2023, 10, 29), "estimated")
    assert found.days_left == 788
    assert found.figures.decided.ore == 2_100_000_00
    assert found.figures.remaining_ore == 2_100_000_00
    assert found.evaluations_per_year == 2
    assert found.next_evaluation is not None
    assert found.next_evaluation.due_on == date(2021, 10, 29)
    assert found.evaluations_before_register == 1  # April 2021: nobody asked, nobody is late
    assert found.last_evaluation is None
    assert (found.commitments_open, found.commitments_late) == (3, 1)  # a year is not over yet


def test_molndal_is_four_months_from_its_end(sqlite_office):
    found = told(sqlite_office, KONSTKOLLEKTIVET)
    assert found.days_left == 121
    assert found.figures.has_grants is False
    assert found.figures.remaining_ore is None
    assert found.next_evaluation is not None
    assert found.next_evaluation.due_on == date(2021, 12, 30)  # the end is New Year's Eve
    assert found.next_evaluation.agreed_on == date(2022, 1, 1)
    assert found.next_evaluation.moved is not None


def test_varmland_has_no_evaluations_agreed_and_its_third_year_is_unknown(sqlite_office):
    found = told(sqlite_office, VARMLAND)
    assert found.evaluations_per_year == 0
    assert found.next_evaluation is None
    assert (found.end.kind, found.days_left) == ("unknown", None)
    assert found.signed_on == PartialDate(2021, 4)
    assert found.figures.decided.ore == 1_030_000_00
    assert found.figures.decided.unknown == 1
    parties = [(party.organisation, party.is_member) for party in found.parties]
    assert parties == [
        ("Region Värmland", False),
        ("Nätverket Värmlands Idéburna", False),
        ("Röda Korset", True),
        ("Verdandi", True),
    ]


@pytest.mark.parametrize("story", [GRANNSTOD, BROTTSOFFERJOUREN])
def test_huddinges_can_be_asked_of_though_nearly_nothing_is_known(sqlite_office, story):
    found = told(sqlite_office, story)
    assert found.next_evaluation is None
    assert found.anchor is None
    assert found.figures.remaining_ore is None
    assert not found.figures.is_without_money, "unknown is not zero"
    assert [party.role for party in found.parties] == [PartyRole.public, PartyRole.civil]


def test_both_addresses_of_varmland_are_shown_as_they_were_given(office):
    agreement_id = registered(office, **VARMLAND)
    with office.database.reading() as connection:
        parties = contacts(connection, agreement_id)
    assert [party.organisation for party in parties] == [
        "Region Värmland",
        "Nätverket Värmlands Idéburna",  # members without a contact are left out
    ]
    first, second = (party.contacts[0] for party in parties)
    assert first.email == "elisabeth.kihlström@regionvarmland.se"
    assert second.email == "lena.j.olsson@svenskakyrkan.se"
    assert (first.confirmed_on, second.confirmed_on) == (None, PartialDate(2021, 4))


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("070-892 44 90", "070-892 44 90"),
        ("0708924490", "070-892 44 90"),
        ("+46 70 892 44 90", "070-892 44 90"),
        ("031-315 16 28", "031-315 16 28"),
        ("+47 22 00 25 00", "+47 22 00 25 00"),
        ("växeln", "växeln"),
        ("08", "08"),
        ("070-892 44 90 anknytning 12", "070-892 44 90 anknytning 12"),
        ("", ""),
        ("112 112 112 112 112 112", "112 112 112 112 112 112"),
    ],
)
def test_a_telephone_number_is_written_as_swedes_do_if_it_can_be_read(given, written):
    assert as_written(given) == written


# -- how it stands


@pytest.mark.parametrize(
    ("said", "standing", "days_left"),
    [
        ({"starts_on": "2021-09-01"}, "in_force", None),
        ({"starts_on": "2021-09-02"}, "not_begun", None),
        ({"starts_on": "2020", "ends_on": "2021-09-01"}, "in_force", 0),
        ({"starts_on": "2020", "ends_on": "2021-08-31"}, "ended", -1),
        ({"starts_on": "2020", "ends_on": "2021"}, "in_force", 121),
        ({"starts_on": "2020", "ends_on": "2021-09"}, "in_force", 29),
        ({"decided_on": "2020-05-04", "open_ended": True}, "in_force", None),
        ({"starts_on": "2018-01-01", "term_months": 36}, "ended", -243),
        ({"ends_on": "2020-12-31"}, "ended", -244),  # whenever it began, it is over
        ({"ends_on": "2022-12-31"}, "unknown", 486),
        ({"term_months": 24}, "unknown", None),
        ({}, "unknown", None),
        ({"status": "in_force", "ends_on": "2020"}, "in_force", -244),  # a person has said so
        ({"status": "ended", "starts_on": "2021-01-01"}, "ended", None),
        ({"status": "preparing", "starts_on": "2021-01-01"}, "preparing", None),
    ],
)
def test_it_stands_as_was_said_else_as_the_dates_say(sqlite_office, said, standing, days_left):
    found = told(sqlite_office, said)
    assert (found.standing, found.days_left) == (Standing(standing), days_left)


def test_the_last_day_for_notice_is_told(sqlite_office):
    found = told(sqlite_office, {"starts_on": "2020", "ends_on": "2021-12-31", "notice_months": 3})
    assert (found.notice_months, found.notice_on) == (3, date(2021, 9, 30))


def test_the_next_evaluation_is_the_first_that_was_not_held(sqlite_office):
    agreement_id = registered(
        sqlite_office,
        starts_on="2021-01-01",
        evaluations=[
            {"due": "2021-03-31", "number": 1, "held_on": "2021-04-07", "outcome": "Bra"},
            {"due": "2021-08-20", "number": 2},
        ],
    )
    found = status_of(sqlite_office, agreement_id)
    assert found.next_evaluation is not None
    assert (found.next_evaluation.due_on, found.next_evaluation.is_planned) == (
        date(2021, 8, 20),
        False,
    )
    assert found.last_evaluation is not None
    assert (found.last_evaluation.held_on, found.last_evaluation.outcome) == (
        PartialDate(2021, 4, 7),
        "Bra",
    )


# -- to whom


def test_the_button_is_for_who_may_hold_the_evaluation(sqlite_office):
    agreement_id = registered(sqlite_office, board="Kulturnämnden", starts_on="2021-01-01")
    with sqlite_office.database.writing() as session:
        a_role(session, "U_CISSI", Role.admin)
    assert status_of(sqlite_office, agreement_id, ANNA).may_hold_evaluation
    assert status_of(sqlite_office, agreement_id, "U_CISSI").may_hold_evaluation
    assert not status_of(sqlite_office, agreement_id, BJORN).may_hold_evaluation


def test_there_is_no_button_where_there_is_nothing_to_hold(sqlite_office):
    assert not told(sqlite_office, GRANNSTOD, ANNA).may_hold_evaluation


@pytest.mark.parametrize("members_may_read", ["yes", "no"])
@pytest.mark.parametrize("who", [ANNA, BJORN, GRETA])
def test_what_is_not_there_is_refused_to_everybody_alike(
    sqlite_url: str, make_office: Callable[..., Office], members_may_read: str, who: str
):
    office = make_office(sqlite_url, FOLJSAM_MEMBERS_MAY_READ=members_may_read)
    with pytest.raises(NotAllowed):
        status_of(office, 4711, who)


def test_a_stranger_is_refused_alike_whether_it_is_there_or_not(sqlite_url, make_office):
    office = make_office(sqlite_url, FOLJSAM_MEMBERS_MAY_READ="no")
    there = registered(office, **KULTUR_1740)
    said = []
    for agreement_id in (there, 4711):
        with pytest.raises(NotAllowed) as refused:
            status_of(office, agreement_id)
        said.append((refused.value.key, refused.value.facts))
    assert said[0] == said[1]


# -- by the number that was typed


def numbered(office: Office, typed: str) -> AgreementStatus | None:
    with office.database.reading() as connection:
        return status_numbered(office, connection, an_actor(connection, office), typed)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story["name"])
def test_by_its_number_an_agreement_tells_the_same(office, story):
    agreement_id = registered(office, **story)
    registered(office, "Ett annat", number="X-1", payments=[{"amount_ore": 1}])
    typed = story["number"].lower().replace("-", " ")
    assert numbered(office, typed) == status_of(office, agreement_id)


def test_what_is_no_number_or_that_of_two_is_searched_for(office):
    registered(office, number="IOP-1")
    change(office, registered(office, number="IOP-3"), number="IOP 1", number_folded="iop 1")
    for typed in ("IOP-1", "Kultur 1740", "", "IOP-2"):
        assert numbered(office, typed) is None


def test_a_number_that_one_may_not_read_is_no_number(sqlite_url, make_office):
    office = make_office(sqlite_url, FOLJSAM_MEMBERS_MAY_READ="no")
    registered(office, **KULTUR_1740)
    assert numbered(office, "IOP-1") is None
    with office.database.writing() as session:
        a_role(session, BJORN, Role.reader)
    assert numbered(office, "IOP-1") is not None


def test_what_belongs_to_an_agreement_comes_with_it_as_what_it_is(office):
    registered(
        office,
        public='Åmåls "kommun" [1], {2}',
        grants=[(None, 10**12), (2021, None, "preliminary")],
        starts_on="2021-03-04",
        evaluations=[{"due": "2021-05", "number": 1}],
    )
    with office.database.reading() as connection:
        [row] = storage.status_numbered(connection, "iop 1", office.today())
    assert [type(each) for each in row.upcoming[0][:8]] == [
        *(int, int, int, PartialDate, date, NoneType, NoneType, NoneType)
    ]
    assert row.upcoming[0].typed is True
    assert (row.latest, str(row.upcoming[0].due)) == ([], "2021-05")
    assert sorted((each.year or 0, each.amount_ore, each.decision) for each in row.grants) == [
        (0, 10**12, Decision.decided),
        (2021, None, Decision.preliminary),
    ]
    first = min(row.parties)
    assert (first.organisation, first.role) == ('Åmåls "kommun" [1], {2}', PartyRole.public)
    assert (first.coordinating, first.is_member) == (False, False)


# -- at what cost


@pytest.mark.parametrize("typed", ["IOP-1", "kultur 1740", "kultur"])
def test_a_status_answer_takes_at_most_five_statements_however_much_money_there_is(office, typed):
    def answer(paid: int) -> list[str]:
        with (
            counted(office.database) as statements,
            office.database.reading() as connection,
        ):
            actor = an_actor(connection, office)
            found = status_numbered(office, connection, actor, typed)
            if found is None:
                meant = wanted(office, connection, actor, text=typed, channel_id=None).found.only
                assert meant is not None
                found = status(office, connection, actor, meant.id)
            assert found.next_evaluation is not None
            assert found.next_evaluation.moved is not None  # so that the calendar is asked too
            assert found.figures.paid_ore == paid
        return statements

    one = {"amount_ore": 100, "paid_on": "2021-02-01"}
    registered(office, starts_on="2021-03-04", ends_on="2023", payments=[one], civil="Föreningen")
    answer(100)  # the kept list of names is read once
    few = answer(100)
    with office.database.writing() as session:
        for ore in range(300):
            session.add(Payment(agreement_id=1, amount_ore=ore, paid_on=PartialDate(2021, 3)))
    assert answer(100 + sum(range(300))) == few
    assert len(few) == (3 if typed == "IOP-1" else 5), few


def test_the_rows_behind_the_money_are_two_statements(office):
    agreement_id = registered(office, **VARMLAND)
    with counted(office.database) as statements, office.database.reading() as connection:
        assert len(ledger(connection, agreement_id).grants) == 3
    assert len(statements) == 2
