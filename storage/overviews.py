"""Questions across the register: what is coming and what is late, each in one statement.

Days known in part are compared as text at their own precision, by the last day they can mean.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from storage.agreements import in_force, passed
from storage.rows import Rows
from storage.tables import agreement, commitment, evaluation, party, payment
from storage.visibility import Scope

ROWS = 200
"""So many rows are shown; each question gives one more where there is more."""


def _kind(
    kind: str,
    when: ColumnElement[Any],
    source: FromClause,
    conditions: list[ColumnElement[bool]],
    *,
    what: ColumnElement[Any] | None = None,
    amount: ColumnElement[Any] | None = None,
    subject: ColumnElement[Any] | None = None,
) -> Select[Any]:
    return (
        select(
            literal(kind).label("kind"),
            cast(when, String).label("when"),
            agreement.c.id.label("agreement_id"),
            agreement.c.number,
            agreement.c.name,
            agreement.c.name_ordered,
            (cast(null(), String) if what is None else what).label("what"),
            (literal(0) if amount is None else amount).label("amount_ore"),
            (literal(0) if subject is None else subject).label("subject_id"),
        )
        .select_from(source)
        .where(*conditions)
    )


def _of_agreement(table: FromClause) -> FromClause:
    return agreement.join(table, table.c.agreement_id == agreement.c.id)


def _evaluations(scope: Scope, conditions: list[ColumnElement[bool]]) -> Select[Any]:
    open_ = (evaluation.c.held_on.is_(None), evaluation.c.before_register.is_(False))
    return _kind(
        "evaluation",
        evaluation.c.due,
        _of_agreement(evaluation),
        [*open_, *conditions, scope.clause()],
        subject=evaluation.c.id,
    )


def _payments(scope: Scope, conditions: list[ColumnElement[bool]]) -> Select[Any]:
    unpaid = (payment.c.paid_on.is_(None), payment.c.planned_on.is_not(None))
    return _kind(
        "payment",
        payment.c.planned_on,
        _of_agreement(payment),
        [*unpaid, *conditions, scope.clause()],
        amount=payment.c.amount_ore,
    )


def _commitments(scope: Scope, conditions: list[ColumnElement[bool]]) -> Select[Any]:
    owed = (commitment.c.done_on.is_(None), commitment.c.due_on.is_not(None))
    return _kind(
        "commitment",
        commitment.c.due_on,
        _of_agreement(commitment).join(party, party.c.id == commitment.c.party_id),
        [*owed, *conditions, scope.clause()],
        what=party.c.organisation + ": " + commitment.c.promise,
    )


def _ends(scope: Scope, conditions: list[ColumnElement[bool]]) -> Select[Any]:
    estimated = case((agreement.c.ends_on.is_(None), "estimated"), else_=null())
    return _kind(
        "end", agreement.c.runs_until, agreement, [*conditions, scope.clause()], what=estimated
    )


def coming(connection: Connection, scope: Scope, today: date, until: date) -> Rows:
    """Give what falls due from today until a day, of agreements that are in force, by day."""
    running = in_force(today)
    text, end = today.isoformat(), until.isoformat()

    def within(column: ColumnElement[Any]) -> list[ColumnElement[bool]]:
        day = cast(column, String)
        upper = func.substr(end, 1, func.length(day)) >= day
        return [running, and_(~passed(column, literal(text)), upper)]

    parts = (
        _evaluations(scope, [running, evaluation.c.due_on.between(today, until)]),
        _ends(scope, [running, agreement.c.runs_until.between(today, until)]),
        _payments(scope, within(payment.c.planned_on)),
        _commitments(scope, within(commitment.c.due_on)),
    )
    return connection.execute(_by_day(parts)).all()


def late(connection: Connection, scope: Scope, today: date) -> Rows:
    """Give what should have been done before today, of agreements that are in force, by day."""
    running, text = in_force(today), literal(today.isoformat())
    parts = (
        _evaluations(scope, [running, evaluation.c.due_on < today]),
        _payments(scope, [running, passed(payment.c.planned_on, text)]),
        _commitments(scope, [running, passed(commitment.c.due_on, text)]),
    )
    return connection.execute(_by_day(parts)).all()


def _by_day(parts: tuple[Select[Any], ...]) -> Select[Any]:
    every = union_all(*parts).subquery()
    return select(every).order_by(every.c.when, every.c.name_ordered, every.c.kind).limit(ROWS + 1)
