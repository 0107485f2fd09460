"""Questions about agreements: finding one, its status in one statement, its parties."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
)
from sqlmodel import Session

from storage.questions import Question
from storage.rows import AnyRow, Rows
from storage.tables import agreement, commitment, evaluation, grant, installation, member, party
from storage.tables import payment as payment_table
from storage.visibility import Scope

_brief = (
    agreement.c.id,
    agreement.c.number,
    agreement.c.name,
    agreement.c.responsible_board,
    agreement.c.coordinator,
    agreement.c.deputy,
)


def rights(connection: Connection, person: str) -> Rows:
    """Give the person's roles, one row each (at least one), with the register's revision."""
    return _RIGHTS.ask(connection, person=person)


_RIGHTS = Question(
    select(installation.c.register_revision, member.c.role, member.c.board).select_from(
        installation.outerjoin(member, member.c.slack_id == bindparam("person"))
    )
)


def named(connection: Connection, folded: str) -> Rows:
    """Give the agreements whose number or name is exactly this, folded."""
    return _NAMED.ask(connection, folded=folded)


_NAMED = Question(
    select(*_brief, (agreement.c.number_folded == bindparam("folded")).label("by_number")).where(
        or_(
            agreement.c.number_folded == bindparam("folded"),
            agreement.c.name_folded == bindparam("folded"),
        )
    )
)


def in_channel(connection: Connection, channel_id: str) -> Rows:
    """Give the agreements that a channel is linked to."""
    return connection.execute(
        select(*_brief).where(agreement.c.channel_id == channel_id).order_by(agreement.c.name)
    ).all()


def of_person(connection: Connection, person: str) -> Rows:
    """Give the agreements that a person coordinates or deputises for."""
    return connection.execute(select(*_brief).where(mine(person)).order_by(agreement.c.name)).all()


def boards(session: Session) -> Sequence[str]:
    """Give the names of the nämnder that answer for agreements."""
    asked = select(agreement.c.responsible_board).distinct()
    found = session.connection().execute(asked.where(agreement.c.responsible_board.is_not(None)))
    return list(found.scalars())


def names(connection: Connection) -> tuple[Rows, Rows]:
    """Give every agreement's folded number and name, and every party's folded name."""
    agreements = connection.execute(
        select(*_brief, agreement.c.number_folded, agreement.c.name_folded)
    ).all()
    parties = connection.execute(select(party.c.agreement_id, party.c.organisation_folded)).all()
    return agreements, parties


def parties(connection: Connection, agreement_id: int) -> Rows:
    """Give the parties of an agreement in the order they were registered, members last."""
    return _PARTIES.ask(connection, agreement=agreement_id)


_PARTIES = Question(
    select(
        party.c.id,
        party.c.organisation,
        party.c.role,
        party.c.kind,
        party.c.coordinating,
        party.c.joined_on,
        party.c.left_on,
        party.c.umbrella_id,
    )
    .where(party.c.agreement_id == bindparam("agreement"))
    .order_by(party.c.umbrella_id.is_not(None), party.c.id)
)


_T = TypeVar("_T")
_ONE = literal_column("1", Integer)
# Written into the statement: as a value it would be bound anew for every question.


def _alone(what: ColumnElement[_T], *conditions: ColumnElement[bool]) -> ScalarSelect[_T]:
    return select(what).where(*conditions).scalar_subquery()


def _granted() -> ScalarSelect[str]:
    """Give what is granted in one text, ``decision:year:öre`` a row; none of it is anybody's words.

    As columns it would be a dozen sums: what is decided or not, for the term or a year, and how
    much of each is unknown.
    """
    comma, colon, nothing = (literal_column(f"'{sign}'", String) for sign in (",", ":", ""))
    row: ColumnElement[str] = cast(grant.c.decision, String)
    for part in (grant.c.year, grant.c.amount_ore):
        row = row + colon + func.coalesce(cast(part, String), nothing)
    rows: ColumnElement[str] = func.aggregate_strings(row, comma)  # type: ignore[arg-type]  # a bound one would not do
    return _alone(rows, grant.c.agreement_id == bindparam("agreement"))


def _paid(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    of_this = payment_table.c.agreement_id == bindparam("agreement")
    return _alone(func.sum(payment_table.c.amount_ore), of_this, *conditions)


def passed(column: ColumnElement[Any], today: ColumnElement[str]) -> ColumnElement[bool]:
    """Say whether the last day that a partial date can mean lies before today (ISO text)."""
    text = cast(column, String)
    return func.substr(today, 1, func.length(text)) > text


def _promised(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    of_this = commitment.c.agreement_id == bindparam("agreement")
    return _alone(func.count(), of_this, commitment.c.done_on.is_(None), *conditions)


_OF_AGREEMENT = (
    *("id", "number", "name", "registry_number", "purpose", "link", "status"),
    *("decided_on", "decided_by", "responsible_board", "signed_on", "starts_on", "ends_on"),
    *("open_ended", "term_months", "notice_months", "evaluations_per_year", "evaluation_months"),
    *("coordinator", "deputy"),
)
_OF_EVALUATION = (
    *("id", "revision", "number", "due", "due_on", "agreed_on", "booked_on", "held_on"),
    *("outcome", "typed"),
)


def _status() -> Select[Any]:
    of_this = evaluation.c.agreement_id == bindparam("agreement")
    counts = (evaluation.c.held_on.is_(None), ~evaluation.c.before_register)
    upcoming, latest = evaluation.alias("upcoming"), evaluation.alias("latest")
    first = (
        select(evaluation.c.id)
        .where(of_this, *counts)
        .order_by(evaluation.c.due_on, evaluation.c.id)
        .limit(_ONE)
    )
    last = (
        select(evaluation.c.id)
        .where(of_this, evaluation.c.held_on.is_not(None))
        .order_by(evaluation.c.held_on.desc(), evaluation.c.due_on.desc())
        .limit(_ONE)
    )
    unheard = _alone(
        func.count(), of_this, evaluation.c.held_on.is_(None), evaluation.c.before_register
    )
    is_paid = payment_table.c.paid_on.is_not(None)
    is_late = passed(commitment.c.due_on, bindparam("today_text", type_=String))
    source = agreement.outerjoin(upcoming, upcoming.c.id == first.scalar_subquery()).outerjoin(
        latest, latest.c.id == last.scalar_subquery()
    )
    return (
        select(
            *(agreement.c[name] for name in _OF_AGREEMENT),
            _granted().label("granted"),
            _paid(is_paid).label("paid"),
            _paid(~is_paid).label("planned"),
            _promised().label("commitments_open"),
            _promised(is_late).label("commitments_late"),
            unheard.label("evaluations_before_register"),
            *(upcoming.c[name].label(f"next_{name}") for name in _OF_EVALUATION),
            *(latest.c[name].label(f"last_{name}") for name in _OF_EVALUATION),
        )
        .select_from(source)
        .where(agreement.c.id == bindparam("agreement"))
    )


_STATUS = Question(_status())


def status(connection: Connection, agreement_id: int, today: date) -> AnyRow | None:
    """Give everything that a status answer tells of, but the parties, in one row."""
    rows = _STATUS.ask(connection, agreement=agreement_id, today_text=today.isoformat())
    return rows[0] if rows else None


def in_force(today: date) -> ColumnElement[bool]:
    """Say in SQL what ``Term.in_force`` says: the status, else from the anchor to the end."""
    by_dates = and_(
        agreement.c.status.is_(None),
        agreement.c.runs_from <= today,
        or_(agreement.c.runs_until.is_(None), agreement.c.runs_until >= today),
    )
    return or_(agreement.c.status == "in_force", by_dates)


class Choice(enum.StrEnum):
    """Which agreements a list is about, other than by name."""

    in_force = "in_force"
    ended = "ended"
    preparing = "preparing"
    unowned = "unowned"
    mine = "mine"


def mine(person: str) -> ColumnElement[bool]:
    """Say in SQL that a person coordinates an agreement or deputises for it."""
    return or_(agreement.c.coordinator == person, agreement.c.deputy == person)


def _chosen(choice: Choice, today: date, person: str) -> ColumnElement[bool]:
    by_dates = and_(agreement.c.status.is_(None), agreement.c.runs_until < today)
    return {
        Choice.in_force: in_force(today),
        Choice.ended: or_(agreement.c.status == "ended", by_dates),
        Choice.preparing: agreement.c.status == "preparing",
        Choice.unowned: agreement.c.coordinator.is_(None),
        Choice.mine: mine(person),
    }[choice]


def page(
    connection: Connection,
    scope: Scope,
    *,
    ids: Sequence[int] | None,
    choice: Choice | None,
    today: date,
    offset: int,
    limit: int,
) -> tuple[int, Rows]:
    """Give how many agreements there are and one page of them, by name."""
    conditions = [scope.clause()]
    if ids is not None:
        conditions.append(agreement.c.id.in_(ids))
    if choice is not None:
        conditions.append(_chosen(choice, today, scope.person))
    total = connection.execute(
        select(func.count()).select_from(agreement).where(*conditions)
    ).scalar_one()
    rows = connection.execute(
        select(
            *_brief,
            agreement.c.status,
            agreement.c.runs_from,
            agreement.c.runs_until,
            agreement.c.ends_on,
            agreement.c.open_ended,
        )
        .where(*conditions)
        .order_by(agreement.c.name_folded, agreement.c.id)
        .offset(offset)
        .limit(limit)
    ).all()
    return total, rows
