"""Questions about agreements: finding one, its status in one statement, its parties."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
)
from sqlmodel import Session

from storage.models import Decision
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


_ZERO, _ONE = literal_column("0", Integer), literal_column("1", Integer)
# Written into the statement: as values each would be bound anew for every question.


def _sum(amount: ColumnElement[int], *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((and_(*conditions), amount), else_=_ZERO)), _ZERO)


def _count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((and_(*conditions), _ONE), else_=_ZERO)), _ZERO)


def _granted() -> Subquery:
    """Sum what is granted; a row for the whole term and rows per year stand apart."""
    columns: list[ColumnElement[Any]] = [func.count().label("grants")]
    for decision in Decision:
        is_such = grant.c.decision == literal_column(f"'{decision.value}'")
        for part, of_part in (
            ("term", grant.c.year.is_(None)),
            ("years", grant.c.year.is_not(None)),
        ):
            known = (is_such, of_part, grant.c.amount_ore.is_not(None))
            unknown = (is_such, of_part, grant.c.amount_ore.is_(None))
            columns += [
                _sum(grant.c.amount_ore, *known).label(f"{decision.value}_{part}"),
                _count(*known).label(f"{decision.value}_{part}_known"),
                _count(*unknown).label(f"{decision.value}_{part}_unknown"),
            ]
    return (
        select(*columns).where(grant.c.agreement_id == bindparam("agreement")).subquery("granted")
    )


def _paid() -> Subquery:
    paid = payment_table.c.paid_on
    amount = payment_table.c.amount_ore
    return (
        select(
            _sum(amount, paid.is_not(None)).label("paid"),
            _sum(amount, paid.is_(None)).label("planned"),
            func.count().label("payments"),
        )
        .where(payment_table.c.agreement_id == bindparam("agreement"))
        .subquery("paid_out")
    )


def passed(column: ColumnElement[Any], today: ColumnElement[str]) -> ColumnElement[bool]:
    """Say whether the last day that a partial date can mean lies before today (ISO text)."""
    text = cast(column, String)
    return func.substr(today, 1, func.length(text)) > text


def _promised() -> Subquery:
    open_ = commitment.c.done_on.is_(None)
    late = passed(commitment.c.due_on, bindparam("today_text", type_=String))
    return (
        select(
            _count(open_).label("commitments_open"),
            _count(open_, commitment.c.due_on.is_not(None), late).label("commitments_late"),
        )
        .where(commitment.c.agreement_id == bindparam("agreement"))
        .subquery("promised")
    )


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
    unheard = (
        select(func.count())
        .select_from(evaluation)
        .where(of_this, evaluation.c.held_on.is_(None), evaluation.c.before_register)
    )
    granted, paid_out, promised = _granted(), _paid(), _promised()
    source = (
        agreement.join(granted, literal_column("1") == 1)
        .join(paid_out, literal_column("1") == 1)
        .join(promised, literal_column("1") == 1)
        .outerjoin(upcoming, upcoming.c.id == first.scalar_subquery())
        .outerjoin(latest, latest.c.id == last.scalar_subquery())
    )
    return (
        select(
            *(agreement.c[name] for name in _OF_AGREEMENT),
            *granted.c,
            *paid_out.c,
            *promised.c,
            unheard.scalar_subquery().label("evaluations_before_register"),
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
