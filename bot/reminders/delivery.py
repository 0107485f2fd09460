"""Delivering what is due, once.

One turn (:meth:`Delivery.round`):

1. Look for what hinders sending, and write what could not be written the last time.
2. Plan the whole register anew and look over the table, at the start and every hour.
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
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot import upkeep
from bot.clock import StandingClock, real_now
from bot.office import Office
from bot.reminders.alarms import raise_alarm, span
from bot.reminders.auditing import tell_of_what_is_unsound
from bot.reminders.bundling import LARGEST, is_person, may_wait, monday
from bot.reminders.doubts import LATE, Doubts, Restored
from bot.reminders.hindrances import Guard, Hindrance
from bot.reminders.messenger import (
    FOR_GOOD,
    RECIPIENT_UNKNOWN,
    Matter,
    Messenger,
    NotDelivered,
    Trouble,
)
from bot.reminders.notices import notice_of
from bot.reminders.outcomes import Outcomes
from bot.reminders.pauses import LongPause
from bot.reminders.planning import goes_out_at, is_open
from storage import digests, installation, outbox, planning, sending
from storage.models import OutboxKind
from storage.ownership import Ownership
from storage.rows import AnyRow
from storage.sent_file import sent_file

_log = structlog.get_logger("delivery")

PLAN_EVERY: Final = timedelta(hours=1)
_POST: Final = "chat.postMessage"
_PAGE: Final = 100
_TRIES: Final = 24  # of one whom Slack does not tell of: about a day
_NOT_PLANNED: Final = {Hindrance.damaged, Hindrance.disk, Hindrance.clock}
_NOT_LOOKED: Final = {Hindrance.damaged, Hindrance.clock, Hindrance.restored}
_ALARMS: Final = {Hindrance.disk: Matter.disk, Hindrance.clock: Matter.clock}
_AT_ANY_HOUR: Final = {OutboxKind.alarm, OutboxKind.greeting}
_ALONE: Final = {OutboxKind.digest, OutboxKind.partner}
_Thing = TypeVar("_Thing")


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
        running: Callable[[], float] = time.monotonic,
    ) -> None:
        self._office = office
        self._messenger = messenger
        self._ownership = ownership
        self._stop = stop
        self._progress = progress  # told after every row, so that a long round is no silence
        self._guard = Guard(office, messenger)
        self._outcomes = Outcomes(office)
        self._planned_at: datetime | None = None
        self._hindrance: Hindrance | None = None
        self._untold: Matter | None = None  # an alarm for which there was no room
        self._is_kept_waiting = False  # something is due, and Slack wants to be left alone
        self._pause = LongPause(office)
        self._sent_file = sent_file(office.database)
        self._doubts = Doubts(office, messenger, self._outcomes, self._sent_file, running)
        self._token_is_good = True  # as far as the last request showed

    def round(self) -> None:
        """Take one turn. Raises what the database raises; trouble with Slack is a row's state."""
        with self._office.database.reading() as connection:
            standing = installation.standing(connection)
        self._doubts.restored = Restored(standing.restored_from, standing.restored_at)
        self._hinder(self._guard.hindrance(standing.restored_at))
        # A machine may sleep in the middle of a round: then the next one must see the gap.
        began, now = self._guard.right_now(), self._office.now()
        self._outcomes.settle_owed()
        if self._hindrance not in _NOT_PLANNED:
            self._plan()
            self._tell_of_time_away(standing.last_moment, now)
        if self._hindrance not in _NOT_LOOKED:
            self._reconcile()
            self._send_due()
            self._edit()
        if self._hindrance is not Hindrance.damaged:
            why = self._why_nothing_goes()
            with self._office.database.writing() as session:
                installation.mark_round(session, real_now(), began, why)

    # -- what stands in the way

    def _hinder(self, found: Hindrance | None) -> None:
        """Note what hinders sending; the first time, those who run the bot are told."""
        if found is not self._hindrance:
            before, self._hindrance = self._hindrance, found
            _log.warning("sending_hindered", before=before, now=found)
            if found in _ALARMS:
                self._untold = _ALARMS[found]
        if self._untold is not None and self._tell(self._untold):
            self._untold = None

    def _tell(self, matter: Matter) -> bool:
        """Write an alarm; say whether it could be: on a full disk it waits for the next round."""
        # By the right time: a row due by a clock that is ahead would wait for it.
        office = replace(self._office, clock=StandingClock(self._guard.right_now()))
        try:
            with self._office.database.writing() as session:
                raise_alarm(session, office, matter, office.today().isoformat())
        except DBAPIError as error:
            _log.warning("alarm_not_written", matter=matter, reason=type(error).__name__)
            return False
        return True

    def _why_nothing_goes(self) -> Hindrance | None:
        """Say what hindered this round, whether it was seen before it or in it."""
        if self._hindrance is not None:
            return self._hindrance
        if not self._token_is_good:
            return Hindrance.token
        return Hindrance.paused if self._is_kept_waiting and self._pause.is_long() else None

    def _tell_of_time_away(self, last: datetime | None, now: datetime) -> None:
        """Tell once of reminders that fell due while no process went its rounds."""
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
            tell_of_what_is_unsound(self._office)
            self._planned_at = now

    # -- what may have been sent

    def _reconcile(self) -> None:
        for row_id in self._while_working(self._doubts.under_way()):
            with self._ownership.of(row_id) as owned:
                if owned:
                    self._doubts.settle(row_id)

    # -- sending

    def _send_due(self) -> None:
        with self._office.database.reading() as connection:
            rows = sending.due(connection, self._office.now(), _PAGE)
            self._is_kept_waiting = bool(rows) and self._is_paused(connection)
            if not rows or self._is_kept_waiting:
                return
            is_open = self._is_open(connection) and self._hindrance is None
            if not is_open and len(rows) == _PAGE:  # reminders that wait must not hide an alarm
                rows = sending.due_at_any_hour(connection, self._office.now(), _PAGE)
        alone = [row.id for row in rows if row.kind in _AT_ANY_HOUR]
        if is_open:
            alone += [row.id for row in rows if row.kind in _ALONE]
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
            rows = sending.due_to(connection, recipient, now, LARGEST)
            waits = self._must_wait(connection, recipient, rows)
        if waits is not None:
            with self._office.database.writing() as session:
                for row in rows:
                    sending.put_off(session, row.id, row.fence, waits)
            return True
        if len(rows) < 2:
            return all(self._own_and_send(row.id) for row in rows)
        try:
            digest_id = self._bundle(recipient, rows)
        except NotDelivered as trouble:  # nothing was posted, and every row waits as it was
            return not self._is_stopped_by(trouble)
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
        channel_id = self._channel_of(recipient, rows)
        found = self._doubts.known(channel_id, rows)
        key = f"digest:{secrets.token_hex(12)}"
        with self._office.database.writing() as session:
            for row in rows:
                if row.wire_key in found:
                    stands = {"slack_ts": found[row.wire_key], "channel_id": channel_id}
                    sending.found_sent(session, row.id, row.fence, stands, self._office.now())
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
            return digests.bundle(session, digest, [(row.id, row.fence) for row in left])

    def _channel_of(self, recipient: str, rows: Sequence[AnyRow]) -> str | None:
        """Give the channel that a digest goes to; None where there is none for good.

        The digest then finds that out in its own turn, once for all that it tells of.
        """
        known = next((row.channel_id for row in rows if row.channel_id), None)
        if known is not None:
            return str(known)
        try:
            return self._messenger.channel_of(recipient)
        except NotDelivered as trouble:
            if trouble.trouble not in FOR_GOOD:
                raise
            return None

    def _is_stopped_by(self, trouble: NotDelivered) -> bool:
        """Note what keeps everything from being sent; say whether it does."""
        if trouble.trouble is Trouble.too_fast:
            with self._office.database.writing() as session:
                installation.pause(session, _POST, real_now() + timedelta(seconds=trouble.wait))
        elif trouble.trouble is Trouble.nobody_may:
            self._token_is_good = False
        return trouble.trouble in {Trouble.too_fast, Trouble.nobody_may, Trouble.not_ours}

    def _own_and_send(self, row_id: int) -> bool:
        with self._ownership.of(row_id) as owned:
            return not owned or self._send(row_id)

    def _send(self, row_id: int) -> bool:
        """Send one row; false when the round should end because nothing can be sent now."""
        with self._office.database.writing() as session:
            row = sending.claim(session, row_id, self._office.now(), real_now())
        if row is None:
            return True
        with self._office.database.reading() as connection:
            members = [
                member
                for member in digests.members(connection, row.id)
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
                sending.set_channel(session, row.id, row.fence, channel_id)
        self._messenger.judge(row.recipient)
        found = self._doubts.already(row, channel_id, members)
        if found is not None:
            return found
        with self._office.database.reading() as connection:
            notice = notice_of(row, self._office, connection, members)
            is_mine = sending.is_mine(connection, row.id, row.fence)
        if not is_mine or not self._ownership.holds():
            raise NotDelivered(Trouble.not_ours, "not_ours")
        keys = [member.wire_key for member in members]
        ts = self._messenger.post(
            channel_id, notice, recipient=row.recipient, wire_key=row.wire_key, members=keys
        )
        self._write_beside([row.wire_key, *keys], ts)
        return ts

    def _write_beside(self, wire_keys: Sequence[str], ts: str) -> None:
        """Write it down beside the database too; where that fails, the database still knows."""
        try:
            if self._sent_file is not None:
                self._sent_file.add(wire_keys, ts)
        except OSError as error:
            _log.warning("not_written_beside", reason=type(error).__name__)

    def _not_sent(self, row: AnyRow, trouble: NotDelivered) -> bool:
        _log.warning("reminder_not_sent", row=row.id, trouble=trouble.trouble, code=trouble.code)
        match trouble.trouble:
            case Trouble.unsure:
                self._outcomes.unsure(row)
            case Trouble.too_fast | Trouble.nobody_may | Trouble.not_ours:
                self._outcomes.again(row, counted=False)
            case Trouble.not_now if row.attempts < _TRIES or trouble.code != RECIPIENT_UNKNOWN:
                self._outcomes.again(row)
            case _:
                gone = trouble.trouble in {Trouble.gone, Trouble.not_now}
                self._outcomes.held(row, trouble.code, gone=gone)
        return not self._is_stopped_by(trouble)

    # -- what is done

    def _edit(self) -> None:
        with self._office.database.reading() as connection:
            ids = planning.edits_wanted(connection, _PAGE)
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
            members = digests.members(connection, row.id)
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
            if trouble.trouble not in FOR_GOOD:
                return  # tried again in the next round
        with self._office.database.writing() as session:
            planning.edited(session, [row.id, *(member.id for member in members)])


def _has_matter(row: AnyRow, members: Sequence[AnyRow]) -> bool:
    """Say whether a row has anything left to tell."""
    match row.kind:
        case OutboxKind.alarm:
            return True
        case OutboxKind.digest:
            return bool(members)
        case OutboxKind.greeting:
            return bool(row.linked_channel == row.recipient)
        case OutboxKind.partner:
            return row.evaluation_id is not None and row.linked_channel == row.recipient
        case _:
            return row.evaluation_id is not None
