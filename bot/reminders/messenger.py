"""What delivery has to say, and what it needs of whatever carries it.

Slack's carrier is ``handlers/messenger.py``.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol, TypeAlias

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


@dataclass(frozen=True, slots=True)
class PartnerReminder:
    """What the channel of an agreement is told of an evaluation, as things are at sending.

    Others read it than those who use the register: nothing stands here but what their view shows.
    ``agreement_name`` is none where details are protected, ``number`` none for an extra evaluation.
    """

    agreement_id: int
    agreement_name: str | None
    number: int | None
    due: PartialDate
    due_on: date
    agreed_on: date | None
    moved: Closed | None
    booked_on: PartialDate | None
    held_on: PartialDate | None
    today: date


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a channel that has just been linked is told: what it will see here, and whose it is.

    No name of an agreement, and nobody's, where its details are protected.
    """

    agreement_id: int
    agreement_name: str | None
    shows_funding: bool
    is_sheltered: bool
    coordinator: str | None


@dataclass(frozen=True, slots=True)
class Digest:
    """Several reminders to one recipient in one message; ``is_late``: some by over two days."""

    members: tuple[Reminder, ...]
    is_late: bool


class Matter(enum.StrEnum):
    """What an alarm is about."""

    held = "held"  # a message has not arrived, or nobody knows whether it has
    was_down = "was_down"  # reminders fell due while the bot was away
    restored = "restored"  # a backup was put back
    disk = "disk"  # the disk is full
    clock = "clock"  # the machine's clock is wrong
    unsound = "unsound"  # the table of messages holds what cannot be
    paused = "paused"  # Slack has let nothing through for a day
    readers = "readers"  # others can read a linked channel than its coordinator agreed to
    doubled = "doubled"  # a message stands twice in somebody's direct messages


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that those who run the bot should know, as things are at the moment of sending.

    About a message (``held``): its row and fence for the buttons, and the reminder it is; a row of
    a digest or of something gone has none. ``code`` is the other end's word. About a time away
    (``was_down``): from when to when, and how many reminders fell due meanwhile. About a pause:
    since when. About messages that stand twice: how many, and with whom.
    """

    matter: Matter
    row_id: int | None = None
    fence: int = 0
    is_settled: bool = False  # somebody has decided since
    is_rerouted: bool = False  # others have been told instead
    recipient: str = ""
    code: str = ""
    is_unsure: bool = False
    reminder: Reminder | None = None
    to_partners: bool = False  # the message went to the agreement's own channel
    greeted: str | None = None  # the agreement whose channel was to be greeted
    agreement: str | None = None  # whose channel others can read
    shows_funding: bool = False  # its money is switched on, and closed since
    since: datetime | None = None
    until: datetime | None = None
    missed: int = 0


ToPartners: TypeAlias = PartnerReminder | Greeting
"""What is posted where others read."""
Notice: TypeAlias = Reminder | Digest | Alarm | ToPartners
"""Anything that is posted."""


class Trouble(enum.StrEnum):
    """What a failed request means, by what may have happened at the other end."""

    not_now = "not_now"  # certainly not posted; try again later
    too_fast = "too_fast"  # certainly not posted; wait as long as was asked
    nobody_may = "nobody_may"  # our token is no good: stop sending altogether
    gone = "gone"  # this recipient is no longer there
    not_there = "not_there"  # we may not, or what is meant is not there
    our_fault = "our_fault"  # the message itself is refused
    not_ours = "not_ours"  # the row was taken from us before anything left
    unsure = "unsure"  # it may have been posted


FOR_GOOD: Final = frozenset({Trouble.gone, Trouble.not_there, Trouble.our_fault})
"""Troubles that no further try will mend."""
RECIPIENT_UNKNOWN: Final = "recipient_unknown"
"""The code where the other end cannot say who a recipient is."""


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

    def judge(self, recipient: str) -> None:
        """Refuse a person who may not be told: only full members of the home workspace may."""
        ...

    def post(
        self,
        channel_id: str,
        notice: Notice,
        *,
        recipient: str,
        wire_key: str,
        members: Sequence[str] = (),
    ) -> str:
        """Post once, without any retry of its own; give the message's name in Slack.

        ``members`` are the wire keys of what a digest tells of, by which it is found too.
        """
        ...

    def edit(self, channel_id: str, ts: str, notice: Notice, *, recipient: str) -> None:
        """Let a message say how its matter stands now."""
        ...

    def look(self, channel_id: str, wire_keys: Sequence[str], since: datetime) -> Mapping[str, str]:
        """Look for our own messages with these keys; give the name of each that is there.

        Raises :class:`NotDelivered` when the look cannot be conclusive.
        """
        ...

    def time(self) -> datetime | None:
        """Give the other end's time, or None where it cannot be had."""
        ...
