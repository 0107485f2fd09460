"""Who may do what: one gate, shut unless opened.

A person is classified by what Slack says of them, holds roles of ours, and coordinates agreements.
Roles count only for full members of the home workspace. Every use case calls :func:`require` or
asks for the :class:`Scope` it may read, so that a forgotten check in a handler opens nothing.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.errors import NotAllowed
from bot.settings import Settings
from storage import agreements as storage
from storage.models import Role
from storage.visibility import Scope


class PersonKind(enum.StrEnum):
    """What Slack says a person is to the home workspace."""

    member = "member"
    multi_channel_guest = "multi_channel_guest"
    single_channel_guest = "single_channel_guest"
    outsider = "outsider"
    bot = "bot"
    deactivated = "deactivated"
    unknown = "unknown"  # Slack could not be asked, or contradicts itself: may do nothing


class Permission(enum.StrEnum):
    """What a door asks for. A door that names none does not open."""

    ask_help = "ask_help"
    read = "read"
    hold_evaluation = "hold_evaluation"
    decide_delivery = "decide_delivery"  # what becomes of a message that is held


_OF_COORDINATORS = frozenset({Permission.hold_evaluation, Permission.decide_delivery})


@dataclass(frozen=True, slots=True)
class Person:
    """Who is asking: the Slack id, the kind, and the language they read."""

    slack_id: str
    kind: PersonKind
    language: str


@dataclass(frozen=True, slots=True)
class Actor:
    """A person with the roles they hold: (role, nämnd), where "" is the whole register."""

    person: Person
    roles: frozenset[tuple[Role, str]]
    members_may_read: bool
    register_revision: int

    @property
    def slack_id(self) -> str:
        """The Slack user id."""
        return self.person.slack_id

    @property
    def is_member(self) -> bool:
        """A full member of the home workspace."""
        return self.person.kind is PersonKind.member

    def has(self, role: Role, board: str | None = None) -> bool:
        """Say whether the person holds the role for everything, or for this nämnd."""
        return (role, "") in self.roles or (board is not None and (role, board) in self.roles)

    def scope(self) -> Scope:
        """Say which agreements the person may read. Raises :class:`NotAllowed` for others."""
        if not self.is_member:
            raise NotAllowed
        everything = self.members_may_read or any(not board for _, board in self.roles)
        boards = tuple(sorted({board for _, board in self.roles if board}))
        return Scope(person=self.slack_id, everything=everything, boards=boards)


@dataclass(frozen=True, slots=True)
class Subject:
    """What of an agreement decides who may do something with it."""

    board: str | None
    coordinator: str | None
    deputy: str | None


def recognise(connection: Connection, person: Person, settings: Settings) -> Actor:
    """Give the person their roles, from the register and from ``FOLJSAM_ADMINS``."""
    rows = storage.rights(connection, person.slack_id)
    roles = {(row.role, row.board) for row in rows if row.role is not None}
    if person.slack_id in settings.admins:
        roles.add((Role.admin, ""))
    return Actor(
        person=person,
        roles=frozenset(roles) if person.kind is PersonKind.member else frozenset(),
        members_may_read=settings.members_may_read,
        register_revision=max((row.register_revision for row in rows), default=0),
    )


def may(actor: Actor, permission: Permission, subject: Subject | None = None) -> bool:
    """Say whether the actor may; nothing that is not said here is allowed."""
    if not actor.is_member:
        return False
    if permission is Permission.ask_help:
        return True
    if permission is Permission.read:
        return _may_read(actor, subject)
    if permission in _OF_COORDINATORS and subject is not None:
        return _coordinates(actor, subject)
    return False


def require(actor: Actor, permission: Permission, subject: Subject | None = None) -> None:
    """Raise :class:`NotAllowed` unless the actor may."""
    if not may(actor, permission, subject):
        raise NotAllowed


def _may_read(actor: Actor, subject: Subject | None) -> bool:
    if subject is None:  # the register as such; each question is then held to the scope
        return True
    return actor.scope().covers(subject.board, subject.coordinator, subject.deputy)


def _coordinates(actor: Actor, subject: Subject) -> bool:
    """Coordinators of the agreement need no grant; a role counts for all or for the nämnd."""
    return (
        actor.slack_id in {subject.coordinator, subject.deputy}
        or actor.has(Role.admin, subject.board)
        or actor.has(Role.coordinator, subject.board)
    )
