"""A bot at work in stories: several processes on one register, and a clock that is moved."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.clock import FileClock
from bot.evaluations.holding import hold
from bot.office import Office
from bot.reminders.delivery import Delivery
from bot.reminders.doubts import SETTLING
from bot.reminders.messenger import Alarm, Messenger
from storage.ownership import Ownership, ownership
from storage.rows import AnyRow
from tests.register import ANNA, Postbox, an_actor, evaluations, registered, reminders

NINE = "2021-10-20T09:00:00+02:00"
"""When the first reminder of an evaluation due on 1 December goes out."""
TERM: dict[str, Any] = {"starts_on": "2021-06-01", "ends_on": "2022-05-31", "steps": "-30, -3"}


@dataclass
class Bot:
    """A bot at work: its office, its Slack, and a clock in a file that can be moved."""

    office: Office
    file: Path
    slack: Postbox = field(default_factory=Postbox)
    moves: int = 0
    owning: list[Ownership] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.office = replace(self.office, clock=FileClock(self.file))
        self.at("2021-09-01T10:00:00+02:00")
        self.delivery = self.started()

    def started(self, slack: Messenger | None = None, **options: Any) -> Delivery:
        """Give a process that has just started, beside those that are."""
        self.owning.append(ownership(self.office.database))
        return Delivery(self.office, slack or self.slack, self.owning[-1], **options)

    def close(self) -> None:
        for owned in self.owning:
            owned.close()

    def at(self, moment: str) -> None:
        self.file.write_text(moment)
        self.moves += 1  # files written within one tick of the disk's clock look the same
        os.utime(self.file, ns=(self.moves, self.moves))

    def round(self, moment: str | None = None, *, later: timedelta | None = None) -> None:
        """Take a turn at a moment, or so much later than now."""
        if later is not None:
            moment = (self.office.now() + later).isoformat()
        if moment is not None:
            self.at(moment)
        self.delivery.round()

    def settle(self) -> None:
        """Let what is doubtful settle, be looked for and be sent again."""
        self.round()
        self.round(later=SETTLING)
        self.round()

    def hold_first(self, agreement_id: int = 1) -> None:
        """Anna presses *Genomförd*."""
        first = evaluations(self.office, agreement_id)[0]
        with self.office.database.writing() as session:
            anna = an_actor(session.connection(), self.office, ANNA)
            hold(session, self.office, anna, evaluation_id=first.id, revision=first.revision)

    @property
    def row(self) -> Any:
        """The first row there is."""
        return reminders(self.office)[0]

    @property
    def digests(self) -> list[AnyRow]:
        """The digests there are, in order."""
        return [row for row in reminders(self.office) if row.kind == "digest"]

    @property
    def alarms(self) -> Sequence[tuple[str, Alarm]]:
        """Whom those alarms went to that were posted, and what they say."""
        return [
            (each.recipient, each.notice)
            for each in self.slack.posted
            if isinstance(each.notice, Alarm)
        ]

    def state_of(self, agreement_id: int, step: int = -30) -> str:
        """How the reminder of an agreement's first evaluation stands."""
        return str(self.reminder_of(agreement_id, step).state)

    def reminder_of(self, agreement_id: int, step: int = -30) -> AnyRow:
        """Give the row of one step of an agreement's first evaluation, the last one made."""
        return [
            row
            for row in sorted(reminders(self.office), key=lambda row: row.id)
            if (row.kind, row.agreement_id, row.step) == ("evaluation", agreement_id, step)
            and row.label == "1"
        ][-1]


def several(bot: Bot, many: int, who: str | None = ANNA, **said: Any) -> list[int]:
    """Register so many agreements whose first reminders fall due at the same moment."""
    numbers = range(1, many + 1)
    named = {"coordinator": who, **TERM, **said}
    return [
        registered(bot.office, f"Avtal {number}", number=f"{who}-{number}", **named)
        for number in numbers
    ]
