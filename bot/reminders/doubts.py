"""What may have been sent without our knowing: settling, looking in Slack, and what was forgotten.

A row that says *sending* but has no owner was left by a process that died, and one whose answer was
lost is *unknown*: both are looked for, once Slack has had the time to show what it accepted. A row
that is late, was tried before, or stands in a register that was put back is looked for before it is
sent. Where nobody can look, nothing is guessed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.clock import FileClock
from bot.office import Office
from bot.reminders.messenger import FOR_GOOD, Messenger, NotDelivered, Trouble
from bot.reminders.outcomes import Outcomes
from storage import outbox
from storage.models import OutboxKind, OutboxState
from storage.rows import AnyRow
from storage.sent_file import SentFile

SETTLING: Final = timedelta(seconds=70)
"""How long Slack may take to show what it has accepted after our connection was closed."""
LATE: Final = timedelta(minutes=5)
"""From here on a row is looked for before it is sent."""


@dataclass(frozen=True, slots=True)
class Restored:
    """When a backup was put back, really, and until when the register knows what was sent."""

    known_until: datetime | None = None
    at: datetime | None = None

    @property
    def is_marked(self) -> bool:
        """A backup has been put back."""
        return self.known_until is not None

    def has_forgotten(self, row: AnyRow) -> bool:
        """Say whether a message may have been sent and not be known.

        It was due by then, and was owed already in the backup or has fallen due since.
        """
        if self.known_until is None or self.at is None:
            return False
        planned_at: datetime = row.planned_at
        due_at: datetime = row.due_at
        was_owed = planned_at <= self.known_until or due_at >= self.known_until
        return was_owed and due_at <= self.at

    def is_decided(self, row: AnyRow, tries: int) -> bool:
        """Say whether somebody has asked since for a message to be sent again."""
        return self.at is not None and tries > 0 and row.next_at > self.at


@dataclass(slots=True)
class _Waiting:
    """Since when this process has seen a row as unknown, by the clock that settling follows."""

    fence: int
    since: float


@dataclass(slots=True)
class Doubts:
    """Settles what is in doubt, for one process."""

    office: Office
    messenger: Messenger
    outcomes: Outcomes
    sent_file: SentFile | None
    running: Callable[[], float] = time.monotonic  # seconds, by a clock that nobody can set
    restored: Restored = field(default_factory=Restored)
    _unknown: dict[int, _Waiting] = field(default_factory=dict)

    def under_way(self) -> list[int]:
        """Give what is being sent, or may have been; what no longer is, is forgotten here."""
        with self.office.database.reading() as connection:
            seen = outbox.under_way(connection)
        self._unknown = {key: value for key, value in self._unknown.items() if key in seen}
        return seen

    def settle(self, row_id: int) -> None:
        """Find out about a row that we own: sent, planned again, held, or not yet."""
        with self.office.database.reading() as connection:  # as it is, now that it is owned
            row = outbox.one(connection, row_id)
        if row is None or row.state not in {OutboxState.sending, OutboxState.unknown}:
            return
        if row.state is OutboxState.sending:
            self.outcomes.unsure(row)
        if row.channel_id is None:  # nothing can have been posted before the channel was known
            self.outcomes.not_there(row)
        elif self._is_settled(row):
            self._look_for(row)

    def _is_settled(self, row: AnyRow) -> bool:
        now = self._settling_clock()
        waiting = self._unknown.get(row.id)
        if waiting is None or waiting.fence != row.fence:
            waiting = self._unknown[row.id] = _Waiting(row.fence, now)
        return now - waiting.since >= SETTLING.total_seconds()

    def _settling_clock(self) -> float:
        """Follow this process's own clock; where the bot's clock stands in a file, that one."""
        if isinstance(self.office.clock, FileClock):
            return self.office.now().timestamp()
        return self.running()

    def _look_for(self, row: AnyRow) -> None:
        try:
            ts = self.look(row.channel_id, [row]).get(row.wire_key)
        except NotDelivered as trouble:
            if trouble.trouble in FOR_GOOD:
                code = "no_history" if trouble.code == "no_history" else "not_seen"
                self.outcomes.held(row, code, was=OutboxState.unknown)
            return  # a failure that passes: looked for again in a later round
        if ts is None:
            self.outcomes.not_there(row)
        else:
            self.outcomes.sent(row, ts, OutboxState.unknown)

    def look(self, channel_id: str, rows: Sequence[AnyRow]) -> dict[str, str]:
        """Look for rows in a person's direct messages; give the names of those that are there."""
        moments = [row.first_send_at for row in rows] + [row.due_at for row in rows]
        since = min(moment for moment in (*moments, self.restored.known_until) if moment) - LATE
        return dict(self.messenger.look(channel_id, [row.wire_key for row in rows], since))

    def already(self, row: AnyRow, channel_id: str, members: Sequence[AnyRow]) -> str | None:
        """Give the name of a message that was sent and forgotten, if it was.

        Raises :class:`NotDelivered` where it may have been and nobody can look.
        """
        written = self._written([row]).get(row.wire_key)
        if written is not None:
            return written
        if self._must_look(row, channel_id, row.attempts - 1):
            return self.look(channel_id, [row]).get(row.wire_key)
        in_channel = channel_id == row.recipient and row.kind != OutboxKind.alarm
        if in_channel and self._is_forgotten(row, members):
            raise NotDelivered(Trouble.not_there, "restored")
        return None

    def known(self, channel_id: str | None, rows: Sequence[AnyRow]) -> dict[str, str]:
        """Give the names of those planned rows that turn out to be in Slack already.

        Without a channel none of them has ever been posted.
        """
        found = self._written(rows)
        if channel_id is None:
            return found
        left = [row for row in rows if row.wire_key not in found]
        doubtful = [row for row in left if self._must_look(row, channel_id, row.attempts)]
        return found | (self.look(channel_id, doubtful) if doubtful else {})

    def _must_look(self, row: AnyRow, channel_id: str, tries: int) -> bool:
        """Say whether a row may be in Slack: late, tried before, or forgotten by a restore.

        Direct messages alone can be looked through.
        """
        is_late = self.office.now() - row.due_at > LATE
        doubtful = is_late or tries > 0 or self.restored.is_marked
        return doubtful and channel_id != row.recipient

    def _written(self, rows: Sequence[AnyRow]) -> dict[str, str]:
        """Give the names of those that are known beside a register that has forgotten them."""
        if self.sent_file is None or not self.restored.is_marked:
            return {}
        return self.sent_file.find([row.wire_key for row in rows])

    def _is_forgotten(self, row: AnyRow, members: Sequence[AnyRow]) -> bool:
        restored = self.restored
        if restored.is_decided(row, row.attempts - 1):
            return False
        if not members:
            return restored.has_forgotten(row)
        left = [one for one in members if not restored.is_decided(one, one.attempts)]
        return any(restored.has_forgotten(one) for one in left)
