"""Delivering what is due, once.

One turn (:meth:`Delivery.round`):

1. Plan the whole register anew, at the start and every hour.
2. Rows that say *sending* but have no owner were left by a process that died: *unknown*.
3. Look in Slack for what is unknown and settled: *sent* if it is there, *planned* again if not.
4. Send what is due: own the row, commit the intent, check again, post once, commit the outcome.
5. Edit messages whose matter is done.

Each step commits by itself; whatever happens between two of them, the row says what is to be done.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot import upkeep
from bot.clock import FileClock, real_now
from bot.office import Office
from bot.reminders.messenger import Messenger, NotDelivered, Reminder, Trouble
from bot.reminders.planning import is_open
from bot.working_days import WorkingDays
from storage import installation, outbox
from storage.models import OutboxState
from storage.ownership import Ownership
from storage.rows import AnyRow

_log = structlog.get_logger("delivery")

SETTLING = timedelta(seconds=70)
"""How long Slack may take to show what it has accepted after our connection was closed."""
PLAN_EVERY = timedelta(hours=1)
LATE = timedelta(minutes=5)
"""From here on a row is looked for before it is sent."""
_POST = "chat.postMessage"
_NOT_WANTED: dict[str, object] = {"state": OutboxState.cancelled, "reason": "not_wanted"}
_PAGE = 100


def backoff(attempts: int, chance: float) -> timedelta:
    """Say how long to wait after so many attempts: 1, 2, 4 … 60 minutes, a tenth of it by chance.

    ``chance`` is from 0 to 1.
    """
    minutes = min(60.0, 2.0 ** min(attempts - 1, 6))
    return timedelta(minutes=minutes * (0.95 + 0.1 * chance))


@dataclass(slots=True)
class _Waiting:
    """Since when this process has seen a row as unknown, by the clock that settling follows."""

    fence: int
    since: float


class Delivery:
    """One process's part in delivering. Any number of them share the database."""

    def __init__(
        self,
        office: Office,
        messenger: Messenger,
        ownership: Ownership,
        *,
        stop: Callable[[], bool] = lambda: False,
        progress: Callable[[], None] = lambda: None,
    ) -> None:
        self._office = office
        self._messenger = messenger
        self._ownership = ownership
        self._stop = stop
        self._progress = progress  # told after every row, so that a long round is no silence
        self._planned_at: datetime | None = None
        self._unknown: dict[int, _Waiting] = {}

    def round(self) -> None:
        """Take one turn. Raises what the database raises; trouble with Slack is a row's state."""
        self._plan()
        self._reconcile()
        self._send_due()
        self._edit()
        with self._office.database.writing() as session:
            installation.mark_round(session, real_now())

    # -- planning

    def _plan(self) -> None:
        now = self._office.now()
        last = self._planned_at
        if last is None or not timedelta() <= now - last < PLAN_EVERY:
            upkeep.keep_up_all(self._office, self._progress)
            self._planned_at = now

    # -- what may have been sent

    def _reconcile(self) -> None:
        with self._office.database.reading() as connection:
            rows = outbox.under_way(connection)
        seen = {row.id for row in rows}
        self._unknown = {key: value for key, value in self._unknown.items() if key in seen}
        for row in rows:
            if self._stop():
                return
            self._progress()
            with self._ownership.of(row.id) as owned:
                if owned:
                    self._reconcile_one(row)

    def _reconcile_one(self, row: AnyRow) -> None:
        if row.state is OutboxState.sending:
            self._write(row, OutboxState.sending, {"state": OutboxState.unknown})
        if row.channel_id is None:  # nothing can have been posted before the channel was known
            self._write(row, OutboxState.unknown, {"state": OutboxState.planned})
        elif self._is_settled(row):
            self._look(row)

    def _is_settled(self, row: AnyRow) -> bool:
        now = self._settling_clock()
        waiting = self._unknown.get(row.id)
        if waiting is None or waiting.fence != row.fence:
            waiting = self._unknown[row.id] = _Waiting(row.fence, now)
        return now - waiting.since >= SETTLING.total_seconds()

    def _settling_clock(self) -> float:
        """Follow this process's own clock; where the bot's clock stands in a file, that one."""
        if isinstance(self._office.clock, FileClock):
            return self._office.now().timestamp()
        return time.monotonic()

    def _look(self, row: AnyRow) -> None:
        try:
            ts = self._messenger.look(row.channel_id, row.wire_key, _since(row))
        except NotDelivered as trouble:
            if trouble.trouble in {Trouble.not_there, Trouble.our_fault}:
                self._write(row, OutboxState.unknown, self._held(trouble.code))
            return  # a failure that passes: looked for again in a later round
        if ts is None:
            self._write(row, OutboxState.unknown, {"state": OutboxState.planned})
        else:
            self._write(row, OutboxState.unknown, self._sent(ts))

    # -- sending

    def _send_due(self) -> None:
        with self._office.database.reading() as connection:
            ids = outbox.due(connection, self._office.now(), _PAGE)
            if not ids or not self._may_send(connection):
                return
        for row_id in ids:
            if self._stop():
                return
            self._progress()
            with self._ownership.of(row_id) as owned:
                if owned and not self._send(row_id):
                    return

    def _may_send(self, connection: Connection) -> bool:
        """Say whether now is a time to send, and Slack has not asked us to wait."""
        paused = installation.paused_until(connection, _POST)
        if paused is not None and paused > real_now():
            return False
        rules, calendar = self._office.rules(), self._office.calendar(connection)
        return is_open(self._office.now(), calendar=calendar, zone=rules.zone, hour=rules.hour)

    def _send(self, row_id: int) -> bool:
        """Send one row; false when the round should end because nothing can be sent now."""
        with self._office.database.writing() as session:
            row = outbox.claim(session, row_id, self._office.now(), real_now())
        if row is None:
            return True
        if row.evaluation_id is None or row.held_on is not None:
            self._write(row, OutboxState.sending, _NOT_WANTED)
            return True
        try:
            ts = self._post(row)
        except NotDelivered as trouble:
            return self._not_sent(row, trouble)
        self._write(row, OutboxState.sending, self._sent(ts))
        _log.info("reminder_sent", row=row.id, step=row.step, agreement=row.agreement_id)
        return True

    def _post(self, row: AnyRow) -> str:
        channel_id = row.channel_id or self._messenger.channel_of(row.recipient)
        if row.channel_id is None:
            with self._office.database.writing() as session:
                outbox.set_channel(session, row.id, row.fence, channel_id)
        # Direct messages alone are looked through; what is doubtful in a channel is never planned.
        is_late = self._office.now() - row.due_at > LATE
        if (is_late or row.attempts > 1) and channel_id != row.recipient:
            found = self._messenger.look(channel_id, row.wire_key, _since(row))
            if found is not None:
                return found
        reminder = self._reminder(row)
        return self._messenger.post(
            channel_id, reminder, recipient=row.recipient, wire_key=row.wire_key
        )

    def _not_sent(self, row: AnyRow, trouble: NotDelivered) -> bool:
        _log.warning("reminder_not_sent", row=row.id, trouble=trouble.trouble, code=trouble.code)
        match trouble.trouble:
            case Trouble.unsure:
                self._write(row, OutboxState.sending, {"state": OutboxState.unknown})
            case Trouble.too_fast:
                self._write(row, OutboxState.sending, self._again(row, counted=False))
                with self._office.database.writing() as session:
                    until = real_now() + timedelta(seconds=trouble.wait)
                    installation.pause(session, _POST, until)
                return False
            case Trouble.nobody_may:
                self._write(row, OutboxState.sending, self._again(row, counted=False))
                return False
            case Trouble.not_now:
                self._write(row, OutboxState.sending, self._again(row, counted=True))
            case Trouble.not_there | Trouble.our_fault:
                self._write(row, OutboxState.sending, self._held(trouble.code))
        return True

    def _again(self, row: AnyRow, *, counted: bool) -> dict[str, object]:
        now = self._office.now()
        chance = random.random()  # noqa: S311  # spreads tries, guards nothing
        wait = backoff(row.attempts, chance) if counted else timedelta()
        attempts = row.attempts if counted else row.attempts - 1
        return {"state": OutboxState.planned, "next_at": now + wait, "attempts": attempts}

    def _sent(self, ts: str) -> dict[str, object]:
        return {
            "state": OutboxState.sent,
            "slack_ts": ts,
            "sent_at": self._office.now(),
        }

    def _held(self, code: str) -> dict[str, object]:
        return {
            "state": OutboxState.held,
            "reason": code[:200],
            "hold_since": self._office.now(),
        }

    def _write(self, row: AnyRow, was: OutboxState, values: dict[str, object]) -> None:
        with self._office.database.writing() as session:
            if not outbox.settle(session, row.id, row.fence, values, was=was):
                _log.warning("reminder_changed_meanwhile", row=row.id)

    # -- what is done

    def _edit(self) -> None:
        with self._office.database.reading() as connection:
            ids = outbox.edits_wanted(connection, _PAGE)
        for row_id in ids:
            if self._stop():
                return
            self._progress()
            with self._ownership.of(row_id) as owned:
                if owned:
                    self._edit_one(row_id)

    def _edit_one(self, row_id: int) -> None:
        with self._office.database.writing() as session:
            row = outbox.row(session, row_id)
        if row is None:
            return
        if row.evaluation_id is None:  # what it spoke of is gone: there is nothing to say
            self._edited(row_id)
            return
        try:
            reminder = self._reminder(row)
            self._messenger.edit(row.channel_id, row.slack_ts, reminder, recipient=row.recipient)
        except NotDelivered as trouble:
            _log.warning("message_not_edited", row=row_id, code=trouble.code)
            if trouble.trouble not in {Trouble.not_there, Trouble.our_fault}:
                return  # tried again in the next round
        self._edited(row_id)

    def _edited(self, row_id: int) -> None:
        with self._office.database.writing() as session:
            outbox.edited(session, row_id)

    def _reminder(self, row: AnyRow) -> Reminder:
        with self._office.database.reading() as connection:
            calendar = self._office.calendar(connection)
        return reminder_of(row, self._office, calendar)


def _since(row: AnyRow) -> datetime:
    """Say from when on a message may stand in Slack: its first try or its moment, and a little."""
    first: datetime = min(moment for moment in (row.first_send_at, row.due_at) if moment)
    return first - LATE


def reminder_of(row: AnyRow, office: Office, calendar: WorkingDays) -> Reminder:
    """Gather what a message tells, from its row with the evaluation as it is now."""
    moved = calendar.why_closed(row.agreed_on) if row.agreed_on else None
    return Reminder(
        step=row.step,
        agreement_id=row.agreement_id,
        agreement_number=row.agreement_number,
        agreement_name=row.agreement_name,
        evaluation_id=row.evaluation_id,
        revision=row.revision,
        label=row.label,
        due=row.due,
        due_on=row.due_on,
        agreed_on=row.agreed_on,
        moved=moved,
        booked_on=row.booked_on,
        held_on=row.held_on,
        today=office.today(),
    )
