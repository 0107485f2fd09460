"""Roles: giving, taking, the last administrator, and the log of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from bot import members
from bot.errors import Invalid, NotFound
from bot.members import Membership
from bot.office import Office


def give(office: Office, slack_id: str, role: str = "reader", board: str = "") -> bool:
    with office.database.writing() as session:
        return members.grant(
            session, office, actor="terminal", slack_id=slack_id, role=role, board=board
        )


def take(office: Office, slack_id: str) -> list[Membership]:
    with office.database.writing() as session:
        return members.revoke(session, office, actor="terminal", slack_id=slack_id)


def held(office: Office) -> set[tuple[str, str, str]]:
    with office.database.writing() as session:
        listed = members.list_members(session, office)
    return {(each.slack_id, each.role.value, each.board) for each in listed}


def log(office: Office) -> list[Any]:
    asked = "SELECT action, actor, subject FROM audit_entry WHERE action LIKE 'member%' ORDER BY id"
    with office.database.reading() as connection:
        return [tuple(row) for row in connection.execute(text(asked))]


def test_a_role_is_given_for_the_whole_register_or_one_board(office: Office) -> None:
    assert give(office, "UANNA", "coordinator") is True
    assert give(office, "UANNA", "reader", "Socialnämnden") is True
    assert held(office) == {("UANNA", "coordinator", ""), ("UANNA", "reader", "Socialnämnden")}


@pytest.mark.parametrize(
    ("role", "board"), [("reader", "Socialnämnden"), ("READER", " socialnamnden ")]
)
def test_giving_it_twice_is_no_error_and_no_second_row(
    office: Office, role: str, board: str
) -> None:
    give(office, "UANNA", "reader", "Socialnämnden")
    assert give(office, "UANNA", role, board) is False
    assert len(held(office)) == 1
    assert len(log(office)) == 1


@pytest.mark.parametrize("typed", ["UANNA", " UANNA ", "<@UANNA>", "<@UANNA|anna>"])
def test_an_id_may_be_pasted_as_slack_writes_it(sqlite_office: Office, typed: str) -> None:
    give(sqlite_office, typed)
    assert held(sqlite_office) == {("UANNA", "reader", "")}


@pytest.mark.parametrize(
    "typed", ["", "anna", "@anna", "C012ABC", "u012abc", "U", "U012-ABC", "UÅSA", "U" + "A" * 60]
)
def test_what_is_no_slack_id_is_refused(sqlite_office: Office, typed: str) -> None:
    with pytest.raises(Invalid, match="bad_id"):
        give(sqlite_office, typed)
    assert held(sqlite_office) == set()


def test_what_is_no_role_and_an_endless_board_are_refused(sqlite_office: Office) -> None:
    with pytest.raises(Invalid, match="bad_role"):
        give(sqlite_office, "UANNA", "owner")
    with pytest.raises(Invalid, match="long_board"):
        give(sqlite_office, "UANNA", "reader", "N" * 201)


def test_taking_removes_every_role_of_that_person_only(office: Office) -> None:
    for who, role in (("UANNA", "reader"), ("UANNA", "coordinator"), ("UBJORN", "reader")):
        give(office, who, role)
    assert {each.role.value for each in take(office, "UANNA")} == {"reader", "coordinator"}
    assert held(office) == {("UBJORN", "reader", "")}


def test_taking_from_somebody_without_a_role_says_so(sqlite_office: Office) -> None:
    with pytest.raises(NotFound, match="holds_none"):
        take(sqlite_office, "UOTTO")


def test_the_last_administrator_stays(office: Office) -> None:
    give(office, "UCISSI", "admin")
    give(office, "UANNA", "admin", "Socialnämnden")  # of one nämnd only: does not count
    with pytest.raises(Invalid, match="last_admin"):
        take(office, "UCISSI")
    assert ("UCISSI", "admin", "") in held(office)
    give(office, "UBJORN", "admin")
    take(office, "UCISSI")
    with pytest.raises(Invalid, match="last_admin"):
        take(office, "UBJORN")


def test_administrators_of_the_settings_count(
    sqlite_url: str, make_office: Callable[..., Office]
) -> None:
    office = make_office(sqlite_url, FOLJSAM_ADMINS="UCISSI")
    give(office, "UANNA", "admin")
    assert held(office) == {("UCISSI", "admin", ""), ("UANNA", "admin", "")}
    take(office, "UANNA")
    with pytest.raises(Invalid, match="by_setting"):
        take(office, "UCISSI")


def test_each_act_is_in_the_log_with_what_was_before_and_after(office: Office) -> None:
    give(office, "UANNA", "coordinator")
    take(office, "UANNA")
    assert log(office) == [
        ("member_granted", "terminal", "member:UANNA"),
        ("member_revoked", "terminal", "member:UANNA"),
    ]


def test_a_refused_act_leaves_no_trace(sqlite_office: Office) -> None:
    give(sqlite_office, "UCISSI", "admin")
    with pytest.raises(Invalid):
        take(sqlite_office, "UCISSI")
    assert len(log(sqlite_office)) == 1
