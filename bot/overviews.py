"""Looking across the register: lists of agreements, what is coming, what is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from dateutil.relativedelta import relativedelta
from sqlalchemy import Connection

from bot.access import Actor
from bot.agreements import Standing, standing
from bot.errors import Invalid
from bot.folding import fold
from bot.office import Office
from bot.searching import matching
from storage import overviews as storage
from storage.agreements import Choice, page
from storage.rows import AnyRow, Rows
from storage.types import PartialDate

PAGE = 10
"""Agreements on one page of a list."""
MONTHS = 3
"""How far ahead *kommande* looks unless told otherwise; at most ``FURTHEST``."""
FURTHEST = 24


@dataclass(frozen=True, slots=True)
class ListLine:
    """An agreement in a list."""

    id: int
    number: str
    name: str
    standing: Standing
    runs_until: date | None
    open_ended: bool
    is_estimated: bool  # the last day is counted from the length
    coordinator: str | None
    board: str | None


@dataclass(frozen=True, slots=True)
class AgreementList:
    """One page of the register: ``offset`` is how many stand before it."""

    filter: str
    total: int
    offset: int
    lines: tuple[ListLine, ...]

    @property
    def next_offset(self) -> int | None:
        """Where the next page begins, if there is one."""
        after = self.offset + len(self.lines)
        return after if after < self.total else None


@dataclass(frozen=True, slots=True)
class EventLine:
    """Something that falls due: an evaluation, a payment, a commitment or the end of the term."""

    kind: str
    when: PartialDate
    agreement_id: int
    number: str
    name: str
    what: str | None
    amount_ore: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What is coming or late; ``months`` where it looks ahead. ``cut``: there is more."""

    lines: tuple[EventLine, ...]
    cut: bool
    today: date
    months: int | None = None


def listing(
    office: Office, connection: Connection, actor: Actor, *, text: str, offset: int = 0
) -> AgreementList:
    """List the agreements the actor may read, by name.

    The filter is one of the words of :data:`FILTERS`, or part of a name, a number, a party or a
    nämnd. ``offset`` counts from 0; one beyond the end gives an empty page.
    """
    scope, today = actor.scope(), office.today()
    word = fold(text) if text.strip() else ""
    choice = FILTERS.get(word)
    ids = _matching(office, connection, actor, text) if word and choice is None else None
    total, rows = page(
        connection, scope, ids=ids, choice=choice, today=today, offset=offset, limit=PAGE
    )
    lines = tuple(_line(row, today) for row in rows)
    return AgreementList(text.strip()[:100], total, offset, lines)


def _matching(office: Office, connection: Connection, actor: Actor, text: str) -> list[int]:
    by_name = matching(connection, office.names, actor, text)
    by_board = office.names.of_board(connection, actor.register_revision, fold(text))
    return list(dict.fromkeys([*by_name, *by_board]))


FILTERS: Final[dict[str, Choice]] = {
    fold(word): choice
    for choice, words in {
        Choice.in_force: ("gäller", "in force"),
        Choice.ended: ("avslutade", "avslutad", "ended"),
        Choice.preparing: ("under beredning", "beredning", "preparing"),
        Choice.unowned: ("utan samordnare", "no coordinator"),
        Choice.mine: ("mina", "mine"),
    }.items()
    for word in words
}
"""Words that choose by how an agreement stands rather than by name."""


def _line(row: AnyRow, today: date) -> ListLine:
    return ListLine(
        row.id,
        row.number,
        row.name,
        standing(row.status, row.runs_from, row.runs_until, today),
        row.runs_until,
        row.open_ended,
        row.runs_until is not None and row.ends_on is None,
        row.coordinator,
        row.responsible_board,
    )


def upcoming(office: Office, connection: Connection, actor: Actor, *, months: int) -> Overview:
    """Give what falls due within so many months (1 to 24), by day. Raises :class:`Invalid`."""
    if not 1 <= months <= FURTHEST:
        raise Invalid("invalid.months_ahead", most=FURTHEST)
    today = office.today()
    until = today + relativedelta(months=months)
    rows = storage.coming(connection, actor.scope(), today, until)
    return Overview(_events(rows[: storage.ROWS]), len(rows) > storage.ROWS, today, months)


def overdue(office: Office, connection: Connection, actor: Actor) -> Overview:
    """Give what should have been done before today, by day."""
    today = office.today()
    rows = storage.late(connection, actor.scope(), today)
    return Overview(_events(rows[: storage.ROWS]), len(rows) > storage.ROWS, today)


def _events(rows: Rows) -> tuple[EventLine, ...]:
    return tuple(
        EventLine(
            row.kind,
            PartialDate.from_iso(row.when),
            row.agreement_id,
            row.number,
            row.name,
            row.what,
            int(row.amount_ore),
        )
        for row in rows
    )
