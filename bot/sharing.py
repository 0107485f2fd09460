"""Sharing an answer with a channel: as much as whoever reads there with the least rights may see.

What the asker may see is theirs; a channel is judged by its readers. Where all of them are full
members who may read the agreement they get what the asker got, without what was noted of
evaluations. In the agreement's own linked channel everybody gets its partner view. Anywhere else
nothing is shared.
"""

from __future__ import annotations

import enum

from sqlalchemy import Connection

from bot.access import (
    Actor,
    Audience,
    Permission,
    Person,
    PersonKind,
    Subject,
    may,
    recognise,
    require,
)
from bot.errors import Invalid, NotAllowed
from bot.office import Office
from bot.partners import of
from storage import partners as storage

MOST_JUDGED = 50
"""People whose rights are looked up one by one, where not every member may read."""


class Extent(enum.StrEnum):
    """How much of an agreement a channel may be shown."""

    whole = "whole"
    partner_view = "partner_view"


def extent(
    office: Office, connection: Connection, actor: Actor, agreement_id: int, audience: Audience
) -> Extent:
    """Say how much may be shared in the channel of the press.

    Raises :class:`NotAllowed`, and :class:`Invalid` ``share.others_read`` where nothing may.
    """
    row = storage.view(connection, agreement_id)
    if row is None:
        raise NotAllowed
    subject = of(row)
    require(actor, Permission.read, subject)
    if _all_may_read(office, connection, subject, audience):
        return Extent.whole
    if row.channel_id is not None and row.channel_id == actor.place.channel_id:
        return Extent.partner_view
    raise Invalid("share.others_read")


def _all_may_read(
    office: Office, connection: Connection, subject: Subject, audience: Audience
) -> bool:
    if not audience.is_ours_alone:
        return False
    if office.settings.members_may_read:
        return True
    if audience.is_public or len(audience.members) > MOST_JUDGED:
        return False
    people = (Person(each, PersonKind.member, "") for each in audience.members)
    actors = (recognise(connection, person, office.settings) for person in people)
    return all(may(actor, Permission.read, subject) for actor in actors)
