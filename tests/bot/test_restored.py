"""A backup is put back: what was sent since is not sent again, and nothing is lost."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.office import Office
from bot.reminders import delivery, hindrances
from bot.reminders.deciding import send_again
from bot.reminders.doubts import LATE
from bot.reminders.messenger import NotDelivered, Notice, Trouble
from storage import installation
from tests.bot.at_work import NINE, TERM, Bot, several
from tests.register import (
    ANNA,
    BJORN,
    CISSI,
    Postbox,
    an_actor,
    change,
    registered,
    reminders,
)
from tests.sampling import EVERYTHING

CHANNEL = "C_DRIFT"
THURSDAY = "2021-10-21T09:00:00+02:00"
DAYS = {"steps": "-30, -29, -26, -18"}


@dataclass
class Dated(Postbox):
    """A postbox that knows when each message came, and is looked through from a moment on."""

    moments: list[datetime] = field(default_factory=list)
    now: Callable[[], datetime] | None = None

    def post(
        self,
        channel_id: str,
        notice: Notice,
        *,
        recipient: str,
        wire_key: str,
        members: Sequence[str] = (),
    ) -> str:
        assert self.now is not None
        try:
            return super().post(
                channel_id, notice, recipient=recipient, wire_key=wire_key, members=members
            )
        finally:
            self.moments += [self.now()] * (len(self.posted) - len(self.moments))

    def look(self, channel_id: str, wire_keys: Sequence[str], since: datetime) -> dict[str, str]:
        found = super().look(channel_id, wire_keys, since)
        return {key: ts for key, ts in found.items() if self.moments[int(float(ts)) - 1] >= since}

    def keys(self) -> Counter[str]:
        """How often each key stands here, by itself or in a digest."""
        return Counter(key for each in self.posted for key in {each.key, *each.members})


class Story(Bot):
    """A bot whose database can be copied and put back, where the bot's clock is the real one."""

    def copy(self, to: Path) -> None:
        """Take a backup, as it is at this moment."""
        assert self.office.database.path is not None
        with (
            closing(sqlite3.connect(self.office.database.path)) as source,
            closing(sqlite3.connect(to)) as target,
        ):
            source.backup(target)

    def put_back(self, backup: Path, *, sent_file: bool = False) -> None:
        """Put a backup in its place, on another machine unless the sent file is left."""
        path = self.office.database.path
        assert path is not None
        self.office.database.close()
        for file in path.parent.glob(f"{path.name}*"):
            if file.is_file() and not (sent_file and file.name.endswith(".sent.jsonl")):
                file.unlink()
        shutil.copyfile(backup, path)
        with self.office.database.writing() as session:
            installation.mark_restored(session, self.office.now(), self.office.now())
        self.delivery = self.started()
        self.round()
        self.round(later=hindrances.WAIT_AFTER_RESTORE)


@pytest.fixture
def told(
    sqlite_url: str,
    make_office: Callable[..., Office],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Story:
    """A story that begins on 1 September, with an operations channel."""
    named = {"FOLJSAM_OPERATIONS_CHANNEL": CHANNEL, "FOLJSAM_MESSAGES_A_WEEK": "0"}
    return _story(make_office(sqlite_url, FOLJSAM_ADMINS=CISSI, **named), tmp_path, monkeypatch)


def _story(office: Office, folder: Path, patch: pytest.MonkeyPatch) -> Story:
    event.listen(office.database.engine, "connect", _without_the_disk)
    box = Dated()
    made = Story(office, folder / "clock", box)
    box.now = made.office.now
    for module in (delivery, hindrances):
        patch.setattr(module, "real_now", made.office.now)
    return made


def _without_the_disk(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")  # no machine goes down in these stories


# -- to people


def test_every_send_looks_first_from_the_moment_of_the_backup(told, tmp_path):
    """Its day was moved earlier and it was sent; the backup knows neither, and it is not late."""
    registered(told.office, **TERM | {"starts_on": "2021-06-08"})
    told.round("2021-10-19T12:00:00+02:00")
    backed_up = told.office.now()
    told.copy(tmp_path / "backup.db")
    change(told.office, 1, starts_on="2021-06-01")
    told.round(NINE)
    assert told.slack.told == [(ANNA, -30)]
    told.round("2021-10-21T12:00:00+02:00")
    told.put_back(tmp_path / "backup.db")
    told.round("2021-10-27T09:00:00+02:00")
    told.round("2021-10-28T09:00:00+02:00")
    assert told.state_of(1) == "sent"
    assert told.slack.told == [(ANNA, -30)]
    assert told.slack.looked == [(f"D_{ANNA}", backed_up - LATE)]


def test_a_digest_is_found_by_the_key_of_each_that_it_told_of(told, tmp_path):
    several(told, 3)
    told.round("2021-10-19T12:00:00+02:00")
    told.copy(tmp_path / "backup.db")
    told.round(NINE)
    told.put_back(tmp_path / "backup.db")
    told.round(THURSDAY)
    assert len(told.slack.posted) == 1
    assert [told.state_of(number) for number in (1, 2, 3)] == ["sent"] * 3


def test_what_the_backup_knows_of_and_slack_does_not_is_sent(told, tmp_path):
    several(told, 2)
    told.round("2021-10-19T12:00:00+02:00")
    told.copy(tmp_path / "backup.db")
    told.at(NINE)
    told.put_back(tmp_path / "backup.db")
    told.round(later=timedelta(minutes=1))
    assert [len(each.members) for each in told.slack.posted] == [2]


# -- by the file beside the database


@pytest.mark.parametrize("many", [1, 2])
def test_what_was_written_down_beside_the_database_is_known_without_a_look(told, tmp_path, many):
    """To a channel, whose history is never asked for: alone and in a digest."""
    several(told, many, None)
    told.round("2021-10-19T12:00:00+02:00")
    told.copy(tmp_path / "backup.db")
    told.round(NINE)
    told.put_back(tmp_path / "backup.db", sent_file=True)
    told.round(THURSDAY)
    assert len(told.slack.posted) == 1
    assert {told.state_of(number + 1) for number in range(many)} == {"sent"}
    assert told.reminder_of(1).channel_id == CHANNEL
    assert told.slack.looked == []


# -- to a channel


def _put_back_after_nine(told: Story, folder: Path) -> None:
    told.copy(folder / "backup.db")
    told.round(NINE)
    told.put_back(folder / "backup.db")


def _alarm_is_unsure(told: Story) -> bool:
    told.round()
    (alarm,) = [alarm for _, alarm in told.alarms]
    return alarm.is_unsure and alarm.code == "restored"


@pytest.mark.parametrize("many", [1, 2])
def test_what_may_have_been_sent_to_a_channel_is_held_and_asked_about(told, tmp_path, many):
    several(told, many, None)
    told.round("2021-10-19T12:00:00+02:00")
    _put_back_after_nine(told, tmp_path)
    (held,) = reminders(told.office, "held")
    assert held.reason == "restored"
    assert _alarm_is_unsure(told)
    assert len([each for each in told.slack.posted if each.reminders]) == 1, "before the restore"


def test_one_that_was_late_already_in_the_backup_is_asked_about_too(told, tmp_path):
    several(told, 1, None)
    told.slack.next = [NotDelivered(Trouble.not_now, "refused")]
    told.round(NINE)
    told.copy(tmp_path / "backup.db")
    told.round(later=timedelta(minutes=5))
    assert told.state_of(1) == "sent"
    told.put_back(tmp_path / "backup.db")
    assert told.state_of(1) == "held"
    assert len([each for each in told.slack.posted if each.reminders]) == 1


def test_a_digest_with_one_that_may_have_been_sent_is_asked_about_whole(told, tmp_path):
    """The other was registered since; what may stand there must not come again with it."""
    several(told, 1, None)
    told.round("2021-10-19T12:00:00+02:00")
    told.copy(tmp_path / "backup.db")
    told.round(NINE)
    told.at("2021-10-21T08:00:00+02:00")
    told.put_back(tmp_path / "backup.db")
    assert told.state_of(1) == "planned", "it is early in the morning"
    late = {"starts_on": "2021-05-31", **{key: TERM[key] for key in ("ends_on", "steps")}}
    registered(told.office, "Nytt", number="N", coordinator=None, **late)
    told.round(THURSDAY)
    assert len([each for each in told.slack.posted if each.reminders]) == 1
    assert [row.reason for row in reminders(told.office, "held")] == ["restored"]


@pytest.mark.parametrize("many", [1, 2])
def test_what_somebody_asks_to_be_sent_again_goes(told, tmp_path, many):
    several(told, many, None)
    told.round("2021-10-19T12:00:00+02:00")
    _put_back_after_nine(told, tmp_path)
    told.round()
    (held,) = reminders(told.office, "held")
    with told.office.database.writing() as session:
        cissi = an_actor(session.connection(), told.office, CISSI)
        send_again(session, told.office, cissi, row_id=held.id, fence=held.fence)
    told.round(later=timedelta(minutes=1))
    assert {told.state_of(number + 1) for number in range(many)} == {"sent"}
    assert len([each for each in told.slack.posted if each.reminders]) == 2


@pytest.mark.parametrize("many", [1, 2])
def test_what_falls_due_after_the_restore_goes(told, tmp_path, many):
    several(told, many, None)
    told.round("2021-10-19T12:00:00+02:00")
    told.copy(tmp_path / "backup.db")
    told.round("2021-10-19T18:00:00+02:00")
    told.put_back(tmp_path / "backup.db")
    told.round(NINE)
    told.round()
    assert reminders(told.office, "held") == []
    assert len(told.slack.posted) == 1


def test_an_alarm_is_not_asked_about(told, tmp_path):
    several(told, 1)
    told.slack.next = [NotDelivered(Trouble.our_fault, "msg_too_long")]
    told.round(NINE)
    told.copy(tmp_path / "backup.db")
    told.round()
    assert len(told.alarms) == 1
    told.put_back(tmp_path / "backup.db")
    assert len(told.alarms) == 2, "twice is better than never"


# -- from any backup


BACKUPS = 20
ENDS = datetime.fromisoformat("2021-11-17T12:00:00+01:00")
TROUBLES = (
    (Trouble.unsure, "posted timeout"),
    (Trouble.unsure, "timeout"),
    (Trouble.not_now, "refused"),
)


def _working_days(first: datetime, last: datetime) -> Iterator[datetime]:
    while first < last:
        if first.weekday() < 5:
            yield first
        first += timedelta(days=1)


def _a_day(told: Story, day: datetime) -> None:
    """Go through a working day: what is due, and what was doubtful about it."""
    told.round(day.isoformat())
    for seconds in (1, 71, 150, 75, 75):
        told.round(later=timedelta(seconds=seconds))


def _live(told: Story, folder: Path) -> list[Path]:
    """Two weeks in which Slack misbehaves and a day is moved; a backup at any moment."""
    dice = random.Random(20211020)
    backups: list[Path] = []

    def back_up() -> None:
        told.slack.meanwhile = None
        backups.append(folder / f"backup-{len(backups)}.db")
        told.copy(backups[-1])

    start = datetime.fromisoformat(NINE)
    for number, day in enumerate(_working_days(start, start + timedelta(days=14))):
        if dice.random() < 0.7:
            told.slack.next = [NotDelivered(*dice.choice(TROUBLES)) for _ in range(2)]
        if dice.random() < 0.5:
            told.slack.meanwhile = back_up  # in the middle of a post
        if number == 2:
            change(told.office, 5, starts_on="2021-06-04")
        _a_day(told, day)
        told.slack.next = []
        while len(backups) < 2 * (number + 1):
            back_up()
    return backups


def test_from_each_of_twenty_backups_nothing_is_lost_and_nothing_doubled(told, tmp_path):
    several(told, 3, **DAYS)
    several(told, 1, BJORN, **DAYS)
    registered(told.office, "Flyttat", number="F", **TERM | DAYS | {"starts_on": "2021-06-11"})
    owed = {row.wire_key for row in reminders(told.office) if row.label == "1"}
    assert len(owed) == 20
    backups = _live(told, tmp_path)
    assert len(backups) == BACKUPS
    ended, sent = told.office.now(), replace(told.slack)
    assert 10 < len(owed & set(sent.keys())) < len(owed), "some of it is still to come"
    for number, backup in list(enumerate(backups))[:: 1 if EVERYTHING else 3]:
        told.slack.posted, told.slack.moments = [*sent.posted], [*sent.moments]
        told.slack.edited = []
        told.at(ended.isoformat())
        told.put_back(backup)
        for day in _working_days(datetime.fromisoformat("2021-11-03T09:00:00+01:00"), ENDS):
            _a_day(told, day)
        keys = told.slack.keys()
        assert [key for key, many in keys.items() if many > 1] == [], number
        assert owed - set(keys) == set(), number
        states = {row.state for row in reminders(told.office) if row.wire_key in owed}
        assert states == {"sent"}, number
