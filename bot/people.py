"""People: what is held about one, taking it out on request, and keeping it out after a restore.

A person is known by their Slack id, or as a contact by name with e-mail (else with organisation).
What an official has done in office stays in the log: it is a public record.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection
from sqlmodel import Session

from bot import audit, erasures, log, upkeep
from bot.access import require_operator
from bot.errors import Conflict, Invalid, NotFound
from bot.folding import fold
from bot.log import Doer, Entry
from bot.members import SETTING
from bot.office import Office
from bot.reminders.bundling import is_person
from storage import installation, members
from storage import people as storage
from storage.models import OutboxState, Role
from storage.rows import AnyRow
from storage.sent_file import sent_file
from storage.types import PartialDate

NOBODY: Final = "Borttagen person"
"""What a contact is called once the person has been taken out."""
_OPERATIONS: Final = "FOLJSAM_OPERATIONS_CHANNEL"
_NOT_GONE: Final = {OutboxState.planned, OutboxState.bundled, OutboxState.held}


@dataclass(frozen=True, slots=True)
class ContactHeld:
    """A person as a contact of one agreement."""

    id: int
    agreement_id: int
    number: str
    agreement_name: str
    organisation: str
    name: str
    title: str | None
    email: str | None
    phone: str | None
    slack_id: str | None
    confirmed_on: PartialDate | None


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role of ours; ``board`` "" is the whole register."""

    role: Role
    board: str
    granted_by: str
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class PostHeld:
    """An agreement that a person coordinates or deputises for."""

    agreement_id: int
    number: str
    name: str
    is_deputy: bool


@dataclass(frozen=True, slots=True)
class MessageHeld:
    """A message to a person; its words lie in Slack alone."""

    number: str | None
    name: str | None
    state: OutboxState
    due_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Person:
    """Everything that is held about one person.

    ``acts`` are what they did or had done to them by name, which stays; ``readings`` are entries
    in the log that only a token ties to them.
    """

    slack_ids: tuple[str, ...]
    contacts: tuple[ContactHeld, ...]
    roles: tuple[RoleHeld, ...]
    posts: tuple[PostHeld, ...]
    messages: tuple[MessageHeld, ...]
    acts: tuple[Entry, ...]
    readings: int
    changes_of_term: int

    @property
    def name(self) -> str:
        """What to call them."""
        return self.contacts[0].name if self.contacts else ", ".join(self.slack_ids)

    @property
    def unsent(self) -> int:
        """How many messages to them have not gone."""
        return sum(message.state in _NOT_GONE for message in self.messages)

    @property
    def is_known(self) -> bool:
        """Whether anything is held that can be taken out."""
        held = (self.contacts, self.roles, self.posts, self.messages)
        return any(held) or self.readings > 0


# -- finding


def find(connection: Connection, text: str) -> list[Person]:
    """Give everybody whose name, address, phone or Slack id has this in it, each for themselves."""
    wanted, slack_id = _wanted(text), _as_id(text)

    def fits(row: AnyRow) -> bool:
        said = (row.name, row.email, row.phone)
        is_id = slack_id is not None and row.slack_id == slack_id
        return is_id or any(wanted in fold(each) for each in said if each)

    return _people(connection, fits, slack_id)


def mentions(connection: Connection, text: str) -> list[tuple[str, str]]:
    """Give where a name stands in what people have written: agreement's number and field."""
    wanted = _wanted(text)
    found = (
        (number, field)
        for number, field, written in storage.written(connection)
        if wanted in fold(written)
    )
    return list(dict.fromkeys(found))


def one(connection: Connection, text: str, *, together: bool = False) -> Person:
    """Give the one person with exactly this Slack id, e-mail or name.

    ``together``: all who are called so are one. Raises :class:`NotFound`, and :class:`Conflict`
    where several are called so.
    """
    wanted, slack_id = _wanted(text), _as_id(text)

    def fits(row: AnyRow) -> bool:
        if slack_id is not None:
            return bool(row.slack_id == slack_id)
        return wanted in {fold(row.name), fold(row.email or "")}

    found = _people(connection, fits, slack_id)
    if together and found:
        rows = {contact.id for person in found for contact in person.contacts}
        chosen = [row for row in storage.contacts(connection) if row.id in rows]
        found = [_held(connection, chosen, {each for one in found for each in one.slack_ids})]
    if not found:
        raise NotFound("people.nobody", text=text[:60])
    if len(found) > 1:
        raise Conflict("people.several", text=text[:60], n=len(found))
    return found[0]


def _wanted(text: str) -> str:
    """Fold what is looked for; nothing at all would fit everybody."""
    if not text.strip():
        raise Invalid("people.nothing_asked")
    return fold(text)


def _as_id(text: str) -> str | None:
    """Read a Slack user id, which a name in capitals is not: an id has figures in it."""
    written = text.strip().strip("<@>").partition("|")[0]
    has_figures = any(sign.isdecimal() or sign == "_" for sign in written)
    return written if has_figures and is_person(written) else None


def _people(
    connection: Connection, fits: Callable[[AnyRow], bool], slack_id: str | None
) -> list[Person]:
    rows = [row for row in storage.contacts(connection) if not is_nobody(row)]
    seeds = [row for row in rows if fits(row)]
    groups = list(_groups(rows, seeds))
    found = [_held(connection, group, _ids_of(group)) for group in groups]
    if slack_id is not None and not any(slack_id in person.slack_ids for person in found):
        alone = _held(connection, [], {slack_id})
        found += [alone] if alone.is_known or alone.acts or alone.changes_of_term else []
    return found


def is_nobody(row: AnyRow) -> bool:
    """Say whether a contact is one whose person has been taken out."""
    return str(row.name).startswith(NOBODY)


def _ids_of(rows: Iterable[AnyRow]) -> set[str]:
    return {row.slack_id for row in rows if row.slack_id}


def _groups(rows: Sequence[AnyRow], seeds: Sequence[AnyRow]) -> Iterator[list[AnyRow]]:
    """Gather the rows of each person: those that share an id, or a name with what goes with it."""
    by_key: dict[str, list[AnyRow]] = defaultdict(list)
    for row in rows:
        for key in _keys(row):
            by_key[key].append(row)
    seen: set[int] = set()
    for seed in seeds:
        group, waiting = list[AnyRow](), [seed]
        while waiting:
            row = waiting.pop()
            if row.id not in seen:
                seen.add(row.id)
                group.append(row)
                waiting += [each for key in _keys(row) for each in by_key[key]]
        if group:
            yield sorted(group, key=lambda row: int(row.id))


def _keys(row: AnyRow) -> Iterator[str]:
    name = fold(row.name)
    yield f"organisation:{name}:{fold(row.organisation)}"
    if row.email:
        yield f"email:{name}:{row.email.casefold()}"
    if row.slack_id:
        yield f"slack:{row.slack_id}"


def _held(connection: Connection, rows: Sequence[AnyRow], slack_ids: Collection[str]) -> Person:
    ids = tuple(sorted(slack_ids))
    entries = log.of_people(connection, ids) if ids else ()
    return Person(
        slack_ids=ids,
        contacts=tuple(_contact(row) for row in rows),
        roles=tuple(
            RoleHeld(Role(row.role), row.board, row.granted_by, row.granted_at)
            for row in storage.roles(connection, ids)
        ),
        posts=tuple(_posts(connection, ids)),
        messages=tuple(
            MessageHeld(row.number, row.name, row.state, row.due_at, row.sent_at)
            for row in storage.messages(connection, ids)
        ),
        acts=tuple(entry for entry in entries if entry.doer is not Doer.partner),
        readings=storage.readings(connection, ids),
        changes_of_term=storage.changes_of_term(connection, ids),
    )


def _contact(row: AnyRow) -> ContactHeld:
    return ContactHeld(
        row.id,
        row.agreement_id,
        row.number,
        row.agreement_name,
        row.organisation,
        row.name,
        row.title,
        row.email,
        row.phone,
        row.slack_id,
        row.confirmed_on,
    )


def _posts(connection: Connection, ids: Sequence[str]) -> Iterator[PostHeld]:
    for row in storage.coordinated(connection, ids):
        if row.coordinator in ids:
            yield PostHeld(row.id, row.number, row.name, is_deputy=False)
        if row.deputy in ids:
            yield PostHeld(row.id, row.number, row.name, is_deputy=True)


# -- taking out


def erase(session: Session, office: Office, *, actor: str, seen: Person) -> None:
    """Take out what is held about a person, as it was shown, in this transaction.

    Contacts keep their place without the person, messages not sent are cancelled, roles and posts
    are taken away, and tokens in the log stand for nobody. Who it was is kept as digests, so that
    a backup that is put back does not bring the person along.

    Raises :class:`Conflict` where something has changed since, something is under way to them, or
    a setting names them; :class:`Invalid` for the last administrator.
    """
    require_operator(actor)
    connection = session.connection()
    members.hold(session)
    _check_settings(office, seen)
    _check_last_admin(session, office, seen)
    rows = _rows(connection, {contact.id for contact in seen.contacts})
    if _held(connection, rows, seen.slack_ids) != seen:
        raise Conflict("people.changed", name=seen.name)
    if storage.are_under_way(connection, seen.slack_ids):
        raise Conflict("people.under_way", name=seen.name)
    _take_out(session, office, rows, seen.slack_ids)
    audit.record(session, actor, office.now(), list(_acts(seen)))
    key = installation.key(session)
    gone = {
        *(erasures.of_person(key, each) for each in seen.slack_ids),
        *(_mark(key, row) for row in rows),
    }
    erasures.remember(session, office, gone)


def _rows(connection: Connection, ids: Collection[int]) -> list[AnyRow]:
    return [row for row in storage.contacts(connection) if row.id in ids]


def _check_settings(office: Office, person: Person) -> None:
    settings = office.settings
    named = {SETTING: settings.admins, _OPERATIONS: (settings.operations_channel or "",)}
    for setting, ids in named.items():
        if set(ids) & set(person.slack_ids):
            raise Conflict("people.in_settings", name=person.name, setting=setting)


def _check_last_admin(session: Session, office: Office, person: Person) -> None:
    is_admin = any(each.role is Role.admin and not each.board for each in person.roles)
    others = set(members.list_admins(session)) - set(person.slack_ids)
    if is_admin and not others and not office.settings.admins:
        raise Invalid("people.last_admin", name=person.name)


def _take_out(
    session: Session, office: Office, rows: Sequence[AnyRow], slack_ids: Sequence[str]
) -> None:
    connection = session.connection()
    storage.empty_contacts(session, _new_names(connection, rows))
    if not slack_ids:
        return
    vacated = [row.id for row in storage.coordinated(connection, slack_ids)]
    storage.take_roles(session, slack_ids)
    storage.vacate(session, slack_ids)
    storage.forget_tokens(session, slack_ids)
    _forget_messages(session, office, slack_ids)
    installation.raise_register_revision(session)
    upkeep.keep_up(session, office, vacated)


def _forget_messages(session: Session, office: Office, slack_ids: Sequence[str]) -> None:
    """Take people out of the messages to them.

    The newest line in the file beside the database must stay known to the register, or it would
    be taken for an older copy.
    """
    instead = f"{storage.GONE}.{secrets.token_hex(4)}"
    renamed = storage.forget_messages(session, slack_ids, instead, _fresh_key)
    beside = sent_file(office.database)
    last = beside.last() if beside is not None else None
    if beside is not None and last in renamed:
        beside.add([renamed[last]], storage.GONE)


def _fresh_key() -> str:
    return secrets.token_hex(8)


def empty(session: Session, rows: Sequence[AnyRow]) -> None:
    """Take the person out of contacts."""
    storage.empty_contacts(session, _new_names(session.connection(), rows))


def _new_names(connection: Connection, rows: Sequence[AnyRow]) -> dict[int, str]:
    """Name contacts that tell nothing; two of one party differ, or no workbook could name them."""
    taken: dict[int, set[str]] = defaultdict(set)
    for row in storage.contacts(connection) if rows else ():
        taken[row.party_id].add(row.name)
    names: dict[int, str] = {}
    for row in rows:
        names[row.id] = _free_name(taken[row.party_id])
        taken[row.party_id].add(names[row.id])
    return names


def _free_name(taken: Collection[str]) -> str:
    number = 1
    while (name := NOBODY if number == 1 else f"{NOBODY} {number}") in taken:
        number += 1
    return name


def _acts(person: Person) -> Iterator[audit.Act]:
    """Tell what was done without telling to whom: of all of it, and agreement by agreement."""
    whole = {
        "contacts_erased": len(person.contacts),
        "roles_erased": len(person.roles),
        "posts_vacated": len(person.posts),
        "messages_cancelled": person.unsent,
    }
    yield audit.Act("person_erased", "person:erased", after=whole)
    contacts, posts = defaultdict[int, int](int), defaultdict[int, int](int)
    for contact in person.contacts:
        contacts[contact.agreement_id] += 1
    for post in person.posts:
        posts[post.agreement_id] += 1
    for found in sorted({*contacts, *posts}):
        counts = {"contacts_erased": contacts[found], "posts_vacated": posts[found]}
        after = {name: number for name, number in counts.items() if number}
        yield audit.Act("person_erased", f"agreement:{found}", found, after=after)


# -- keeping out


def reapply(session: Session, office: Office, known: Collection[str]) -> int:
    """Erase anew whoever has been erased before and came back with a backup; say how many rows.

    ``known`` are digests from elsewhere; those of this register count too.
    """
    connection, key = session.connection(), installation.key(session)
    digests = {*known, *erasures.listed(connection)}
    ids = [
        each for each in storage.slack_ids(connection) if erasures.of_person(key, each) in digests
    ]
    rows = [
        row
        for row in storage.contacts(connection)
        if not is_nobody(row) and (row.slack_id in ids or _mark(key, row) in digests)
    ]
    storage.add_erasures(session, known, office.now())
    if ids or rows:
        _take_out(session, office, rows, ids)
        after = {"people": len(ids), "contacts_erased": len(rows)}
        act = audit.Act("erasures_reapplied", "person:erased", after=after)
        audit.record(session, audit.TERMINAL, office.now(), [act])
    return len({*ids, *(row.slack_id or f"row {row.id}" for row in rows)})


def fold_log(office: Office) -> bool:
    """See to it that nothing old is left in the log beside the database; say whether it could."""
    with office.database.reading() as connection:
        return storage.fold_log(connection)


def _mark(key: str, row: AnyRow) -> str:
    return erasures.of_contact(key, row.name, row.email, row.organisation)
