"""Who may do what, with which agreement, where: one gate, shut unless opened.

A person is classified by what Slack says of them, holds roles of ours, and coordinates agreements.
Roles count only for full members of the home workspace. A *partner* is a registered contact of an
agreement, or anybody in the channel that is linked to it, and may see that agreement's partner view
(``partners.py``), nothing else. A channel that others read counts as a person of its own: nobody's
own rights are shown in it. Every use case calls :func:`require` or asks for the :class:`Scope` it
may read, so that a forgotten check in a handler opens nothing.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import Connection

from bot.audit import TERMINAL
from bot.errors import NotAllowed
from bot.settings import Settings
from storage import agreements as storage
from storage import partners
from storage.models import Role
from storage.visibility import Scope


class PersonKind(enum.StrEnum):
    """What Slack says a person is to the home workspace."""

    member = "member"
    multi_channel_guest = "multi_channel_guest"
    single_channel_guest = "single_channel_guest"
    outsider = "outsider"  # of another organisation, in a channel with us
    stranger = "stranger"  # of another organisation, in no channel with us
    bot = "bot"
    deactivated = "deactivated"
    unknown = "unknown"  # Slack could not be asked, or contradicts itself: may do nothing


_PARTNERS = frozenset(
    {PersonKind.multi_channel_guest, PersonKind.single_channel_guest, PersonKind.outsider}
)
_ANSWERED = _PARTNERS | {PersonKind.member}


class Permission(enum.StrEnum):
    """What a door asks for. A door that names none does not open."""

    ask_help = "ask_help"
    read = "read"
    read_as_partner = "read_as_partner"  # the partner view
    hold_evaluation = "hold_evaluation"
    decide_delivery = "decide_delivery"  # what becomes of a message that is held
    link_channel = "link_channel"


_OF_COORDINATORS = frozenset(
    {Permission.hold_evaluation, Permission.decide_delivery, Permission.link_channel}
)


class Surface(enum.StrEnum):
    """Who reads the answer."""

    private = "private"  # the asker alone
    channel = "channel"  # everybody in the channel


@dataclass(frozen=True, slots=True)
class Audience:
    """Who reads a channel, as Slack said just now; what it could not say counts as unknown.

    ``organisations`` are the others connected to it, invited ones included. Slack was asked for the
    people only where ``people_known``.
    """

    is_known: bool = False
    is_public: bool = True  # every member of the workspace can read it without being in it
    organisations: frozenset[str] = frozenset()
    people_known: bool = False
    members: tuple[str, ...] = ()
    guests: tuple[str, ...] = ()
    outsiders: tuple[str, ...] = ()

    @property
    def is_ours_alone(self) -> bool:
        """Only full members of the home workspace are in it, as far as is certain."""
        alone = not (self.organisations or self.guests or self.outsiders)
        return self.is_known and self.people_known and alone


UNASKED: Final = Audience()
"""Slack has not been asked, or has not answered: nobody is known to read."""


class Place(NamedTuple):
    """Where a request came from, and who reads the answer; no channel: a conversation with us."""

    channel_id: str | None = None
    surface: Surface = Surface.private


class Person(NamedTuple):
    """Who is asking: the Slack id, the kind, and the language they read."""

    slack_id: str
    kind: PersonKind
    language: str

    @property
    def is_member(self) -> bool:
        """A full member of the home workspace."""
        return self.kind is PersonKind.member

    @property
    def is_answered(self) -> bool:
        """A human being whom Slack vouches for and who shares something with us."""
        return self.kind in _ANSWERED


class Actor(NamedTuple):
    """A person with the roles they hold: (role, nämnd), where "" is the whole register.

    ``contact_of``: the agreements that they are a registered contact of.
    """

    person: Person
    roles: frozenset[tuple[Role, str]]
    members_may_read: bool
    register_revision: int
    place: Place = Place()
    contact_of: frozenset[int] = frozenset()

    @property
    def slack_id(self) -> str:
        """The Slack user id."""
        return self.person.slack_id

    @property
    def is_member(self) -> bool:
        """A full member of the home workspace."""
        return self.person.is_member

    @property
    def reads_everything(self) -> bool:
        """Every agreement there is, as far as roles decide it."""
        return self.members_may_read or any(not board for _, board in self.roles)

    def has(self, role: Role, board: str | None = None) -> bool:
        """Say whether the person holds the role for everything, or for this nämnd."""
        return (role, "") in self.roles or (board is not None and (role, board) in self.roles)

    def scope(self) -> Scope:
        """Say which agreements the person may read. Raises :class:`NotAllowed` for others."""
        if not self.is_member or self.place.surface is not Surface.private:
            raise NotAllowed
        if self.reads_everything:
            return Scope(self.slack_id, everything=True)
        boards = tuple(sorted({board for _, board in self.roles if board}))
        return Scope(self.slack_id, boards=boards)


class Subject(NamedTuple):
    """What of an agreement decides who may do something with it."""

    board: str | None
    coordinator: str | None
    deputy: str | None
    agreement_id: int | None = None
    channel_id: str | None = None


def recognise(
    connection: Connection, person: Person, settings: Settings, place: Place | None = None
) -> Actor:
    """Give the person their roles, from the register and from ``FOLJSAM_ADMINS``."""
    rows = storage.rights(connection, person.slack_id)
    roles = {(row.role, row.board) for row in rows if row.role is not None}
    if person.slack_id in settings.admins:
        roles.add((Role.admin, ""))
    return Actor(
        person=person,
        roles=frozenset(roles) if person.is_member else frozenset(),
        members_may_read=settings.members_may_read,
        register_revision=rows[0].register_revision if rows else 0,
        place=place or Place(),
    )


def recognise_partner(
    connection: Connection, person: Person, settings: Settings, place: Place
) -> Actor:
    """Give the person besides what they are a registered contact of."""
    actor = recognise(connection, person, settings, place)
    of = partners.of_contact(connection, person.slack_id) if person.is_answered else ()
    return actor._replace(contact_of=frozenset(of))


def may(actor: Actor, permission: Permission, subject: Subject | None = None) -> bool:
    """Say whether the actor may; nothing that is not said here is allowed."""
    if not actor.person.is_answered:
        return False
    if permission is Permission.ask_help:
        return True
    if permission is Permission.read_as_partner:
        return subject is not None and (_is_partner(actor, subject) or _may_read(actor, subject))
    if permission is Permission.read:
        return _may_read(actor, subject)
    if permission in _OF_COORDINATORS and subject is not None:
        return actor.is_member and _coordinates(actor, subject)
    return False


def require(actor: Actor, permission: Permission, subject: Subject | None = None) -> None:
    """Raise :class:`NotAllowed` unless the actor may."""
    if not may(actor, permission, subject):
        raise NotAllowed


def require_operator(actor: str) -> None:
    """Raise :class:`NotAllowed` for anybody but an operator at the machine's own terminal.

    What changes the register as a whole (an import, roles, erasing) is done there alone: whoever
    has a shell beside the database may, and nobody in Slack, whatever role they hold.
    """
    if actor != TERMINAL:
        raise NotAllowed


def _may_read(actor: Actor, subject: Subject | None) -> bool:
    if not actor.is_member or actor.place.surface is not Surface.private:
        return False
    if subject is None:  # the register as such; each question is then held to the scope
        return True
    if actor.reads_everything:
        return True
    return actor.scope().covers(subject.board, subject.coordinator, subject.deputy)


def _is_partner(actor: Actor, subject: Subject) -> bool:
    """In a linked channel the channel is asked, and no other agreement of the asker's shown."""
    here = actor.place.channel_id
    if here is not None and here == subject.channel_id:
        return True
    is_alone = actor.place.surface is Surface.private
    return is_alone and subject.agreement_id in actor.contact_of


def _coordinates(actor: Actor, subject: Subject) -> bool:
    """Coordinators of the agreement need no grant; a role counts for all or for the nämnd."""
    return (
        actor.slack_id in {subject.coordinator, subject.deputy}
        or actor.has(Role.admin, subject.board)
        or actor.has(Role.coordinator, subject.board)
    )
