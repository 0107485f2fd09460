"""The log of who did what: of one agreement for full members, of everything for an operator."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot import audit
from bot.access import Actor, Permission, Subject, require
from bot.errors import NotAllowed
from bot.office import Office
from bot.reminders.bundling import is_person
from storage import audit as storage
from storage import proof
from storage.rows import AnyRow

PAGE: Final = 20
"""Entries on one card, at most."""


class Doer(enum.StrEnum):
    """Who has done something."""

    person = "person"
    partner = "partner"  # somebody from outside, whom a token in the log stands for
    erased = "erased"  # the same, whose name has been taken away
    terminal = "terminal"
    clock = "clock"
    unknown = "unknown"


@dataclass(frozen=True, slots=True)
class Change:
    """One fact before and after, as the log holds it; ``matter`` where it is no fact of its own."""

    field: str
    before: Any = None
    after: Any = None
    matter: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One act. ``slack_id`` is who did it, where that is a person who is known."""

    id: int
    at: datetime
    doer: Doer
    slack_id: str | None
    action: str
    subject: str
    changes: tuple[Change, ...]
    is_first: bool  # nothing was there before
    number: str | None
    name: str | None
    registry_number: str | None


@dataclass(frozen=True, slots=True)
class AgreementLog:
    """Some entries about one agreement, the newest first, and whether there are older ones."""

    agreement_id: int
    number: str
    name: str
    entries: tuple[Entry, ...]
    has_older: bool
    zone: ZoneInfo


def log_of(
    office: Office,
    connection: Connection,
    actor: Actor,
    agreement_id: int,
    *,
    before: int | None = None,
) -> AgreementLog:
    """Give the log of an agreement, or what is older than one entry of it.

    Only full members may read it: it names people. Raises :class:`NotAllowed` for everybody else,
    and the same for what is not there.
    """
    found = proof.subject(connection, agreement_id)
    if found is None or not actor.is_member:
        raise NotAllowed
    subject = Subject(found.responsible_board, found.coordinator, found.deputy)
    require(actor, Permission.read, subject)
    rows = storage.of_agreement(connection, agreement_id, before, PAGE + 1)
    return AgreementLog(
        agreement_id=found.id,
        number=found.number,
        name=found.name,
        entries=tuple(entry_of(row) for row in rows[:PAGE]),
        has_older=len(rows) > PAGE,
        zone=office.settings.time_zone,
    )


def every(connection: Connection) -> Iterator[Entry]:
    """Go through the whole log in the order it was written."""
    yield from map(entry_of, storage.every(connection))


def of_people(connection: Connection, slack_ids: Sequence[str]) -> tuple[Entry, ...]:
    """Give what people have done, and what was done to them by name."""
    return tuple(map(entry_of, storage.of_people(connection, slack_ids)))


def entry_of(row: AnyRow) -> Entry:
    """Read one row of the log."""
    doer = _doer(row)
    return Entry(
        id=row.id,
        at=row.at,
        doer=doer,
        slack_id=row.actor if doer is Doer.person else row.partner,
        action=row.action,
        subject=row.subject,
        changes=tuple(_changes(row.before or {}, row.after or {})),
        is_first=row.before is None,
        number=row.number,
        name=row.name,
        registry_number=row.registry_number,
    )


def _doer(row: AnyRow) -> Doer:
    if row.actor.startswith(storage.PARTNER):
        return Doer.erased if row.partner is None else Doer.partner
    if is_person(row.actor):
        return Doer.person
    known = {audit.TERMINAL: Doer.terminal, audit.CLOCK: Doer.clock}
    return known.get(row.actor, Doer.unknown)


def _changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    """Put what was before beside what came after, fact by fact."""
    for field in dict.fromkeys([*before, *after]):
        was, became = before.get(field), after.get(field)
        if isinstance(was, list) or isinstance(became, list):
            yield from _of_rows(field, was or [], became or [])
        else:
            yield Change(field, was, became)


def _of_rows(matter: str, before: list[Any], after: list[Any]) -> Iterator[Change]:
    """Do the same with rows of another matter, which stand in the same order in both."""
    for at in range(max(len(before), len(after))):
        was = before[at] if at < len(before) else {}
        became = after[at] if at < len(after) else {}
        if "fields" in was or "fields" in became:  # of people: which facts, and not what they said
            yield Change("fields", None, became.get("fields") or was.get("fields"), matter)
            continue
        for field in dict.fromkeys([*was, *became]):
            yield Change(field, was.get(field), became.get(field), matter)
