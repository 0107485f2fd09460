"""Marking an evaluation as held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from bot import audit, upkeep
from bot.access import Actor, Permission, Subject, require
from bot.errors import Conflict
from bot.office import Office
from storage import evaluations as storage
from storage import planning
from storage.rows import AnyRow
from storage.types import PartialDate


@dataclass(frozen=True, slots=True)
class Held:
    """An evaluation that has just been marked as held."""

    agreement_id: int
    agreement_name: str
    due: PartialDate
    held_on: date


def hold(
    session: Session,
    office: Office,
    actor: Actor,
    *,
    evaluation_id: int,
    revision: int,
) -> Held:
    """Mark an evaluation as held today, and take its remaining reminders away.

    1. The presser is judged, whoever the button was made for.
    2. It must still be as the person saw it (``revision``).
    3. Held, logged and its reminders cancelled in one transaction; messages about it that are
       already in Slack are edited afterwards.

    Raises :class:`NotAllowed` (also where there is no such evaluation), and :class:`Conflict`
    ``conflict.already_held`` (name, due, held_on) or ``conflict.changed`` (name).
    """
    row = storage.one(session, evaluation_id)
    require(actor, Permission.hold_evaluation, _subject(row))
    assert row is not None
    if row.held_on is not None:
        raise Conflict(
            "conflict.already_held",
            name=row.agreement_name,
            due=row.due,
            held_on=row.held_on,
            agreement_id=row.agreement_id,
        )
    today = office.today()
    values = {"held_on": PartialDate.of(today)}
    if not storage.hold(session, evaluation_id, revision, values):
        raise Conflict("conflict.changed", name=row.agreement_name, agreement_id=row.agreement_id)
    act = audit.Act(
        "evaluation_held",
        f"evaluation:{row.label}",
        row.agreement_id,
        {"held_on": None},
        {"held_on": today.isoformat()},
    )
    audit.record(session, actor.slack_id, office.now(), [act])
    upkeep.keep_up(session, office, [row.agreement_id])
    planning.want_edits(session, row.agreement_id, row.label)
    return Held(row.agreement_id, row.agreement_name, row.due, today)


def _subject(row: AnyRow | None) -> Subject | None:
    if row is None:
        return None
    return Subject(row.responsible_board, row.coordinator, row.deputy)
