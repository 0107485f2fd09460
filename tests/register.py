"""A register for tests: the cast, agreements in one call, and a Slack that remembers its post."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Self

import psycopg
from sqlalchemy import Connection, event, select
from sqlmodel import Session

from bot import upkeep
from bot.access import Actor, Person, PersonKind, recognise
from bot.folding import fold, in_order
from bot.office import Office
from bot.reminders.messenger import Digest, NotDelivered, Notice, Reminder, Trouble
from storage import installation, tables
from storage.database import Database
from storage.models import (
    Agreement,
    ClosedPeriod,
    Commitment,
    Contact,
    Decision,
    Evaluation,
    Grant,
    Member,
    Party,
    PartyKind,
    PartyRole,
    Payment,
    Role,
)
from storage.rows import AnyRow
from storage.types import PartialDate

ANNA = "U_ANNA"  # coordinates
BJORN = "U_BJORN"  # a colleague who reads
CISSI = "U_CISSI"  # administrator
KJELL = "U_KJELL"  # the association's, in an organisation of its own
GRETA = "U_GRETA"  # guest
OTTO = "U_OTTO"  # outsider

KINDS = {
    KJELL: PersonKind.outsider,
    GRETA: PersonKind.multi_channel_guest,
    OTTO: PersonKind.outsider,
}
"""What Slack says of the cast; who is not here is a full member."""


# -- people


def an_actor(connection: Connection, office: Office, who: str = BJORN) -> Actor:
    """Recognise one of the cast, with the roles that the register gives."""
    person = Person(who, KINDS.get(who, PersonKind.member), "sv")
    return recognise(connection, person, office.settings)


def a_role(session: Session, who: str, role: Role | str, board: str = "") -> None:
    """Give somebody a role, for the whole register or one nämnd."""
    now = datetime.fromisoformat("2021-01-04T08:00:00+00:00")
    session.add(
        Member(slack_id=who, role=Role(role), board=board, granted_by="terminal", granted_at=now)
    )
    session.flush()


# -- agreements


def a_day(text: str | None) -> PartialDate | None:
    """Read a day, a month or a year: ``2020-10-29``, ``2021-04``, ``2022``."""
    return None if text is None else PartialDate.from_iso(text)


_DAYS = ("decided_on", "signed_on", "starts_on", "ends_on")


def an_agreement(
    session: Session,
    office: Office,
    name: str = "Kultur 1740",
    *,
    number: str = "IOP-1",
    coordinator: str | None = ANNA,
    public: str | None = "Tranemo kommun",
    civil: str | None = None,
    members: Iterable[str] = (),
    board: str | None = None,
    grants: Iterable[tuple[Any, ...]] = (),
    payments: Iterable[dict[str, Any]] = (),
    contacts: Iterable[dict[str, Any]] = (),
    commitments: Iterable[dict[str, Any]] = (),
    evaluations: Iterable[dict[str, Any]] = (),
    **said: Any,
) -> int:
    """Register an agreement with its plan and its reminders, and give its id.

    ``grants`` are (year or None, öre or None) with ``"preliminary"`` after it where it is so;
    ``evaluations`` are typed rows (``due``, ``held_on``, ``number``). Days are ISO text.
    """
    rest: dict[str, Any] = _with_days(said, *_DAYS)
    found = Agreement(
        uid=f"uid{fold(number).replace(' ', '')}",
        number=number,
        number_folded=fold(number),
        name=name,
        name_folded=fold(name),
        name_ordered=in_order(name),
        coordinator=coordinator,
        responsible_board=board,
        registered_at=office.now(),
        **rest,
    )
    session.add(found)
    session.flush()
    assert found.id is not None
    parties = _parties(session, found.id, public, civil or name, members)
    for year, ore, *decision in grants:
        kind = Decision(decision[0]) if decision else Decision.decided
        session.add(Grant(agreement_id=found.id, year=year, amount_ore=ore, decision=kind))
    for each in payments:
        session.add(Payment(agreement_id=found.id, **_with_days(each, "planned_on", "paid_on")))
    for each in contacts:
        _of_party(session, Contact, found.id, parties, _with_days(each, "confirmed_on"))
    for each in commitments:
        _of_party(session, Commitment, found.id, parties, _with_days(each, "due_on", "done_on"))
    for each in evaluations:
        typed_evaluation(session, office, found.id, **each)
    installation.raise_register_revision(session)
    session.flush()
    upkeep.keep_up(session, office, [found.id])
    return found.id


def _parties(
    session: Session, agreement_id: int, public: str | None, civil: str, members: Iterable[str]
) -> dict[str, int]:
    ids: dict[str, int] = {}
    umbrella = PartyKind.umbrella if members else PartyKind.association
    if public:
        kind = PartyKind.region if "Region" in public else PartyKind.municipality
        ids[public] = _party(session, agreement_id, public, PartyRole.public, kind)
    if civil:
        ids[civil] = _party(session, agreement_id, civil, PartyRole.civil, umbrella)
    for member in members:
        kind = PartyKind.association
        ids[member] = _party(
            session, agreement_id, member, PartyRole.civil, kind, umbrella=ids[civil]
        )
    return ids


def _party(
    session: Session,
    agreement_id: int,
    name: str,
    role: PartyRole,
    kind: PartyKind,
    *,
    umbrella: int | None = None,
) -> int:
    party = Party(
        agreement_id=agreement_id,
        organisation=name,
        organisation_folded=fold(name),
        role=role,
        kind=kind,
        umbrella_id=umbrella,
    )
    session.add(party)
    session.flush()
    assert party.id is not None
    return party.id


def _of_party(
    session: Session,
    model: type[Contact | Commitment],
    agreement_id: int,
    parties: dict[str, int],
    values: dict[str, Any],
) -> None:
    party_id = parties[values.pop("of")]
    session.add(model(agreement_id=agreement_id, party_id=party_id, **values))


def _with_days(values: dict[str, Any], *days: str) -> dict[str, Any]:
    return {key: a_day(value) if key in days else value for key, value in values.items()}


def typed_evaluation(
    session: Session, office: Office, agreement_id: int, due: str, **said: Any
) -> int:
    """Add an evaluation that a person has set the day of."""
    day = PartialDate.from_iso(due)
    found = Evaluation(
        agreement_id=agreement_id,
        due=day,
        due_on=day.last_day,
        typed=True,
        known_at=office.now(),
        label=str(said["number"]) if "number" in said else None,
        **_with_days(said, "held_on", "booked_on"),
    )
    session.add(found)
    session.flush()
    assert found.id is not None
    return found.id


def registered(office: Office, name: str = "Kultur 1740", **said: Any) -> int:
    """Register an agreement in a transaction of its own."""
    with office.database.writing() as session:
        return an_agreement(session, office, name, **said)


def change(office: Office, agreement_id: int, **said: Any) -> None:
    """Change an agreement as a coordinator or an import would, and keep up with it."""
    with office.database.writing() as session:
        found = session.get_one(Agreement, agreement_id)
        for key, value in said.items():
            setattr(found, key, a_day(value) if key in _DAYS else value)
        session.flush()
        upkeep.keep_up(session, office, [agreement_id])


def closed(office: Office, from_on: str, to_on: str | None = None, reason: str = "") -> None:
    """Close for some days, and plan everything anew."""
    last = date.fromisoformat(to_on) if to_on else None
    with office.database.writing() as session:
        session.add(ClosedPeriod(from_on=date.fromisoformat(from_on), to_on=last, reason=reason))
        session.flush()
        upkeep.keep_up_every(session, office)


# -- what the register holds


def evaluations(office: Office, agreement_id: int) -> list[AnyRow]:
    """Give the evaluations of an agreement by day."""
    table = tables.evaluation
    with office.database.reading() as connection:
        rows = connection.execute(
            select(table).where(table.c.agreement_id == agreement_id).order_by(table.c.due_on)
        )
        return list(rows)


def reminders(office: Office, *states: str) -> list[AnyRow]:
    """Give the rows of the outbox in these states (all of them if none is named), by moment."""
    table = tables.outbox
    with office.database.reading() as connection:
        rows = connection.execute(select(table).order_by(table.c.due_at, table.c.natural_key))
        return [row for row in rows if not states or row.state in states]


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Collect the statements that reach the database meanwhile, whichever way they were sent."""
    statements: list[str] = []

    def note(statement: str) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")):
            statements.append(statement)

    class Noting(psycopg.Cursor[Any]):
        def execute(self, query: Any, *values: Any, **options: Any) -> Self:
            note(str(query))
            return super().execute(query, *values, **options)

    def watch(connection: Any, *_rest: Any) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.set_trace_callback(note)
        else:
            connection.cursor_factory = Noting

    def leave(connection: Any, *_rest: Any) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.set_trace_callback(None)
        elif connection is not None:  # None: it has been thrown away
            connection.cursor_factory = psycopg.Cursor

    database.close()  # a connection that is kept for the next question would not be seen
    event.listen(database.engine, "checkout", watch)
    event.listen(database.engine, "checkin", leave)
    try:
        yield statements
    finally:
        event.remove(database.engine, "checkout", watch)
        database.close()
        event.remove(database.engine, "checkin", leave)


# -- a Slack that remembers


@dataclass(frozen=True)
class Posted:
    """One message as it lies in a channel."""

    channel_id: str
    key: str
    recipient: str
    notice: Notice
    members: tuple[str, ...] = ()  # the keys of what a digest tells of

    @property
    def reminder(self) -> Reminder:
        """What it tells, where it is a reminder."""
        assert isinstance(self.notice, Reminder)
        return self.notice

    @property
    def reminders(self) -> tuple[Reminder, ...]:
        """Every reminder in it; an alarm has none."""
        match self.notice:
            case Reminder():
                return (self.notice,)
            case Digest():
                return self.notice.members
            case _:
                return ()

    @property
    def steps(self) -> tuple[int | None, ...]:
        """The steps it tells of; None for an alarm."""
        return tuple(one.step for one in self.reminders) or (None,)


@dataclass
class Postbox:
    """Carries messages to nowhere and remembers them; ``next`` are troubles to come, in order.

    A trouble named with ``"posted "`` before its code happens after the message has arrived.
    """

    next: list[NotDelivered] = field(default_factory=list)
    looks: list[NotDelivered] = field(default_factory=list)
    meanwhile: Callable[[], None] | None = None  # happens while a post is under way
    posted: list[Posted] = field(default_factory=list)
    edited: list[Posted] = field(default_factory=list)
    looked: list[tuple[str, datetime]] = field(default_factory=list)
    clock: datetime | None = None  # Slack's own, where it can be asked

    def channel_of(self, recipient: str) -> str:
        return f"D_{recipient}" if recipient.startswith("U") else recipient

    def judge(self, recipient: str) -> None:
        """Everybody may be told."""

    def post(
        self,
        channel_id: str,
        notice: Notice,
        *,
        recipient: str,
        wire_key: str,
        members: Sequence[str] = (),
    ) -> str:
        if self.meanwhile is not None:
            self.meanwhile()
        trouble = self.next.pop(0) if self.next else None
        if trouble is None or trouble.code.startswith("posted "):
            self.posted.append(Posted(channel_id, wire_key, recipient, notice, tuple(members)))
        if trouble is not None:
            raise trouble
        return f"{len(self.posted)}.000"

    def edit(self, channel_id: str, ts: str, notice: Notice, *, recipient: str) -> None:
        place = int(float(ts)) - 1
        assert self.posted[place].channel_id == channel_id
        self.edited.append(Posted(channel_id, self.posted[place].key, recipient, notice))

    def look(self, channel_id: str, wire_keys: Sequence[str], since: datetime) -> dict[str, str]:
        self.looked.append((channel_id, since))
        if self.looks:
            raise self.looks.pop(0)
        if not channel_id.startswith("D"):
            raise NotDelivered(Trouble.not_there, "no_history")
        return {
            key: f"{place}.000"
            for place, each in enumerate(self.posted, 1)
            if each.channel_id == channel_id
            for key in (each.key, *each.members)
            if key in wire_keys
        }

    def time(self) -> datetime | None:
        return self.clock

    @property
    def told(self) -> Sequence[tuple[str, int | None]]:
        """Who was told of which step, in order; an alarm has none."""
        return [(each.recipient, step) for each in self.posted for step in each.steps]
