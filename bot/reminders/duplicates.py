"""Looking through the bot's own direct messages, once a night, for one that stands there twice.

It is to find nothing: delivery sees to that, and this sees whether delivery does. What it finds is
told to those who run the bot; nothing is ever removed, for that is a person's to decide.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, Protocol

import structlog

from bot import requests
from bot.clock import local_day, real_now
from bot.office import Office
from bot.reminders.alarms import raise_alarm
from bot.reminders.messenger import Matter, NotDelivered, Trouble
from storage import installation, outbox
from storage.rows import AnyRow

_log = structlog.get_logger("delivery")

BEGINS: Final = timedelta(hours=3)
"""After midnight: when few write to Slack, and after the backup of the night."""
LOOKED_BACK: Final = timedelta(days=14)
MOST_CHANNELS: Final = 500
"""A night; one a round, so that Slack's limits for reading are far away."""
MOST_MESSAGES: Final = 1_000
"""In one conversation, the newest of them."""


class History(Protocol):
    """Reads what stands in a conversation."""

    def standing(self, channel_id: str, since: datetime, most: int) -> Mapping[str, Sequence[str]]:
        """Give the names of our own messages by the keys they carry.

        Raises :class:`NotDelivered` when it cannot be asked.
        """
        ...


@dataclass(slots=True)
class NightlySearch:
    """One process's part; whoever comes first takes the night."""

    office: Office
    history: History
    _night: date | None = None
    _left: list[AnyRow] = field(default_factory=list)
    _not_before: float = 0.0

    def turn(self) -> None:
        """Look through one conversation, if there is one left tonight."""
        self._begin()
        if self._left and time.monotonic() >= self._not_before:
            self._look_through(self._left.pop(0))

    def _begin(self) -> None:
        now = self.office.now()
        night = local_day(now - BEGINS, self.office.settings.time_zone)
        if night == self._night:
            return
        with self.office.database.writing() as session:
            is_mine = installation.first_time(session, f"night:{night.isoformat()}", real_now())
            since = now - LOOKED_BACK
            requests.forget_old(session)
            found = outbox.direct_messages(session, since, MOST_CHANNELS) if is_mine else ()
        self._night, self._left = night, list(found)

    def _look_through(self, row: AnyRow) -> None:
        since = row.first_send_at - LOOKED_BACK
        try:
            standing = self.history.standing(row.channel_id, since, MOST_MESSAGES)
        except NotDelivered as trouble:
            self._not_now(row, trouble)
            return
        twice = {key: names for key, names in standing.items() if len(set(names)) > 1}
        if twice:
            self._tell(row, twice)

    def _not_now(self, row: AnyRow, trouble: NotDelivered) -> None:
        """Wait as Slack asks; whatever else it is, the next night looks as far back."""
        _log.warning("not_looked_through", channel=row.channel_id, code=trouble.code)
        if trouble.trouble is Trouble.too_fast:
            self._left = [row, *self._left]
            self._not_before = time.monotonic() + trouble.wait

    def _tell(self, row: AnyRow, twice: Mapping[str, Sequence[str]]) -> None:
        """Tell once: a message more is a newer name, and the same ones are told already."""
        newest = max(name for names in twice.values() for name in names)
        _log.error("message_stands_twice", channel=row.channel_id, keys=len(twice), newest=newest)
        with self.office.database.writing() as session:
            raise_alarm(
                session,
                self.office,
                Matter.doubled,
                f"{row.channel_id}:{newest}",
                detail=str(len(twice)),
                subject=outbox.by_wire_key(session, min(twice)),
            )
