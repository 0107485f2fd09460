"""Messages that are owed: planning them, claiming one, writing what became of it.

Every change of state is one conditional ``UPDATE``; the answer says whether it changed a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlmodel import Session

from storage.inserts import insert_into
from storage.models import OutboxKind, OutboxState
from storage.questions import Question
from storage.rows import AnyRow, Rows
from storage.tables import agreement, evaluation, outbox

_NOT_BEGUN = (OutboxState.planned, OutboxState.held)  # nothing is under way
_UNDER_WAY = (OutboxState.sending, OutboxState.unknown)
_PLANNED, _SENDING, _BUNDLED = OutboxState.planned, OutboxState.sending, OutboxState.bundled
_NOT_WANTED = {"state": OutboxState.cancelled, "reason": "not_wanted"}
_ABOUT_ONE = outbox.c.kind == OutboxKind.evaluation.value
_PLANNED_KINDS = outbox.c.kind.in_([OutboxKind.evaluation.value, OutboxKind.partner.value])
_AT_ANY_HOUR = outbox.c.kind.in_([OutboxKind.alarm.value, OutboxKind.greeting.value])
_original, _digest, _arrived = (outbox.alias(name) for name in ("original", "digest", "arrived"))


def plan(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Make rows that are not there, move planned ones whose day has moved, revive cancelled ones.

    What is unchanged keeps its time of next try: planning every hour must not undo a wait.
    """
    if rows:
        session.connection().execute(_planning(session.get_bind().dialect.name), list(rows))


@cache
def _planning(dialect: str) -> Insert:
    """Make the statement of :func:`plan`, in the words of one kind of database."""
    make = insert_into(outbox, dialect)
    new = make.excluded
    revived = outbox.c.state == OutboxState.cancelled
    moved = and_(outbox.c.state == _PLANNED, outbox.c.due_local != new.due_local)
    changed = ("due_local", "zone", "due_at", "next_at")
    planning: Insert = make.on_conflict_do_update(
        index_elements=[outbox.c.natural_key],
        set_={name: new[name] for name in changed}
        | {
            "state": case((revived, _PLANNED.value), else_=outbox.c.state),
            "reason": case((revived, None), else_=outbox.c.reason),
            "cancel_requested": case((revived, False), else_=outbox.c.cancel_requested),
        },
        where=moved | revived,
    )
    return planning


def not_sent(session: Session, agreement_ids: Sequence[int]) -> Rows:
    """Give what is still to be sent about these agreements, with the key it stands in for."""
    in_place_of = _original.c.natural_key.label("in_place_of")
    return (
        session.connection()
        .execute(
            select(outbox.c.id, outbox.c.natural_key, in_place_of)
            .select_from(outbox.outerjoin(_original, _original.c.id == outbox.c.subject_id))
            .where(
                outbox.c.agreement_id.in_(agreement_ids),
                _PLANNED_KINDS,
                outbox.c.state.in_((*_NOT_BEGUN, *_UNDER_WAY, _BUNDLED)),
            )
        )
        .all()
    )


def told(session: Session, agreement_ids: Sequence[int]) -> Rows:
    """Give every reminder there is about these agreements: key, kind, evaluation, step, state."""
    return (
        session.connection()
        .execute(
            select(
                outbox.c.natural_key,
                outbox.c.kind,
                outbox.c.agreement_id,
                outbox.c.label,
                outbox.c.step,
                outbox.c.state,
            ).where(outbox.c.agreement_id.in_(agreement_ids), _PLANNED_KINDS)
        )
        .all()
    )


def linked_channels(session: Session, agreement_ids: Sequence[int]) -> dict[int, str]:
    """Give the channel that is linked to each of these agreements, where there is one."""
    found = session.connection().execute(
        select(agreement.c.id, agreement.c.channel_id).where(
            agreement.c.id.in_(agreement_ids), agreement.c.channel_id.is_not(None)
        )
    )
    return {row.id: row.channel_id for row in found}


def cancel(session: Session, ids: Sequence[int], reason: str) -> None:
    """Cancel what is not under way, alone or in a digest; what is, is asked for and edited after.

    A digest whose last member goes is never sent: it finds nothing to tell.
    """
    if not ids:
        return
    connection = session.connection()
    waiting = select(_digest.c.id).where(_digest.c.state.in_(_NOT_BEGUN))
    waits = or_(
        outbox.c.state.in_(_NOT_BEGUN),
        and_(outbox.c.state == _BUNDLED, outbox.c.bundled_in.in_(waiting)),
    )
    connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(ids), waits)
        .values(state=OutboxState.cancelled, reason=reason)
    )
    connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(ids), outbox.c.state.in_((*_UNDER_WAY, _BUNDLED)))
        .values(cancel_requested=True)
    )


def want_edits(session: Session, agreement_id: int, label: str) -> None:
    """Ask for the messages about an evaluation to be edited: it is done."""
    session.connection().execute(
        update(outbox)
        .where(
            outbox.c.agreement_id == agreement_id,
            outbox.c.label == label,
            outbox.c.state == OutboxState.sent,
        )
        .values(edit_wanted=True)
    )


def want_alarm_edits(session: Session, row_id: int) -> None:
    """Ask for the alarms about a message to be edited: somebody has decided."""
    session.connection().execute(
        update(outbox)
        .where(
            outbox.c.subject_id == row_id,
            outbox.c.kind == OutboxKind.alarm.value,
            outbox.c.state == OutboxState.sent,
        )
        .values(edit_wanted=True)
    )


def due(connection: Connection, now: datetime, limit: int) -> Rows:
    """Give what is due, the longest due first: id, kind and recipient, not yet owned."""
    return _DUE.ask(connection, now=now, most=limit)


_DUE = Question(
    select(outbox.c.id, outbox.c.kind, outbox.c.recipient)
    .where(
        outbox.c.state == literal_column(f"'{_PLANNED.value}'"),
        outbox.c.next_at <= bindparam("now", type_=outbox.c.next_at.type),
    )
    .order_by(outbox.c.next_at)
    .limit(bindparam("most"))
)


def due_at_any_hour(connection: Connection, now: datetime, limit: int) -> Rows:
    """Give the same of what goes out on any day."""
    return connection.execute(
        select(outbox.c.id, outbox.c.kind, outbox.c.recipient)
        .where(
            outbox.c.state == _PLANNED,
            outbox.c.next_at <= now,
            _AT_ANY_HOUR,
        )
        .order_by(outbox.c.next_at)
        .limit(limit)
    ).all()


def due_to(connection: Connection, recipient: str, now: datetime, limit: int) -> Rows:
    """Give the reminders that are due to one recipient, the longest due first."""
    return connection.execute(
        _WITH_SUBJECT.where(
            outbox.c.state == _PLANNED,
            outbox.c.next_at <= now,
            outbox.c.recipient == recipient,
            _ABOUT_ONE,
        )
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(limit)
    ).all()


def under_way(connection: Connection) -> list[int]:
    """Give what is being sent, or may have been."""
    asked = select(outbox.c.id).where(outbox.c.state.in_(_UNDER_WAY))
    return list(connection.execute(asked).scalars())


def claim(session: Session, row_id: int, now: datetime, real_now: datetime) -> AnyRow | None:
    """Write the intent to send: the row with its new fence, or None if it is no longer planned.

    Who finds it in another's hands does not wait for them.
    """
    free = (
        select(outbox.c.id)
        .where(outbox.c.id == row_id, outbox.c.state == _PLANNED, outbox.c.next_at <= now)
        .with_for_update(skip_locked=True)
    )
    changed = session.connection().execute(
        update(outbox)
        .where(outbox.c.id == free.scalar_subquery(), outbox.c.state == _PLANNED)
        .values(
            state=_SENDING,
            fence=outbox.c.fence + 1,
            attempts=outbox.c.attempts + 1,
            first_send_at=func.coalesce(outbox.c.first_send_at, real_now),
        )
    )
    return row(session, row_id) if changed.rowcount == 1 else None


def put_off(session: Session, row_id: int, fence: int, until: datetime) -> None:
    """Let a planned row wait."""
    _change(session, row_id, fence, _PLANNED, {"next_at": until})


def found_sent(
    session: Session, row_id: int, fence: int, stands: dict[str, Any], at: datetime
) -> None:
    """Note that a planned row stands in Slack already, in which channel and under which name."""
    values = {"state": OutboxState.sent, "sent_at": at, **stands}
    if _change(session, row_id, fence, _PLANNED, values):
        relieve(session, row_id)


def bundle(
    session: Session, digest: dict[str, Any], members: Sequence[tuple[int, int]]
) -> int | None:
    """Put planned rows (id and fence) into a new digest; give its id, or None if none was left."""
    connection = session.connection()
    digest_id: int = connection.execute(
        outbox.insert().values(**digest).returning(outbox.c.id)
    ).scalar_one()
    taken = 0
    for row_id, fence in members:
        values = {"state": _BUNDLED, "bundled_in": digest_id}
        taken += _change(session, row_id, fence, _PLANNED, values)
    if not taken:
        connection.execute(outbox.delete().where(outbox.c.id == digest_id))
    return digest_id if taken else None


def members(connection: Connection, digest_id: int) -> Rows:
    """Give what a digest tells of, in the order it fell due: before it is sent, and after."""
    return connection.execute(
        _WITH_SUBJECT.where(
            outbox.c.bundled_in == digest_id,
            outbox.c.state.in_((_BUNDLED, OutboxState.sent)),
        ).order_by(outbox.c.due_at, outbox.c.id)
    ).all()


def once_in(connection: Connection, digest_id: int) -> Rows:
    """Give state and reason of everything that a digest was to tell of, whatever became of it."""
    return connection.execute(
        select(outbox.c.id, outbox.c.state, outbox.c.reason).where(outbox.c.bundled_in == digest_id)
    ).all()


def settle_members(session: Session, digest_id: int, values: dict[str, Any]) -> None:
    """Let the members of a digest share what became of it.

    In one that waits or is held they stay; those that were to be cancelled then are.
    """
    bundled = (outbox.c.bundled_in == digest_id, outbox.c.state == _BUNDLED)
    change = update(outbox)
    match values["state"]:
        case OutboxState.sent:
            shared = {**values, "edit_wanted": outbox.c.cancel_requested}
            change = change.where(*bundled).values(**shared)
        case OutboxState.planned | OutboxState.held:
            change = change.where(*bundled, outbox.c.cancel_requested).values(**_NOT_WANTED)
        case OutboxState.cancelled:  # none of it is left to be told
            change = change.where(*bundled).values(**_NOT_WANTED)
        case _:
            return
    session.connection().execute(change)


def release(session: Session, digest_id: int, values: dict[str, Any]) -> Rows:
    """Take a digest apart: its members get these values each, and it is cancelled; give them."""
    connection = session.connection()
    rows = members(connection, digest_id)
    connection.execute(
        update(outbox).where(outbox.c.id.in_([row.id for row in rows])).values(**values)
    )
    taken_apart = {"state": OutboxState.cancelled, "reason": "rerouted"}
    connection.execute(update(outbox).where(outbox.c.id == digest_id).values(**taken_apart))
    return rows


def messages_since(connection: Connection, recipient: str, since: datetime) -> int:
    """Count the messages about evaluations that somebody has had since then."""
    return connection.execute(
        select(func.count(outbox.c.slack_ts.distinct())).where(
            outbox.c.recipient == recipient,
            outbox.c.sent_at >= since,
            outbox.c.kind != OutboxKind.alarm.value,
        )
    ).scalar_one()


def missed(connection: Connection, since: datetime, until: datetime) -> int:
    """Count the reminders that fell due between two moments and have not gone out."""
    return connection.execute(
        select(func.count()).where(
            outbox.c.state == _PLANNED,
            outbox.c.next_at <= until,
            outbox.c.due_at > since,
            outbox.c.due_at <= until,
            _PLANNED_KINDS,
        )
    ).scalar_one()


def waits_since(connection: Connection, tried: datetime, sent: datetime) -> datetime | None:
    """Say since when what was first tried before a real moment waits; None where nothing does.

    Nor where anything has been sent after ``sent``, by the bot's clock: then it is not all that
    waits.
    """
    waiting = select(func.min(outbox.c.first_send_at)).where(
        outbox.c.state == _PLANNED, outbox.c.first_send_at <= tried
    )
    first: datetime | None = connection.execute(waiting).scalar_one()
    if first is None:
        return None
    since = select(outbox.c.id).where(outbox.c.sent_at > sent).limit(1)
    return first if connection.execute(since).first() is None else None


def direct_messages(session: Session, since: datetime, limit: int) -> Rows:
    """Give the conversations with people in which something was sent since then, the latest first.

    With each the real moment from which its messages were tried.
    """
    asked = (
        select(outbox.c.channel_id, func.min(outbox.c.first_send_at).label("first_send_at"))
        .where(
            outbox.c.sent_at >= since,
            outbox.c.channel_id != outbox.c.recipient,
            outbox.c.first_send_at.is_not(None),
        )
        .group_by(outbox.c.channel_id)
        .order_by(func.max(outbox.c.sent_at).desc(), outbox.c.channel_id)
        .limit(limit)
    )
    return session.connection().execute(asked).all()


def by_wire_key(session: Session, wire_key: str) -> AnyRow | None:
    """Give the row whose message carries this key."""
    found = session.connection().execute(
        select(outbox.c.id, outbox.c.agreement_id).where(outbox.c.wire_key == wire_key)
    )
    return found.one_or_none()


def recipients_of_step(session: Session, row: AnyRow) -> Rows:
    """Give everybody who has a row about the same step of the same evaluation, and its state."""
    asked = select(outbox.c.recipient, outbox.c.state).where(
        outbox.c.agreement_id == row.agreement_id,
        outbox.c.label == row.label,
        outbox.c.step == row.step,
        _ABOUT_ONE,
    )
    return session.connection().execute(asked).all()


def relieve(session: Session, row_id: int) -> None:
    """Cancel what is held and has now gone out in its place, by this row or by its members."""
    replaced = select(_arrived.c.subject_id).where(
        or_(_arrived.c.id == row_id, _arrived.c.bundled_in == row_id),
        _arrived.c.kind == OutboxKind.evaluation.value,
        _arrived.c.state == OutboxState.sent,
        _arrived.c.subject_id.is_not(None),
    )
    connection = session.connection()
    relieved = connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(replaced), outbox.c.state == OutboxState.held)
        .values(state=OutboxState.cancelled, reason="rerouted")
        .returning(outbox.c.id, outbox.c.bundled_in)
    ).all()
    for about in {each for pair in relieved for each in pair if each is not None}:
        want_alarm_edits(session, about)


def may_be_sent(connection: Connection, wire_key: str) -> bool:
    """Say whether the register knows that this message was sent, or may have been."""
    asked = select(outbox.c.id).where(
        outbox.c.wire_key == wire_key,
        outbox.c.state.in_((OutboxState.sent, _BUNDLED, *_UNDER_WAY)),
    )
    return connection.execute(asked).first() is not None


def held(connection: Connection) -> int:
    """Count what waits for a person to decide."""
    is_held: ColumnElement[bool] = outbox.c.state == literal_column(f"'{OutboxState.held.value}'")
    return connection.execute(select(func.count()).where(is_held)).scalar_one()


def _with_subject() -> Select[Any]:
    about = and_(
        evaluation.c.agreement_id == outbox.c.agreement_id, evaluation.c.label == outbox.c.label
    )
    return select(
        outbox,
        agreement.c.number.label("agreement_number"),
        agreement.c.name.label("agreement_name"),
        agreement.c.channel_id.label("linked_channel"),
        agreement.c.sheltered,
        agreement.c.funding_visible,
        evaluation.c.id.label("evaluation_id"),
        evaluation.c.number.label("evaluation_number"),
        evaluation.c.revision,
        evaluation.c.due,
        evaluation.c.due_on,
        evaluation.c.agreed_on,
        evaluation.c.booked_on,
        evaluation.c.held_on,
        agreement.c.coordinator,
        agreement.c.deputy,
        agreement.c.responsible_board,
    ).select_from(
        outbox.outerjoin(agreement, agreement.c.id == outbox.c.agreement_id).outerjoin(
            evaluation, about
        )
    )


_WITH_SUBJECT = _with_subject()


def one(connection: Connection, row_id: int) -> AnyRow | None:
    """Give one row with the evaluation and the agreement it is about."""
    return connection.execute(_WITH_SUBJECT.where(outbox.c.id == row_id)).one_or_none()


def row(session: Session, row_id: int) -> AnyRow | None:
    """Do the same within a transaction."""
    return one(session.connection(), row_id)


def planned(session: Session) -> Rows:
    """Give everything that is planned, with what it is about, in the order it falls due."""
    return (
        session.connection()
        .execute(
            _WITH_SUBJECT.where(outbox.c.state == _PLANNED, _PLANNED_KINDS).order_by(
                outbox.c.due_at, outbox.c.id
            )
        )
        .all()
    )


def is_mine(connection: Connection, row_id: int, fence: int) -> bool:
    """Say whether a row is still being sent by whoever claimed it with this fence, and wanted."""
    asked = select(outbox.c.id).where(
        outbox.c.id == row_id,
        outbox.c.fence == fence,
        outbox.c.state == _SENDING,
        ~outbox.c.cancel_requested,
    )
    return connection.execute(asked).first() is not None


def set_channel(session: Session, row_id: int, fence: int, channel_id: str) -> bool:
    """Keep the channel before the first post, so that the message can be found again."""
    return _change(session, row_id, fence, _SENDING, {"channel_id": channel_id})


def settle(
    session: Session, row_id: int, fence: int, values: dict[str, Any], *, was: OutboxState
) -> bool:
    """Write an outcome, with its own fence only; say whether the row was still so.

    A row that was to be cancelled meanwhile is cancelled where it would be planned again, and once
    sent it is edited. The row itself says so: what the sender read is older than its request.
    """
    cancelled = outbox.c.cancel_requested
    if values["state"] is _PLANNED:
        state = case((cancelled, OutboxState.cancelled.value), else_=_PLANNED.value)
        values = values | {"state": state}
    elif values["state"] is OutboxState.sent:
        values = values | {"edit_wanted": cancelled}
    return _change(session, row_id, fence, was, values)


def _change(
    session: Session, row_id: int, fence: int, was: OutboxState, values: dict[str, Any]
) -> bool:
    changed = session.connection().execute(
        update(outbox)
        .where(outbox.c.id == row_id, outbox.c.fence == fence, outbox.c.state == was)
        .values(**values)
    )
    return changed.rowcount == 1


def edits_wanted(connection: Connection, limit: int) -> list[int]:
    """Give the messages in Slack that are to say that their matter is done."""
    return list(
        connection.execute(
            select(outbox.c.id)
            .where(outbox.c.edit_wanted, outbox.c.state == OutboxState.sent)
            .order_by(outbox.c.id)
            .limit(limit)
        ).scalars()
    )


def edited(session: Session, ids: Sequence[int]) -> None:
    """Note that a message has been edited, or cannot be: its own row and those it tells of."""
    session.connection().execute(
        update(outbox).where(outbox.c.id.in_(ids)).values(edit_wanted=False)
    )
