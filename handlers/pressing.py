"""A press as it reaches a button, and how it is carried out.

Whoever sees a message can press its buttons, members of other organisations too, and a copy of it
may stand anywhere. So the presser is judged, in the channel of the press, and each press is handled
once, in the transaction of what it does. Values that come back are hints: ids, never rights.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from bot import requests
from bot.access import Actor, Person, Place, recognise_partner
from bot.errors import Invalid
from bot.office import Office
from bot.texts import Texts
from handlers.slack_side import SlackSide

_OUR_IDS: Final = 10**12  # no row of ours has a number as large as this


@dataclass(frozen=True, slots=True)
class Press:
    """A press as it reaches a button: whose, in which language, on which value, where."""

    office: Office
    slack: SlackSide
    person: Person
    texts: Texts
    value: str
    channel_id: str | None
    is_ephemeral: bool
    key: str  # what Slack calls this press

    @property
    def is_public(self) -> bool:
        """It was made on a message that everybody in a channel sees."""
        return not self.is_ephemeral and (self.channel_id or "D")[0] != "D"


@contextmanager
def acting(press: Press) -> Iterator[tuple[Session, Actor]]:
    """Do what a press does: once, in one transaction, by whoever pressed."""
    with press.office.database.writing() as session:
        requests.only_once(session, press.key)
        place = Place(press.channel_id)
        connection = session.connection()
        yield session, recognise_partner(connection, press.person, press.office.settings, place)


def parts_of(press: Press, most: int) -> list[str]:
    """Give the parts of a value, at most so many."""
    return press.value.split(":", most - 1)


def number(text: str) -> int:
    """Read an id of ours; anything else was made by somebody else."""
    if not (text.isascii() and text.isdecimal()) or not 0 <= int(text[:14]) < _OUR_IDS:
        raise Invalid("invalid.button")
    return int(text[:14])


def number_at(parts: list[str], place: int) -> int | None:
    """Read a number where there may be none."""
    return number(parts[place]) if len(parts) > place and parts[place] else None
