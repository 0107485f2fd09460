"""Questions about what a partner may see: who is one, and what of an agreement is shown to them.

Only columns that may be shown, or that decide whether something may, are read here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, String, bindparam, literal_column, not_, or_, select, update
from sqlmodel import Session

from storage.agreements import passed
from storage.questions import Question
from storage.rows import AnyRow, Rows
from storage.tables import agreement, commitment, contact, evaluation, key_figure, party

_brief = (
    agreement.c.id,
    agreement.c.number,
    agreement.c.name,
    agreement.c.sheltered,
    agreement.c.responsible_board,
    agreement.c.coordinator,
    agreement.c.deputy,
    agreement.c.channel_id,
)


def of_contact(connection: Connection, person: str) -> Sequence[int]:
    """Give the agreements that a person is a registered contact of."""
    asked = select(contact.c.agreement_id).where(contact.c.slack_id == person).distinct()
    return list(connection.execute(asked).scalars())


def in_channel(connection: Connection, channel_id: str) -> Rows:
    """Give the agreements that a channel is linked to, by name."""
    asked = select(*_brief).where(agreement.c.channel_id == channel_id)
    return connection.execute(asked.order_by(agreement.c.name_ordered, agreement.c.id)).all()


def numbered(connection: Connection, ids: Sequence[int]) -> Rows:
    """Give these agreements, by name."""
    asked = select(*_brief).where(agreement.c.id.in_(ids))
    return connection.execute(asked.order_by(agreement.c.name_ordered, agreement.c.id)).all()


_VIEW = Question(
    select(
        *_brief,
        agreement.c.channel_audience,
        agreement.c.funding_visible,
        agreement.c.status,
        agreement.c.starts_on,
        agreement.c.ends_on,
        agreement.c.open_ended,
        agreement.c.term_months,
        agreement.c.notice_months,
        agreement.c.signed_on,
        agreement.c.decided_on,
        agreement.c.evaluations_per_year,
        agreement.c.evaluation_months,
        evaluation.c.id.label("next_id"),
        evaluation.c.due.label("next_due"),
        evaluation.c.due_on.label("next_due_on"),
        evaluation.c.agreed_on.label("next_agreed_on"),
        evaluation.c.booked_on.label("next_booked_on"),
    )
    .select_from(
        agreement.outerjoin(
            evaluation,
            (evaluation.c.agreement_id == agreement.c.id)
            & evaluation.c.held_on.is_(None)
            & not_(evaluation.c.before_register),
        )
    )
    .where(agreement.c.id == bindparam("agreement"))
    .order_by(evaluation.c.due_on, evaluation.c.id)
    .limit(literal_column("1"))
)


def view(connection: Connection, agreement_id: int) -> AnyRow | None:
    """Give one agreement as partners may see it, with its next evaluation."""
    rows = _VIEW.ask(connection, agreement=agreement_id)
    return rows[0] if rows else None


def commitments(connection: Connection, agreement_id: int) -> Rows:
    """Give what each side has promised, side by side, what is open first."""
    asked = (
        select(
            party.c.organisation,
            commitment.c.promise,
            commitment.c.due_on,
            commitment.c.recurs,
            commitment.c.done_on,
        )
        .select_from(commitment.join(party, party.c.id == commitment.c.party_id))
        .where(commitment.c.agreement_id == agreement_id)
        .order_by(
            party.c.umbrella_id.is_not(None),
            party.c.id,
            commitment.c.done_on.is_not(None),
            commitment.c.id,
        )
    )
    return connection.execute(asked).all()


def key_figures(connection: Connection, agreement_id: int) -> Rows:
    """Give the key figures, the newest first."""
    asked = (
        select(
            key_figure.c.name,
            key_figure.c.unit,
            key_figure.c.from_on,
            key_figure.c.to_on,
            key_figure.c.value,
        )
        .where(key_figure.c.agreement_id == agreement_id)
        .order_by(key_figure.c.to_on.desc(), key_figure.c.name, key_figure.c.id)
    )
    return connection.execute(asked).all()


def contacts(connection: Connection, agreement_id: int, today: date) -> Rows:
    """Give the contacts of the parties that are still in it: name, role and work address."""
    has_left = passed(party.c.left_on, bindparam("today_text", today.isoformat(), type_=String))
    asked = (
        select(
            party.c.organisation,
            contact.c.name,
            contact.c.title,
            contact.c.email,
            contact.c.phone,
        )
        .select_from(contact.join(party, party.c.id == contact.c.party_id))
        .where(
            contact.c.agreement_id == agreement_id,
            or_(party.c.left_on.is_(None), not_(has_left)),
        )
        .order_by(party.c.umbrella_id.is_not(None), party.c.id, contact.c.id)
    )
    return connection.execute(asked).all()


def remember_audience(session: Session, agreement_id: int, audience: str) -> None:
    """Note who could read the channel when nobody had noted it before."""
    session.connection().execute(
        update(agreement)
        .where(agreement.c.id == agreement_id, agreement.c.channel_audience.is_(None))
        .values(channel_audience=audience)
    )
