"""Questions about agreements: finding one, its status in one statement, its parties."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    String,
    Table,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
)
from sqlmodel import Session

from storage.questions import Question
from storage.rows import AnyRow, Rows
from storage.tables import agreement, commitment, evaluation, grant, installation, member, party
from storage.tables import payment as payment_table
from storage.visibility import Scope
from storage.within import row_within, rows_within

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
        select(*_brief)
        .where(agreement.c.channel_id == channel_id)
        .order_by(agreement.c.name_ordered, agreement.c.id)
    ).all()


def of_person(connection: Connection, person: str) -> Rows:
    """Give the agreements that a person coordinates or deputises for."""
    return connection.execute(
        select(*_brief).where(mine(person)).order_by(agreement.c.name_ordered, agreement.c.id)
    ).all()


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


_T = TypeVar("_T")


def _alone(what: ColumnElement[_T], *conditions: ColumnElement[bool]) -> ScalarSelect[_T]:
    return select(what).where(*conditions).scalar_subquery()


def _paid(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    of_this = payment_table.c.agreement_id == agreement.c.id
    return _alone(func.sum(payment_table.c.amount_ore), of_this, *conditions)


def passed(column: ColumnElement[Any], today: ColumnElement[str]) -> ColumnElement[bool]:
    """Say whether the last day that a partial date can mean lies before today (ISO text)."""
    text = cast(column, String)
    return func.substr(today, 1, func.length(text)) > text


def _promised(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    of_this = commitment.c.agreement_id == agreement.c.id
    return _alone(func.count(), of_this, commitment.c.done_on.is_(None), *conditions)


def _of(matter: Table, *names: str) -> Select[Any]:
    """Ask for columns of what belongs to the agreement."""
    columns = (matter.c[name] for name in names)
    return select(*columns).where(matter.c.agreement_id == agreement.c.id)


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
_OF_PARTY = ("id", "organisation", "role", "coordinating", "joined_on", "left_on")


def _parties() -> Select[Any]:
    """Ask for the parties; in their own order members come last, and else who was registered."""
    is_member = party.c.umbrella_id.is_not(None).label("is_member")
    columns = (party.c[name] for name in _OF_PARTY)
    return select(is_member, *columns).where(party.c.agreement_id == agreement.c.id)


def _status(which: ColumnElement[bool]) -> Question:
    evaluations = _of(evaluation, *_OF_EVALUATION)
    is_held, is_before = evaluation.c.held_on.is_not(None), evaluation.c.before_register
    upcoming = evaluations.where(~is_held, ~is_before).order_by(
        evaluation.c.due_on, evaluation.c.id
    )
    latest = evaluations.where(is_held).order_by(
        evaluation.c.held_on.desc(), evaluation.c.due_on.desc()
    )
    of_this = evaluation.c.agreement_id == agreement.c.id
    is_paid = payment_table.c.paid_on.is_not(None)
    is_late = passed(commitment.c.due_on, bindparam("today_text", type_=String))
    return Question(
        select(
            *(agreement.c[name] for name in _OF_AGREEMENT),
            rows_within(_of(grant, "decision", "year", "amount_ore")).label("grants"),
            _paid(is_paid).label("paid"),
            _paid(~is_paid).label("planned"),
            _promised().label("commitments_open"),
            _promised(is_late).label("commitments_late"),
            _alone(func.count(), of_this, ~is_held, is_before).label("evaluations_before_register"),
            row_within(upcoming).label("upcoming"),
            row_within(latest).label("latest"),
            rows_within(_parties()).label("parties"),
        ).where(which)
    )


_STATUS = _status(agreement.c.id == bindparam("agreement"))
_STATUS_NUMBERED = _status(agreement.c.number_folded == bindparam("folded"))


def status(connection: Connection, agreement_id: int, today: date) -> AnyRow | None:
    """Give everything that a status answer tells of in one row."""
    rows = _STATUS.ask(connection, agreement=agreement_id, today_text=today.isoformat())
    return rows[0] if rows else None


def status_numbered(connection: Connection, folded: str, today: date) -> Rows:
    """Give the same of every agreement whose number is this, folded."""
    return _STATUS_NUMBERED.ask(connection, folded=folded, today_text=today.isoformat())


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
        .order_by(agreement.c.name_ordered, agreement.c.id)
        .offset(offset)
        .limit(limit)
    ).all()
    return total, rows
