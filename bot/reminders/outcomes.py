"""Writing down what became of a message, with all that follows from it, in one transaction each.

What could not be written (a full disk, a server away) is kept in memory and written before
anything else is sent: a message that is known to have arrived must not be looked for in doubt.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import structlog
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot import upkeep
from bot.office import Office
from bot.reminders.alarms import pass_on, raise_alarm
from bot.reminders.messenger import Matter
from bot.reminders.rerouting import instead_of
from storage import digests, installation, outbox, planning, sending
from storage.models import OutboxKind, OutboxState
from storage.rows import AnyRow

_log = structlog.get_logger("delivery")
_FROM: Final = (OutboxState.sending, OutboxState.unknown)
_REROUTED: Final = {OutboxKind.evaluation, OutboxKind.digest}
"""What others get where somebody is gone; what partners were to read is theirs alone."""
_NOT_TOLD: Final = {OutboxState.held, OutboxState.cancelled}


def backoff(attempts: int, chance: float) -> timedelta:
    """Say how long to wait after so many attempts: 1, 2, 4 … 60 minutes, a tenth of it by chance.

    ``chance`` is from 0 to 1.
    """
    minutes = min(60.0, 2.0 ** min(attempts - 1, 6))
    return timedelta(minutes=minutes * (0.95 + 0.1 * chance))


@dataclass(slots=True)
class Outcomes:
    """Writes outcomes for one process. Each is written only while the row has the same fence."""

    office: Office
    _owed: list[tuple[AnyRow, dict[str, Any]]] = field(default_factory=list)

    def settle_owed(self) -> None:
        """Write what could not be written before. Raises what the database raises."""
        while self._owed:
            row, values = self._owed[0]
            for was in _FROM:  # another process may have found the row without an owner
                self._write(row, was, values)
            self._owed.pop(0)

    def sent(self, row: AnyRow, ts: str, was: OutboxState = OutboxState.sending) -> None:
        """Note that it stands in Slack under this name."""
        values = {"state": OutboxState.sent, "slack_ts": ts, "sent_at": self.office.now()}
        try:
            self._write(row, was, values)
        except DBAPIError:
            self._owed.append((row, values))
            raise

    def unsure(self, row: AnyRow) -> None:
        """Note that it may have been posted, or that its sender is gone."""
        self._write(row, OutboxState.sending, {"state": OutboxState.unknown})

    def again(self, row: AnyRow, *, counted: bool = True) -> None:
        """Try it again later, certainly not posted: at once where it was not the row's fault."""
        chance = random.random()  # noqa: S311  # spreads tries, guards nothing
        wait = backoff(row.attempts, chance) if counted else timedelta()
        values = {
            "state": OutboxState.planned,
            "next_at": self.office.now() + wait,
            "attempts": row.attempts if counted else row.attempts - 1,
        }
        self._write(row, OutboxState.sending, values)

    def not_there(self, row: AnyRow) -> None:
        """Note that it was looked for and not found: it goes out again."""
        self._write(row, OutboxState.unknown, {"state": OutboxState.planned})

    def not_wanted(self, row: AnyRow) -> None:
        """Note that there is nothing to tell any more."""
        values = {"state": OutboxState.cancelled, "reason": "not_wanted"}
        self._write(row, OutboxState.sending, values)

    def held(
        self, row: AnyRow, code: str, *, was: OutboxState = OutboxState.sending, gone: bool = False
    ) -> None:
        """Leave it to a person to decide what becomes of it; those who run the bot are told.

        Where the recipient is ``gone``, others are told in their place; the row stays held until
        one of those messages has arrived.
        """
        values = {
            "state": OutboxState.held,
            "reason": code[:200],
            "hold_since": self.office.now(),
        }
        with self.office.database.writing() as session:
            if not self._settle(session, row, was, values):
                return
            if row.kind == OutboxKind.alarm:
                passed_on = gone and pass_on(session, self.office, row)
                _log.error("alarm_not_delivered", row=row.id, code=code, passed_on=passed_on)
                return
            about = f"{row.natural_key}:{row.fence}"
            raise_alarm(
                session,
                self.office,
                Matter.held,
                about,
                detail=code,
                subject=row,
                besides=row.recipient if gone else "",
            )
            if gone and row.kind in _REROUTED:
                self._reroute(session, row, values)

    def _reroute(self, session: Session, row: AnyRow, values: dict[str, Any]) -> None:
        alone = row.kind == OutboxKind.evaluation
        for one in [row] if alone else digests.release(session, row.id, values):
            known = outbox.recipients_of_step(session, one)
            chosen = instead_of(
                {each.recipient for each in known if each.state is OutboxState.held},
                deputy=one.deputy,
                told={each.recipient for each in known if each.state not in _NOT_TOLD},
                rules=self.office.rules(),
            )
            planning.plan(session, [self._in_place_of(session, one, each) for each in chosen])

    def _in_place_of(self, session: Session, row: AnyRow, recipient: str) -> dict[str, Any]:
        before, _, _ = row.natural_key.rpartition(":")
        made = upkeep.outbox_row(
            self.office,
            installation.key(session),
            kind=OutboxKind.evaluation,
            natural_key=f"{before}:{recipient}",
            recipient=recipient,
            due_at=row.due_at,
            label=row.label,
        )
        mine = {"agreement_id": row.agreement_id, "step": row.step, "subject_id": row.id}
        return made | mine | {"next_at": self.office.now()}

    def _write(self, row: AnyRow, was: OutboxState, values: dict[str, Any]) -> None:
        with self.office.database.writing() as session:
            self._settle(session, row, was, values)

    def _settle(
        self, session: Session, row: AnyRow, was: OutboxState, values: dict[str, Any]
    ) -> bool:
        if not sending.settle(session, row.id, row.fence, values, was=was):
            _log.warning("reminder_changed_meanwhile", row=row.id)
            return False
        if row.kind == OutboxKind.digest:
            digests.settle_members(session, row.id, values | {"channel_id": row.channel_id})
        if values["state"] is OutboxState.sent:
            sending.relieve(session, row.id)
        return True
