"""Contacts whose time is up: a decision says how long they are kept after an agreement has ended.

Nothing happens by itself: an operator sees the list and says yes. Where no decision is named in
the settings, contacts are kept.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from sqlalchemy import Connection
from sqlmodel import Session

from bot import audit, people
from bot.access import require_operator
from bot.errors import Conflict, Invalid
from bot.office import Office
from storage import people as storage
from storage.models import AgreementStatus
from storage.rows import AnyRow


@dataclass(frozen=True, slots=True)
class Expired:
    """A contact whose time is up: of which agreement, and when that ended."""

    id: int
    agreement_id: int
    number: str
    agreement_name: str
    organisation: str
    name: str
    ended_on: date


def expired(office: Office, connection: Connection) -> tuple[Expired, ...]:
    """List the contacts whose time is up. Raises :class:`Invalid` where no decision is named."""
    months = office.settings.contacts_months
    if months is None:
        raise Invalid("people.no_retention")
    latest = office.today() - relativedelta(months=months)
    found = (
        (row, ended)
        for row in storage.contacts(connection)
        if not people.is_nobody(row) and (ended := ended_on(row)) is not None and ended < latest
    )
    return tuple(_expired(row, ended) for row, ended in found)


def ended_on(row: AnyRow) -> date | None:
    """Say when an agreement ended, where that is known.

    An end that is only estimated counts once somebody has said that it is over; where somebody
    has said that it goes on, or is not begun, no date ends it.
    """
    if row.status is AgreementStatus.ended:
        known: date | None = row.ends_on.last_day if row.ends_on else row.runs_until
        return known
    if row.status is None and row.ends_on is not None:
        last: date = row.ends_on.last_day
        return last
    return None


def retire(session: Session, office: Office, *, actor: str, seen: tuple[Expired, ...]) -> None:
    """Take the people out of these contacts, as they were shown; logged with the decision's name.

    Raises :class:`Conflict` where the list is not as it was.
    """
    require_operator(actor)
    connection = session.connection()
    if expired(office, connection) != seen:
        raise Conflict("people.list_changed")
    ids = {each.id for each in seen}
    people.empty(session, [row for row in storage.contacts(connection) if row.id in ids])
    permitted_by = office.settings.contacts_decision
    counts = Counter(each.agreement_id for each in seen)
    acts = [
        audit.Act(
            "contacts_retired",
            f"agreement:{agreement_id}",
            agreement_id,
            after={"contacts_erased": number, "permitted_by": permitted_by},
        )
        for agreement_id, number in sorted(counts.items())
    ]
    audit.record(session, actor, office.now(), acts)


def _expired(row: AnyRow, ended: date) -> Expired:
    return Expired(
        row.id,
        row.agreement_id,
        row.number,
        row.agreement_name,
        row.organisation,
        row.name,
        ended,
    )
