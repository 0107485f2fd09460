"""Questions and changes about evaluations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlmodel import Session

from storage.bulk import add_many
from storage.questions import Question
from storage.rows import AnyRow, Rows
from storage.tables import agreement, closed_period, evaluation


def of_agreements(session: Session, ids: Sequence[int]) -> Rows:
    """Give every evaluation of these agreements."""
    return (
        session.connection()
        .execute(
            select(
                evaluation.c.id,
                evaluation.c.agreement_id,
                evaluation.c.number,
                evaluation.c.label,
                evaluation.c.due_on,
                evaluation.c.typed,
                evaluation.c.before_register,
                evaluation.c.known_at,
                evaluation.c.booked_on,
                evaluation.c.held_on,
            )
            .where(evaluation.c.agreement_id.in_(ids))
            .order_by(evaluation.c.due_on, evaluation.c.id)
        )
        .all()
    )


def terms(session: Session, ids: Sequence[int]) -> Rows:
    """Give what planning needs of these agreements."""
    return session.connection().execute(_TERMS.where(agreement.c.id.in_(ids))).all()


_TERMS = select(
    agreement.c.id,
    agreement.c.uid,
    agreement.c.status,
    agreement.c.starts_on,
    agreement.c.ends_on,
    agreement.c.open_ended,
    agreement.c.term_months,
    agreement.c.signed_on,
    agreement.c.decided_on,
    agreement.c.evaluations_per_year,
    agreement.c.evaluation_months,
    agreement.c.coordinator,
    agreement.c.deputy,
    agreement.c.steps,
    agreement.c.registered_at,
    agreement.c.runs_from,
    agreement.c.runs_until,
)


def every_agreement(session: Session, after: int, limit: int) -> list[int]:
    """Give the ids of agreements, a page at a time, in order."""
    return list(
        session.connection()
        .execute(
            select(agreement.c.id)
            .where(agreement.c.id > after)
            .order_by(agreement.c.id)
            .limit(limit)
        )
        .scalars()
    )


def closed_periods(connection: Connection) -> Rows:
    """Give the days on which nobody works here."""
    return _CLOSED.ask(connection)


_CLOSED = Question(
    select(closed_period.c.from_on, closed_period.c.to_on, closed_period.c.reason).order_by(
        closed_period.c.from_on, closed_period.c.id
    )
)


def add(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Add planned evaluations."""
    add_many(session.connection(), evaluation, rows)


def move(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Give computed evaluations their new days (``row_id`` and the new values)."""
    if rows:
        changed = ("due", "due_on", "agreed_on", "known_at", "before_register")
        session.connection().execute(
            update(evaluation)
            .where(evaluation.c.id == bindparam("row_id"))
            .values({name: bindparam(name) for name in changed}),
            # These and no others: what else a row names would be written too.
            [{name: row[name] for name in ("row_id", *changed)} for row in rows],
        )


def label(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Name evaluations that have no label yet (``row_id``, ``new_label``)."""
    session.connection().execute(
        update(evaluation)
        .where(evaluation.c.id == bindparam("row_id"))
        .values(label=bindparam("new_label")),
        list(rows),
    )


def drop(session: Session, ids: Sequence[int]) -> None:
    """Take away computed evaluations that nobody has said anything about."""
    if ids:
        session.connection().execute(
            delete(evaluation).where(
                evaluation.c.id.in_(ids),
                evaluation.c.typed.is_(False),
                evaluation.c.held_on.is_(None),
                evaluation.c.booked_on.is_(None),
            )
        )


def run(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Keep the days an agreement runs, for lists (``row_id``, ``first``, ``last``)."""
    if rows:
        session.connection().execute(
            update(agreement)
            .where(agreement.c.id == bindparam("row_id"))
            .values(runs_from=bindparam("first"), runs_until=bindparam("last")),
            list(rows),
        )


def one(session: Session, evaluation_id: int) -> AnyRow | None:
    """Give one evaluation with its agreement."""
    return (
        session.connection()
        .execute(
            select(
                evaluation,
                agreement.c.uid,
                agreement.c.number.label("agreement_number"),
                agreement.c.name.label("agreement_name"),
                agreement.c.responsible_board,
                agreement.c.coordinator,
                agreement.c.deputy,
            )
            .select_from(evaluation.join(agreement, agreement.c.id == evaluation.c.agreement_id))
            .where(evaluation.c.id == evaluation_id)
        )
        .one_or_none()
    )


def hold(session: Session, evaluation_id: int, revision: int, values: dict[str, Any]) -> bool:
    """Mark as held if it still is as the person saw it; say whether it was."""
    changed = session.connection().execute(
        update(evaluation)
        .where(evaluation.c.id == evaluation_id, evaluation.c.revision == revision)
        .values(**values, revision=revision + 1)
    )
    return changed.rowcount == 1
