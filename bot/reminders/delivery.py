"""Delivering what is due, once.

One turn (:meth:`Delivery.round`):

1. Write what could not be written the last time, and look for what hinders sending.
2. Plan the whole register anew, at the start and every hour.
3. Rows that say *sending* but have no owner were left by a process that died: *unknown*.
4. Look in Slack for what is unknown and settled: *sent* if it is there, *planned* again if not.
5. Send what is due: own the row, commit the intent, check again, post once, commit the outcome.
   What is due to one recipient at once goes as one digest.
6. Edit messages whose matter is done.

Each step commits by itself; whatever happens between two of them, the row says what is to be done.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

import structlog
from sqlalchemy import Connection

from bot import upkeep
from bot.clock import FileClock, StandingClock, real_now
from bot.office import Office
from bot.reminders.alarms import raise_alarm, span
from bot.reminders.bundling import LARGEST, is_person, may_wait, monday
from bot.reminders.hindrances import Guard, Hindrance
from bot.reminders.messenger import Matter, Messenger, NotDelivered, Trouble
from bot.reminders.notices import notice_of
from bot.reminders.outcomes import Outcomes
from bot.reminders.planning import goes_out_at, is_open
from storage import installation, outbox
from storage.models import OutboxKind, OutboxState
from storage.ownership import Ownership
from storage.rows import AnyRow
from storage.sent_file import sent_file

_log = structlog.get_logger("delivery")

SETTLING: Final = timedelta(seconds=70)
"""How long Slack may take to show what it has accepted after our connection was closed."""
PLAN_EVERY: Final = timedelta(hours=1)
LATE: Final = timedelta(minutes=5)
"""From here on a row is looked for before it is sent."""
_POST: Final = "chat.postMessage"
_PAGE: Final = 100
_NOT_PLANNED: Final = {Hindrance.damaged, Hindrance.disk, Hindrance.clock}
_NOT_LOOKED: Final = {Hindrance.damaged, Hindrance.clock, Hindrance.restored}
_ALARMS: Final = {Hindrance.disk: Matter.disk, Hindrance.clock: Matter.clock}
_Thing = TypeVar("_Thing")
_FOR_GOOD: Final = {Trouble.gone, Trouble.not_there, Trouble.our_fault}


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
        self._guard = Guard(office, messenger)
        self._outcomes = Outcomes(office)
        self._planned_at: datetime | None = None
        self._unknown: dict[int, _Waiting] = {}
        self._hindrance: Hindrance | None = None
        self._sent_file = sent_file(office.database)
        self._restored = Restored()
        self._token_is_good = True  # as far as the last request showed

    def round(self) -> None:
        """Take one turn. Raises what the database raises; trouble with Slack is a row's state."""
        self._outcomes.settle_owed()
        with self._office.database.reading() as connection:
            standing = installation.standing(connection)
        self._restored = Restored(standing.restored_from, standing.restored_at)
        self._hinder(self._guard.hindrance(standing.restored_at))
        if self._hindrance not in _NOT_PLANNED:
            self._plan()
            self._tell_of_time_away(standing.last_moment)
        if self._hindrance not in _NOT_LOOKED:
            self._reconcile()
            self._send_due()
            self._edit()
        if self._hindrance is not Hindrance.damaged:
            why = self._hindrance or (None if self._token_is_good else Hindrance.token)
            with self._office.database.writing() as session:
                installation.mark_round(session, real_now(), self._guard.right_now(), why)

    # -- what stands in the way

    def _hinder(self, found: Hindrance | None) -> None:
        """Note what hinders sending; the first time, those who run the bot are told."""
        if found is self._hindrance:
            return
        before, self._hindrance = self._hindrance, found
        _log.warning("sending_hindered", before=before, now=found)
        if found in _ALARMS:
            with self._office.database.writing() as session:
                about = real_now().isoformat(timespec="minutes")
                # By the right time: a row due by a clock that is ahead would wait for it.
                office = replace(self._office, clock=StandingClock(self._guard.right_now()))
                raise_alarm(session, office, _ALARMS[found], about)

    def _tell_of_time_away(self, last: datetime | None) -> None:
        """Tell once of reminders that fell due while no process went its rounds."""
        now = self._office.now()
        if last is None or now - last <= LATE:
            return
        with self._office.database.writing() as session:
            missed = outbox.missed(session.connection(), last, now - LATE)
            if missed:
                about, detail = last.isoformat(), span(last, now, missed)
                raise_alarm(session, self._office, Matter.was_down, about, detail=detail)

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
            seen = outbox.under_way(connection)
        self._unknown = {key: value for key, value in self._unknown.items() if key in seen}
        for row_id in self._while_working(seen):
            with self._ownership.of(row_id) as owned:
                if owned:
                    self._reconcile_one(row_id)

    def _reconcile_one(self, row_id: int) -> None:
        with self._office.database.reading() as connection:  # as it is, now that it is owned
            row = outbox.one(connection, row_id)
        if row is None or row.state not in {OutboxState.sending, OutboxState.unknown}:
            return
        if row.state is OutboxState.sending:
            self._outcomes.unsure(row)
        if row.channel_id is None:  # nothing can have been posted before the channel was known
            self._outcomes.not_there(row)
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
        if isinstance(self._office.clock, FileClock):
            return self._office.now().timestamp()
        return time.monotonic()

    def _look_for(self, row: AnyRow) -> None:
        try:
            ts = self._look(row.channel_id, [row]).get(row.wire_key)
        except NotDelivered as trouble:
            if trouble.trouble in _FOR_GOOD:
                code = "no_history" if trouble.code == "no_history" else "not_seen"
                self._outcomes.held(row, code, was=OutboxState.unknown)
            return  # a failure that passes: looked for again in a later round
        if ts is None:
            self._outcomes.not_there(row)
        else:
            self._outcomes.sent(row, ts, OutboxState.unknown)

    def _look(self, channel_id: str, rows: Sequence[AnyRow]) -> dict[str, str]:
        """Look for rows in a person's direct messages; give the names of those that are there."""
        moments = [row.first_send_at for row in rows] + [row.due_at for row in rows]
        since = min(moment for moment in (*moments, self._restored.known_until) if moment) - LATE
        return dict(self._messenger.look(channel_id, [row.wire_key for row in rows], since))

    # -- sending

    def _send_due(self) -> None:
        with self._office.database.reading() as connection:
            rows = outbox.due(connection, self._office.now(), _PAGE)
            if not rows or self._is_paused(connection):
                return
            is_open = self._is_open(connection) and self._hindrance is None
            if not is_open and len(rows) == _PAGE:  # reminders that wait must not hide an alarm
                rows = outbox.due_alarms(connection, self._office.now(), _PAGE)
        alone = [row.id for row in rows if row.kind == OutboxKind.alarm]
        if is_open:
            alone += [row.id for row in rows if row.kind == OutboxKind.digest]
            several = dict.fromkeys(
                row.recipient for row in rows if row.kind == OutboxKind.evaluation
            )
        else:
            several = {}
        for row_id in self._while_working(alone):
            if not self._own_and_send(row_id):
                return
        for recipient in self._while_working(several):
            if not self._send_to(recipient):
                return

    def _while_working(self, things: Iterable[_Thing]) -> Iterator[_Thing]:
        """Give one thing after another, until the process is asked to stop."""
        for each in things:
            if self._stop():
                return
            self._progress()
            yield each

    def _is_paused(self, connection: Connection) -> bool:
        until = installation.paused_until(connection, _POST)
        return until is not None and until > real_now()

    def _is_open(self, connection: Connection) -> bool:
        rules, calendar = self._office.rules(), self._office.calendar(connection)
        return is_open(self._office.now(), calendar=calendar, zone=rules.zone, hour=rules.hour)

    def _send_to(self, recipient: str) -> bool:
        """Send what is due to one recipient; false when nothing more can be sent now."""
        now = self._office.now()
        with self._office.database.reading() as connection:
            rows = outbox.due_to(connection, recipient, now, LARGEST)
            waits = self._must_wait(connection, recipient, rows)
        if waits is not None:
            with self._office.database.writing() as session:
                for row in rows:
                    outbox.put_off(session, row.id, row.fence, waits)
            return True
        if len(rows) < 2:
            return all(self._own_and_send(row.id) for row in rows)
        try:
            digest_id = self._bundle(recipient, rows)
        except NotDelivered as trouble:
            return self._not_bundled(rows, trouble)
        return digest_id is None or self._own_and_send(digest_id)

    def _must_wait(
        self, connection: Connection, recipient: str, rows: Sequence[AnyRow]
    ) -> datetime | None:
        """Say until when a message waits because this person has had enough for the week."""
        most, rules = self._office.settings.messages_a_week, self._office.rules()
        if not most or not rows or not is_person(recipient):
            return None
        now = self._office.now()
        next_week = monday(now, rules.hour, rules.zone)
        told_then = goes_out_at(
            next_week,
            now,
            calendar=self._office.calendar(connection),
            zone=rules.zone,
            hour=rules.hour,
        )
        if not may_wait((row.due_on for row in rows), told_then.astimezone(rules.zone)):
            return None
        this_week = monday(now, 0, rules.zone, weeks=0).astimezone(UTC)
        had = outbox.messages_since(connection, recipient, this_week)
        return next_week.astimezone(UTC) if had >= most else None

    def _bundle(self, recipient: str, rows: Sequence[AnyRow]) -> int | None:
        """Make one digest of several rows, those left out that turn out to be in Slack already."""
        channel_id = next((row.channel_id for row in rows if row.channel_id), None)
        channel_id = channel_id or self._messenger.channel_of(recipient)
        found = self._written(rows)
        left = [row for row in rows if row.wire_key not in found]
        doubtful = [row for row in left if self._must_look(row, channel_id, row.attempts)]
        found |= self._look(channel_id, doubtful) if doubtful else {}
        key = f"digest:{secrets.token_hex(12)}"
        with self._office.database.writing() as session:
            for row in rows:
                if row.wire_key in found:
                    stands = {"slack_ts": found[row.wire_key], "channel_id": channel_id}
                    outbox.found_sent(session, row.id, row.fence, stands, self._office.now())
            left = [row for row in rows if row.wire_key not in found]
            if len(left) < 2:
                return None  # the one that is left is sent by itself in the next round
            digest = upkeep.outbox_row(
                self._office,
                installation.key(session),
                kind=OutboxKind.digest,
                natural_key=key,
                recipient=recipient,
                due_at=min(row.due_at for row in left),
            ) | {"channel_id": channel_id}
            return outbox.bundle(session, digest, [(row.id, row.fence) for row in left])

    def _not_bundled(self, rows: Sequence[AnyRow], trouble: NotDelivered) -> bool:
        """Nothing was posted: what is for good is found out by the first row, sent by itself."""
        if trouble.trouble in _FOR_GOOD:
            return all(self._own_and_send(row.id) for row in rows)
        return not self._is_stopped_by(trouble)

    def _is_stopped_by(self, trouble: NotDelivered) -> bool:
        """Note what keeps everything from being sent; say whether it does."""
        if trouble.trouble is Trouble.too_fast:
            with self._office.database.writing() as session:
                installation.pause(session, _POST, real_now() + timedelta(seconds=trouble.wait))
        elif trouble.trouble is Trouble.nobody_may:
            self._token_is_good = False
        return trouble.trouble in {Trouble.too_fast, Trouble.nobody_may, Trouble.not_ours}

    def _must_look(self, row: AnyRow, channel_id: str, tries: int) -> bool:
        """Say whether a row may be in Slack: late, tried before, or forgotten by a restore.

        Direct messages alone can be looked through.
        """
        is_late = self._office.now() - row.due_at > LATE
        doubtful = is_late or tries > 0 or self._restored.is_marked
        return doubtful and channel_id != row.recipient

    def _own_and_send(self, row_id: int) -> bool:
        with self._ownership.of(row_id) as owned:
            return not owned or self._send(row_id)

    def _send(self, row_id: int) -> bool:
        """Send one row; false when the round should end because nothing can be sent now."""
        with self._office.database.writing() as session:
            row = outbox.claim(session, row_id, self._office.now(), real_now())
        if row is None:
            return True
        with self._office.database.reading() as connection:
            members = [
                member
                for member in outbox.members(connection, row.id)
                if member.evaluation_id is not None and member.held_on is None
            ]
        if not _has_matter(row, members) or row.held_on is not None:
            self._outcomes.not_wanted(row)
            return True
        try:
            ts = self._post(row, members)
        except NotDelivered as trouble:
            return self._not_sent(row, trouble)
        self._token_is_good = True
        self._outcomes.sent(row, ts)
        _log.info("reminder_sent", row=row.id, kind=row.kind, agreement=row.agreement_id)
        return True

    def _post(self, row: AnyRow, members: Sequence[AnyRow]) -> str:
        """Look where it may have been sent already, then post once; give its name in Slack."""
        channel_id = row.channel_id or self._messenger.channel_of(row.recipient)
        if row.channel_id is None:
            with self._office.database.writing() as session:
                outbox.set_channel(session, row.id, row.fence, channel_id)
        found = self._already(row, channel_id, members)
        if found is not None:
            return found
        with self._office.database.reading() as connection:
            notice = notice_of(row, self._office, connection, members)
            is_mine = outbox.is_mine(connection, row.id, row.fence)
        if not is_mine or not self._ownership.holds():
            raise NotDelivered(Trouble.not_ours, "not_ours")
        keys = [member.wire_key for member in members]
        ts = self._messenger.post(
            channel_id, notice, recipient=row.recipient, wire_key=row.wire_key, members=keys
        )
        if self._sent_file is not None:
            self._sent_file.add([row.wire_key, *keys], ts)
        return ts

    def _written(self, rows: Sequence[AnyRow]) -> dict[str, str]:
        """Give the names of those that are known beside a register that has forgotten them."""
        if self._sent_file is None or not self._restored.is_marked:
            return {}
        return self._sent_file.find([row.wire_key for row in rows])

    def _already(self, row: AnyRow, channel_id: str, members: Sequence[AnyRow]) -> str | None:
        """Give the name of a message that was sent and forgotten, if it was."""
        written = self._written([row]).get(row.wire_key)
        if written is not None:
            return written
        if self._must_look(row, channel_id, row.attempts - 1):
            return self._look(channel_id, [row]).get(row.wire_key)
        in_channel = channel_id == row.recipient and row.kind != OutboxKind.alarm
        if in_channel and self._is_forgotten(row, members):
            raise NotDelivered(Trouble.not_there, "restored")
        return None

    def _is_forgotten(self, row: AnyRow, members: Sequence[AnyRow]) -> bool:
        restored = self._restored
        if restored.is_decided(row, row.attempts - 1):
            return False
        if not members:
            return restored.has_forgotten(row)
        left = [one for one in members if not restored.is_decided(one, one.attempts)]
        return any(restored.has_forgotten(one) for one in left)

    def _not_sent(self, row: AnyRow, trouble: NotDelivered) -> bool:
        _log.warning("reminder_not_sent", row=row.id, trouble=trouble.trouble, code=trouble.code)
        match trouble.trouble:
            case Trouble.unsure:
                self._outcomes.unsure(row)
            case Trouble.too_fast | Trouble.nobody_may | Trouble.not_ours:
                self._outcomes.again(row, counted=False)
            case Trouble.not_now:
                self._outcomes.again(row)
            case Trouble.gone | Trouble.not_there | Trouble.our_fault:
                self._outcomes.held(row, trouble.code, gone=trouble.trouble is Trouble.gone)
        return not self._is_stopped_by(trouble)

    # -- what is done

    def _edit(self) -> None:
        with self._office.database.reading() as connection:
            ids = outbox.edits_wanted(connection, _PAGE)
        for row_id in self._while_working(ids):
            with self._ownership.of(row_id) as owned:
                if owned:
                    self._edit_one(row_id)

    def _edit_one(self, row_id: int) -> None:
        with self._office.database.reading() as connection:
            row = outbox.one(connection, row_id)
            if row is None:
                return
            if row.bundled_in is not None:
                row = outbox.one(connection, row.bundled_in) or row
            members = outbox.members(connection, row.id)
            # What it spoke of may be gone, or nobody knows where it stands: nothing to say.
            says = row.slack_ts is not None and _has_matter(
                row, [one for one in members if one.evaluation_id is not None]
            )
            notice = notice_of(row, self._office, connection, members) if says else None
        try:
            if notice is not None:
                recipient = row.recipient
                self._messenger.edit(row.channel_id, row.slack_ts, notice, recipient=recipient)
        except NotDelivered as trouble:
            _log.warning("message_not_edited", row=row_id, code=trouble.code)
            if trouble.trouble not in _FOR_GOOD:
                return  # tried again in the next round
        with self._office.database.writing() as session:
            outbox.edited(session, [row.id, *(member.id for member in members)])


def _has_matter(row: AnyRow, members: Sequence[AnyRow]) -> bool:
    """Say whether a row has anything left to tell."""
    match row.kind:
        case OutboxKind.alarm:
            return True
        case OutboxKind.digest:
            return bool(members)
        case _:
            return row.evaluation_id is not None
