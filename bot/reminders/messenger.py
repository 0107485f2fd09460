"""What delivery needs of whatever carries its messages; Slack's is ``handlers/messenger.py``."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.working_days import Closed
from storage.types import PartialDate


@dataclass(frozen=True, slots=True)
class Reminder:
    """What a reminder tells, as things are at the moment of sending.

    ``step`` is in working days: negative before the day it is due, positive after. ``moved`` says
    why the day is not the agreed one.
    """

    step: int
    agreement_id: int
    agreement_number: str
    agreement_name: str
    evaluation_id: int
    revision: int
    label: str  # the evaluation's number, or the name of an extra
    due: PartialDate
    due_on: date
    agreed_on: date | None
    moved: Closed | None
    booked_on: PartialDate | None
    held_on: PartialDate | None
    today: date


class Trouble(enum.StrEnum):
    """What a failed request means, by what may have happened at the other end."""

    not_now = "not_now"  # certainly not posted; try again later
    too_fast = "too_fast"  # certainly not posted; wait as long as was asked
    nobody_may = "nobody_may"  # our token is no good: stop sending altogether
    not_there = "not_there"  # this recipient cannot be reached
    our_fault = "our_fault"  # the message itself is refused
    unsure = "unsure"  # it may have been posted


class NotDelivered(Exception):
    """A request to post failed. ``wait`` is in seconds; ``code`` is the other end's word."""

    def __init__(self, trouble: Trouble, code: str, wait: float = 0) -> None:
        super().__init__(code)
        self.trouble = trouble
        self.code = code
        self.wait = wait


class Messenger(Protocol):
    """Carries messages. Every method raises :class:`NotDelivered`."""

    def channel_of(self, recipient: str) -> str:
        """Give the channel to post in: the person's direct messages, or the channel itself."""
        ...

    def post(self, channel_id: str, reminder: Reminder, *, recipient: str, wire_key: str) -> str:
        """Post once, without any retry of its own; give the message's name in Slack."""
        ...

    def edit(self, channel_id: str, ts: str, reminder: Reminder, *, recipient: str) -> None:
        """Let a message say how its matter stands now."""
        ...

    def look(self, channel_id: str, wire_key: str, since: datetime) -> str | None:
        """Look for our own message with this key; its name, or None where it certainly is not.

        Raises :class:`NotDelivered` when the look cannot be conclusive.
        """
        ...
