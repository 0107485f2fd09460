"""Contacts are kept until a decision says how long, and nobody is taken out unseen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from bot import audit, log, retention
from bot.errors import Conflict, Invalid
from bot.office import Office
from bot.people import NOBODY
from storage import tables
from tests.register import change, registered

DECISION = "KS 2026-11-02 § 14"
KIM: dict[str, Any] = {"of": "Kultur 1740", "name": "Kim Exempel", "email": "kim@example.org"}


@pytest.fixture
def office(database_url: str, make_office: Callable[..., Office]) -> Office:
    """An office on 1 September 2021 that keeps contacts for twelve months after the end."""
    named = {"FOLJSAM_CONTACTS_MONTHS": "12", "FOLJSAM_CONTACTS_DECISION": DECISION}
    return make_office(database_url, **named)


def up(office: Office) -> tuple[retention.Expired, ...]:
    with office.database.reading() as connection:
        return retention.expired(office, connection)


def retired(office: Office, seen: tuple[retention.Expired, ...]) -> None:
    with office.database.writing() as session:
        retention.retire(session, office, actor=audit.TERMINAL, seen=seen)


def names(office: Office) -> list[str]:
    with office.database.reading() as connection:
        asked = select(tables.contact.c.name).order_by(tables.contact.c.id)
        return list(connection.execute(asked).scalars())


@pytest.mark.parametrize(
    ("said", "is_up"),
    [
        ({"starts_on": "2018-01-01", "ends_on": "2020-08-31"}, True),
        ({"starts_on": "2018-01-01", "ends_on": "2020-09-01"}, False),
        ({"starts_on": "2018-01-01", "ends_on": "2019"}, True),
        ({"starts_on": "2018-01-01", "ends_on": "2020"}, False),
        ({"starts_on": "2018-01-01", "ends_on": "2020-08-31", "status": "ended"}, True),
        ({"starts_on": "2018-01-01", "ends_on": "2020-08-31", "status": "in_force"}, False),
        ({"starts_on": "2018-01-01", "ends_on": "2020-08-31", "status": "preparing"}, False),
        ({"starts_on": "2017-01-01", "term_months": 12}, False),
        ({"starts_on": "2017-01-01", "term_months": 12, "status": "ended"}, True),
        ({"starts_on": "2018-01-01", "open_ended": True}, False),
        ({"status": "ended"}, False),
        ({}, False),
    ],
)
def test_time_is_up_only_where_the_end_is_known(office, said, is_up):
    registered(office, contacts=[KIM], **said)
    assert [each.name for each in up(office)] == (["Kim Exempel"] if is_up else [])


def test_without_a_decision_nothing_is_listed_or_taken_out(sqlite_office):
    registered(sqlite_office, contacts=[KIM], starts_on="2010-01-01", ends_on="2011-01-01")
    with pytest.raises(Invalid) as refused:
        up(sqlite_office)
    assert refused.value.key == "people.no_retention"
    assert names(sqlite_office) == ["Kim Exempel"]


def test_those_of_ended_agreements_are_taken_out_and_the_log_names_the_decision(office):
    registered(office, contacts=[KIM], starts_on="2018-01-01", ends_on="2019-12-31")
    registered(office, number="IOP-2", contacts=[KIM], starts_on="2021-01-01", ends_on="2023-12-31")
    seen = up(office)
    retired(office, seen)
    assert names(office) == [NOBODY, "Kim Exempel"]
    assert up(office) == ()
    with office.database.reading() as connection:
        entry = list(log.every(connection))[-1]
    assert (entry.action, entry.number) == ("contacts_retired", "IOP-1")
    assert {each.field: each.after for each in entry.changes} == {
        "contacts_erased": 1, "permitted_by": DECISION
    }  # fmt: skip
    assert "Kim" not in str(entry)


def test_a_list_that_is_no_longer_true_is_not_acted_on(office):
    found = registered(office, contacts=[KIM], starts_on="2018-01-01", ends_on="2019-12-31")
    seen = up(office)
    change(office, found, ends_on="2023-12-31")
    with pytest.raises(Conflict):
        retired(office, seen)
    assert names(office) == ["Kim Exempel"]
