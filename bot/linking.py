"""Linking an agreement to a channel: there anybody may see its partner view.

A coordinator links, in the channel, once they have been shown who reads there and what those will
see. Who reads is remembered: others who come later close the money until a coordinator has agreed
to them too. Several agreements may share a channel only if their parties are the same.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection
from sqlmodel import Session

from bot import audit, upkeep
from bot.access import UNASKED, Actor, Audience, Permission, Subject, may, require
from bot.errors import Conflict, Invalid, NotAllowed, NotFound
from bot.office import Office
from bot.partners import is_agreed, written
from bot.reminders.greeting import greet
from bot.reminders.readers import tell_of_readers
from storage import linking as storage
from storage.partners import remember_audience
from storage.rows import AnyRow

_LONGEST_AUDIENCE: Final = 4_000


@dataclass(frozen=True, slots=True)
class Offer:
    """What a coordinator is asked before a channel is linked, or linked no more."""

    agreement_id: int
    revision: int
    name: str
    is_sheltered: bool
    shows_funding: bool
    coordinator: str | None
    is_linked_here: bool
    is_linked_elsewhere: bool
    audience: Audience

    @property
    def seal(self) -> str:
        """Who was told to read there: at the press the same must still be so."""
        return seal_of(self.audience)


def seal_of(audience: Audience) -> str:
    """Write down an audience so briefly that it can be compared, and so that it tells nothing."""
    readers = (
        *sorted(audience.organisations),
        "",
        *sorted((*audience.guests, *audience.outsiders)),
    )
    return hashlib.sha256(" ".join(readers).encode()).hexdigest()[:12]


def offer(connection: Connection, actor: Actor, agreement_id: int, audience: Audience) -> Offer:
    """Say what linking this channel would mean. Raises as :func:`link` does."""
    row = _judged(connection, actor, agreement_id, audience)
    return _offer(row, actor, audience)


def _offer(row: AnyRow, actor: Actor, audience: Audience) -> Offer:
    here = row.channel_id == actor.place.channel_id
    return Offer(
        agreement_id=row.id,
        revision=row.revision,
        name=row.name,
        is_sheltered=row.sheltered,
        shows_funding=row.funding_visible,
        coordinator=row.coordinator,
        is_linked_here=here,
        is_linked_elsewhere=row.channel_id is not None and not here,
        audience=audience,
    )


def link(
    session: Session,
    office: Office,
    actor: Actor,
    *,
    agreement_id: int,
    revision: int,
    seal: str,
    audience: Audience,
) -> Offer:
    """Link an agreement to the channel of the press, and greet those in it.

    1. The presser coordinates it, and it is as they saw it.
    2. Who reads the channel now is who was shown to them.
    3. Linked, logged, the plan kept up and the greeting owed, in one transaction.

    Raises :class:`NotAllowed`; :class:`Invalid` ``link.not_a_channel``, ``link.unknown_readers``,
    ``link.other_parties``; :class:`Conflict` ``link.changed`` (name), ``link.others_read``.
    """
    row = _judged(session.connection(), actor, agreement_id, audience)
    if row.revision != revision:
        raise Conflict("link.changed", name=row.name)
    if seal_of(audience) != seal:
        raise Conflict("link.others_read")
    channel_id = str(actor.place.channel_id)
    agreed = written(audience.organisations)
    _change(session, office, actor.slack_id, row, channel_id=channel_id, channel_audience=agreed)
    greet(session, office, row.id, channel_id, revision + 1)
    return _offer(row, actor, audience)


def unlink(
    session: Session, office: Office, actor: Actor, *, agreement_id: int, revision: int
) -> str:
    """Link an agreement to its channel no more; nothing of it is shown there from now on.

    Gives its name. Raises :class:`NotAllowed`, :class:`NotFound` ``link.not_linked`` and
    :class:`Conflict` ``link.changed`` (name).
    """
    row = _allowed(session.connection(), actor, agreement_id)
    if row.channel_id is None:
        raise NotFound("link.not_linked")
    if row.revision != revision:
        raise Conflict("link.changed", name=row.name)
    _change(session, office, actor.slack_id, row, channel_id=None, channel_audience=None)
    return str(row.name)


def linked_here(connection: Connection, actor: Actor) -> tuple[Offer, ...]:
    """Give the agreements of this channel that the asker coordinates. There is at least one.

    Raises :class:`NotFound` ``link.not_linked``.
    """
    here = actor.place.channel_id
    rows = storage.in_channel(connection, here) if here else ()
    offers = tuple(_offer(row, actor, UNASKED) for row in rows if _coordinates(actor, row))
    if not offers:
        raise NotFound("link.not_linked")
    return offers


def _judged(connection: Connection, actor: Actor, agreement_id: int, audience: Audience) -> AnyRow:
    row = _allowed(connection, actor, agreement_id)
    if (actor.place.channel_id or "D")[0] not in {"C", "G"}:
        raise Invalid("link.not_a_channel")
    if not (audience.is_known and audience.people_known):
        raise Invalid("link.unknown_readers")
    _require_same_parties(connection, row, str(actor.place.channel_id))
    return row


def _allowed(connection: Connection, actor: Actor, agreement_id: int) -> AnyRow:
    row = storage.one(connection, agreement_id)
    if row is None:
        raise NotAllowed
    require(actor, Permission.link_channel, _subject(row))
    return row


def _coordinates(actor: Actor, row: AnyRow) -> bool:
    return may(actor, Permission.link_channel, _subject(row))


def _subject(row: AnyRow) -> Subject:
    return Subject(row.responsible_board, row.coordinator, row.deputy, row.id, row.channel_id)


def _require_same_parties(connection: Connection, row: AnyRow, channel_id: str) -> None:
    """Keep one association from reading about another: the channel's agreements are of the same."""
    ids = [each.id for each in storage.in_channel(connection, channel_id)]
    of: dict[int, set[str]] = defaultdict(set)
    for each in storage.parties(connection, [row.id, *ids]):
        of[each.agreement_id].add(each.organisation_folded)
    if any(of[other] != of[row.id] or not of[other] for other in ids if other != row.id):
        raise Invalid("link.other_parties")


def _change(
    session: Session, office: Office, actor: str, row: AnyRow, **values: str | None
) -> None:
    """Change what channel an agreement is linked to, log it and keep up the plan."""
    if not storage.change(session, row, values):
        raise Conflict("link.changed", name=row.name)
    action = "channel_linked" if values["channel_id"] else "channel_unlinked"
    act = audit.Act(
        action,
        f"agreement:{row.id}",
        row.id,
        {"channel_id": row.channel_id, "channel_audience": row.channel_audience},
        values,
    )
    audit.record(session, actor, office.now(), [act])
    upkeep.keep_up(session, office, [row.id])


def shared(
    session: Session, office: Office, channel_id: str, newcomer: str | None, audience: Audience
) -> None:
    """Take that a channel has been connected with another organisation: its coordinators are told.

    Where nobody had noted who reads it, those who did before are noted now; nobody, where Slack
    does not say who came.
    """
    before = written(audience.organisations - {newcomer} if newcomer else ())
    for row in storage.in_channel(session.connection(), channel_id):
        remember_audience(session, row.id, before)
    _tell(session, office, channel_id, audience)


def renumbered(session: Session, office: Office, old: str, new: str, audience: Audience) -> None:
    """Follow a channel to its new id, and judge who reads it anew: sharing may be the cause."""
    for row in storage.in_channel(session.connection(), old):
        agreed = row.channel_audience or ""
        _change(session, office, audit.CLOCK, row, channel_id=new, channel_audience=agreed)
    _tell(session, office, new, audience)


def _tell(session: Session, office: Office, channel_id: str, audience: Audience) -> None:
    """Tell the coordinators of what others can read than they have agreed to."""
    for row in storage.in_channel(session.connection(), channel_id):
        if not audience.is_known or not is_agreed(row.channel_audience, audience.organisations):
            tell_of_readers(session, office, row, seal_of(audience))
