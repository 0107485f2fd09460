"""What is due reaches a person once, whatever Slack answers and whenever the bot died."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, update
from sqlalchemy.exc import OperationalError

from bot.clock import real_now
from bot.office import Office
from bot.reminders.delivery import Delivery
from bot.reminders.doubts import SETTLING
from bot.reminders.messenger import Alarm, NotDelivered, Notice, Reminder, Trouble
from bot.reminders.outcomes import backoff
from storage import installation, sending, tables
from storage.database import Database
from storage.models import OutboxState
from storage.ownership import ownership
from storage.types import PartialDate
from tests.bot.at_work import NINE, TERM, Bot
from tests.register import (
    ANNA,
    BJORN,
    Postbox,
    change,
    closed,
    registered,
    reminders,
)


@pytest.fixture
def bot(office: Office, tmp_path: Path) -> Iterator[Bot]:
    """A bot with Anna's agreement, of which the first evaluation is due on 1 December."""
    made = Bot(office, tmp_path / "clock")
    registered(made.office, **TERM)
    yield made
    made.close()


@pytest.fixture
def sqlite_bot(sqlite_office: Office, tmp_path: Path) -> Bot:
    """The same on SQLite alone, where the database decides nothing."""
    made = Bot(sqlite_office, tmp_path / "clock")
    registered(made.office, **TERM)
    return made


# -- once, at its time


def test_what_is_due_goes_out_once(bot):
    for moment in ("2021-10-20T08:59:59+02:00", NINE, NINE, "2021-10-20T12:00:00+02:00"):
        bot.round(moment)
    assert bot.slack.told == [(ANNA, -30)]
    row = bot.row
    assert (row.state, row.slack_ts, row.channel_id) == ("sent", "1.000", f"D_{ANNA}")
    assert (row.attempts, row.fence) == (1, 1)
    assert row.sent_at == datetime(2021, 10, 20, 7, tzinfo=UTC)
    assert bot.slack.posted[0].key == row.wire_key
    assert bot.slack.looked == [], "nothing is doubtful about a first try"


def test_every_step_goes_at_its_own_time(bot):
    for day in ("2021-10-20", "2021-10-21"):
        bot.round(f"{day}T09:00:00+02:00")
    for day in ("2021-11-25", "2021-11-26", "2021-11-29"):
        bot.round(f"{day}T09:00:00+01:00")
    assert bot.slack.told == [(ANNA, -30), (ANNA, -3)]


def test_a_message_tells_how_things_are_when_it_goes(sqlite_bot):
    change(sqlite_bot.office, 1, name="Kultur 1741")
    sqlite_bot.round(NINE)
    told = sqlite_bot.slack.posted[0].reminder
    assert (told.agreement_name, told.agreement_number) == ("Kultur 1741", "IOP-1")
    assert (told.step, told.label, told.due) == (-30, "1", PartialDate(2021, 12, 1))
    assert (told.today.isoformat(), told.held_on) == ("2021-10-20", None)


@pytest.mark.parametrize(
    ("moment", "goes"),
    [
        ("2021-10-20T08:59:00+02:00", False),
        ("2021-10-20T09:00:00+02:00", True),
        ("2021-10-20T23:59:00+02:00", True),
        ("2021-10-21T00:00:00+02:00", False),  # missed: not in the middle of the night
        ("2021-10-21T08:59:00+02:00", False),
        ("2021-10-21T09:00:00+02:00", True),
        ("2021-10-23T12:00:00+02:00", False),  # Saturday
        ("2021-10-24T12:00:00+02:00", False),  # Sunday
        ("2021-10-25T08:30:00+02:00", False),
        ("2021-10-25T09:00:00+02:00", True),
        ("2021-11-01T08:59:00+01:00", False),  # winter time since the night before
        ("2021-11-01T09:00:00+01:00", True),
        ("2021-11-10T12:00:00+01:00", False),  # closed here
        ("2021-11-12T09:00:00+01:00", True),
        ("2021-12-24T12:00:00+01:00", False),  # Christmas Eve
        ("2021-12-31T12:00:00+01:00", False),
        ("2022-01-06T12:00:00+01:00", False),  # Epiphany
        ("2022-01-07T09:00:00+01:00", True),
    ],
)
def test_nothing_goes_out_when_nobody_works(sqlite_bot, moment, goes):
    change(sqlite_bot.office, 1, steps="-30")
    closed(sqlite_bot.office, "2021-11-10", "2021-11-11")
    sqlite_bot.round(moment)
    assert bool(sqlite_bot.slack.posted) is goes


def test_nothing_goes_out_in_a_quiet_month(sqlite_bot):
    change(sqlite_bot.office, 1, steps="15", ends_on="2025-05-31", evaluations_per_year=1)
    before = [row for row in reminders(sqlite_bot.office, "planned") if row.label == "1"]
    assert before[0].due_local == "2022-06-23T09:00"
    sqlite_bot.round("2022-07-04T12:00:00+02:00")
    assert sqlite_bot.slack.posted == []
    sqlite_bot.round("2022-08-01T09:00:00+02:00")
    assert sqlite_bot.slack.told == [(ANNA, 15)]


def test_two_at_work_at_once_send_each_reminder_once(bot):
    for number in range(2, 12):
        mine = {"number": str(number), "coordinator": f"U_NUMBER{number}", **TERM}
        registered(bot.office, f"Avtal {number}", **mine)
    bot.at(NINE)
    start = threading.Barrier(3)
    failures: list[BaseException] = []

    def work() -> None:
        database = Database(bot.office.database.url.render_as_string(hide_password=False))
        mine = ownership(database)
        office = replace(bot.office, database=database)
        try:
            start.wait()
            Delivery(office, bot.slack, mine).round()
        except BaseException as error:  # noqa: BLE001  # told of below, in the test's own thread
            failures.append(error)
        finally:
            mine.close()
            database.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    keys = [each.key for each in bot.slack.posted]
    assert len(keys) == len(set(keys)) == 11
    assert len(reminders(bot.office, "sent")) == 11


def test_a_bot_that_is_stopping_begins_nothing_new(sqlite_bot):
    sqlite_bot.delivery = sqlite_bot.started(stop=lambda: True)
    sqlite_bot.round(NINE)
    assert sqlite_bot.slack.posted == []
    assert sqlite_bot.row.state == "planned"


def test_a_round_that_ended_well_is_noted_in_real_time(bot):
    before = real_now()
    bot.round(NINE)
    with bot.office.database.reading() as connection:
        noted = installation.last_round(connection)
    assert noted is not None
    assert before <= noted <= real_now()


def test_the_register_is_planned_at_the_start_and_every_hour(sqlite_bot):
    def deputy_named() -> None:
        with sqlite_bot.office.database.writing() as session:
            table = tables.agreement
            session.connection().execute(update(table).values(coordinator=BJORN))

    def told() -> set[str]:
        return {row.recipient for row in reminders(sqlite_bot.office, "planned")}

    sqlite_bot.round("2021-10-20T06:00:00+02:00")
    deputy_named()
    sqlite_bot.round("2021-10-20T06:59:00+02:00")
    assert told() == {ANNA}
    sqlite_bot.round("2021-10-20T07:00:00+02:00")
    assert told() == {BJORN}


# -- what Slack answers


@pytest.mark.parametrize(
    ("trouble", "state", "attempts", "waits"),
    [
        (Trouble.not_now, "planned", 1, True),
        (Trouble.too_fast, "planned", 0, False),
        (Trouble.nobody_may, "planned", 0, False),
        (Trouble.not_there, "held", 1, False),
        (Trouble.our_fault, "held", 1, False),
        (Trouble.unsure, "unknown", 1, False),
    ],
)
def test_an_answer_is_taken_for_what_slack_may_have_done(bot, trouble, state, attempts, waits):
    bot.slack.next = [NotDelivered(trouble, "code", wait=60)]
    bot.round(NINE)
    row = bot.row
    assert (row.state, row.attempts) == (state, attempts)
    assert row.reason == ("code" if state == "held" else None)
    assert (row.next_at > bot.office.now()) is waits
    assert (row.hold_since == bot.office.now()) is (state == "held")
    assert row.channel_id == f"D_{ANNA}", "known before the post, so that it can be looked for"
    assert bot.slack.posted == []


@pytest.mark.parametrize("trouble", [Trouble.not_there, Trouble.our_fault])
def test_what_is_held_for_a_person_is_not_tried_again(sqlite_bot, trouble):
    sqlite_bot.slack.next = [NotDelivered(trouble, "user_not_found")]
    sqlite_bot.round(NINE)
    sqlite_bot.round(later=timedelta(hours=3))
    assert sqlite_bot.slack.posted == []
    assert sqlite_bot.row.state == "held"


def test_one_that_cannot_be_reached_does_not_keep_the_next_one_waiting(sqlite_bot):
    registered(sqlite_bot.office, "Grannstöd", number="2", coordinator=BJORN, **TERM)
    sqlite_bot.slack.next = [NotDelivered(Trouble.not_there, "user_not_found")]
    sqlite_bot.round(NINE)
    assert sqlite_bot.slack.told == [(BJORN, -30)]


def test_a_refused_token_ends_the_round_and_is_tried_again_in_the_next(sqlite_bot):
    registered(sqlite_bot.office, "Grannstöd", number="2", coordinator=BJORN, **TERM)
    sqlite_bot.slack.next = [NotDelivered(Trouble.nobody_may, "token_revoked")]
    sqlite_bot.round(NINE)
    assert sqlite_bot.slack.posted == []
    sqlite_bot.round()
    assert {who for who, _ in sqlite_bot.slack.told} == {ANNA, BJORN}


def test_too_fast_leaves_the_method_alone_for_everybody_until_slack_said(bot):
    registered(bot.office, "Grannstöd", number="2", coordinator=BJORN, **TERM)
    bot.slack.next = [NotDelivered(Trouble.too_fast, "ratelimited", wait=3600)]
    bot.round(NINE)
    other = bot.started()
    for _ in range(2):
        bot.round(later=timedelta(hours=2))  # the bot's clock does not shorten Slack's wait
        other.round()
    assert bot.slack.posted == []
    with bot.office.database.writing() as session:
        table = installation._PAUSE
        session.connection().execute(update(table).values(until=real_now()))
    bot.round()
    assert {who for who, _ in bot.slack.told} == {ANNA, BJORN}


def test_a_try_that_failed_is_repeated_after_a_while_and_looked_for_first(bot):
    bot.slack.next = [NotDelivered(Trouble.not_now, "message_limit_exceeded") for _ in range(3)]
    bot.round(NINE)
    waits = []
    for attempt in (2, 3, 4):
        waits.append((bot.row.next_at - bot.office.now()).total_seconds())
        bot.round(later=timedelta(seconds=waits[-1] - 1))
        assert bot.row.attempts == attempt - 1, "not before its time"
        bot.round(later=timedelta(seconds=1))
        assert bot.row.attempts == attempt
    assert waits == [pytest.approx(60 * 2**turn, rel=0.06) for turn in range(3)]
    assert bot.slack.told == [(ANNA, -30)]
    assert len(bot.slack.looked) == 3


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_a_wait_doubles_from_a_minute_to_an_hour(attempts, chance):
    wait = backoff(attempts, chance)
    whole = timedelta(minutes=min(60, 2 ** min(attempts - 1, 6)))
    assert 0.95 * whole <= wait <= 1.0501 * whole
    assert backoff(attempts, 0.0) <= wait <= backoff(attempts, 1.0)


# -- what may have been posted


def _unsure(*, posted: bool) -> NotDelivered:
    return NotDelivered(Trouble.unsure, "posted timeout" if posted else "timeout")


@pytest.mark.parametrize("posted", [True, False])
def test_what_may_have_been_posted_settles_is_looked_for_and_stands_once(bot, posted):
    bot.slack.next = [_unsure(posted=posted)]
    bot.round(NINE)
    bot.round(later=timedelta(seconds=10))  # from here on this process knows
    bot.round(later=SETTLING - timedelta(seconds=1))
    assert bot.row.state == "unknown"
    assert bot.slack.looked == [], "not before Slack must show what it has accepted"
    bot.round(later=timedelta(seconds=1))
    assert bot.row.state == "sent"
    assert bot.slack.told == [(ANNA, -30)]
    assert bot.row.slack_ts == "1.000"
    assert bot.row.attempts == (1 if posted else 2)
    # Not found: it was planned again, and looked for once more before the post.
    assert len(bot.slack.looked) == (1 if posted else 2)


def test_it_is_looked_for_from_before_its_moment_and_before_the_first_try(sqlite_bot):
    sqlite_bot.slack.next = [_unsure(posted=True)]
    sqlite_bot.round(NINE)
    sqlite_bot.round()
    sqlite_bot.round(later=SETTLING)
    row = sqlite_bot.row
    ((channel, since),) = sqlite_bot.slack.looked
    assert channel == row.channel_id
    assert since <= min(row.first_send_at, row.due_at) - timedelta(minutes=5)


def test_a_process_that_has_just_started_settles_anew(sqlite_bot):
    sqlite_bot.slack.next = [_unsure(posted=True)]
    sqlite_bot.round(NINE)
    sqlite_bot.round()
    sqlite_bot.delivery = sqlite_bot.started()
    sqlite_bot.round(later=SETTLING)
    assert sqlite_bot.slack.looked == [], "it has only just seen it"
    sqlite_bot.round(later=SETTLING)
    assert sqlite_bot.row.state == "sent"


@pytest.mark.parametrize(
    "passing", [Trouble.not_now, Trouble.too_fast, Trouble.nobody_may, Trouble.unsure]
)
def test_a_look_that_fails_for_now_is_taken_again(sqlite_bot, passing):
    sqlite_bot.slack.next = [_unsure(posted=True)]
    sqlite_bot.slack.looks = [NotDelivered(passing, "code")]
    sqlite_bot.round(NINE)
    sqlite_bot.round()
    sqlite_bot.round(later=SETTLING)
    assert sqlite_bot.row.state == "unknown"
    sqlite_bot.round()
    assert sqlite_bot.row.state == "sent"
    assert sqlite_bot.slack.told == [(ANNA, -30)]


def test_what_cannot_be_looked_for_is_held_and_never_guessed(sqlite_bot):
    sqlite_bot.slack.next = [_unsure(posted=True)]
    sqlite_bot.slack.looks = [NotDelivered(Trouble.not_there, "channel_not_found")]
    sqlite_bot.round(NINE)
    sqlite_bot.round()
    sqlite_bot.round(later=SETTLING)
    sqlite_bot.round(later=timedelta(hours=1))
    assert (sqlite_bot.row.state, sqlite_bot.row.reason) == ("held", "not_seen")
    assert len(sqlite_bot.slack.posted) == 1


def _claimed(bot: Bot, *, channel: bool, posted: bool = False) -> None:
    """Let a process die between its intent and its outcome."""
    bot.at(NINE)
    with bot.office.database.writing() as session:
        row = sending.claim(session, bot.row.id, bot.office.now(), real_now())
        assert row is not None
        if channel:
            assert sending.set_channel(session, row.id, row.fence, f"D_{ANNA}")
    if posted:
        reminder: Any = None
        bot.slack.post(f"D_{ANNA}", reminder, recipient=ANNA, wire_key=row.wire_key)


def test_a_row_whose_sender_died_before_it_knew_the_channel_goes_out(bot):
    _claimed(bot, channel=False)
    bot.round()
    assert [each.recipient for each in bot.slack.posted] == [ANNA]
    assert (bot.row.state, bot.row.attempts, bot.row.fence) == ("sent", 2, 2)


@pytest.mark.parametrize("posted", [True, False])
def test_a_row_whose_sender_died_around_the_post_stands_once(bot, posted):
    _claimed(bot, channel=True, posted=posted)
    bot.round()
    assert bot.row.state == "unknown"
    bot.round(later=SETTLING)
    assert bot.row.state == "sent"
    assert len(bot.slack.posted) == 1


def test_a_row_that_somebody_is_sending_is_left_alone(bot):
    _claimed(bot, channel=True)
    other = ownership(bot.office.database)
    with other.of(bot.row.id) as owned:
        assert owned
        bot.round()
        bot.round(later=SETTLING)
        assert bot.row.state == "sending"
    other.close()
    bot.round()
    assert bot.row.state == "unknown"


def test_an_outcome_is_written_with_its_own_fence_only(bot):
    _claimed(bot, channel=True)
    row, values = bot.row, {"state": OutboxState.sent, "slack_ts": "9.0"}
    with bot.office.database.writing() as session:
        was = OutboxState.sending
        assert not sending.settle(session, row.id, row.fence - 1, values, was=was)
        assert not sending.settle(session, row.id, row.fence, values, was=OutboxState.unknown)
        assert sending.settle(session, row.id, row.fence, values, was=was)
        assert not sending.settle(session, row.id, row.fence, values, was=was)


def test_only_what_is_planned_and_due_can_be_claimed(bot):
    early, late = (datetime.fromisoformat(NINE) + timedelta(seconds=s) for s in (-1, 0))
    with bot.office.database.writing() as session:
        assert sending.claim(session, bot.row.id, early, real_now()) is None
        assert sending.claim(session, bot.row.id, late, real_now()) is not None
        assert sending.claim(session, bot.row.id, late, real_now()) is None


# -- to a channel, whose history is never asked for


@pytest.fixture
def in_channel(sqlite_url: str, make_office: Callable[..., Office], tmp_path: Path) -> Bot:
    office = make_office(sqlite_url, FOLJSAM_OPERATIONS_CHANNEL="C_OPERATIONS")
    made = Bot(office, tmp_path / "clock")
    registered(made.office, coordinator=None, **TERM)
    return made


def test_a_channel_is_tried_again_where_the_post_certainly_failed(in_channel):
    in_channel.slack.next = [NotDelivered(Trouble.not_now, "refused")]
    in_channel.round(NINE)
    in_channel.round(later=timedelta(minutes=2))
    assert in_channel.slack.told == [("C_OPERATIONS", -30)]
    assert in_channel.slack.looked == []


def test_a_doubtful_post_in_a_channel_is_held(in_channel):
    in_channel.slack.next = [_unsure(posted=True)]
    in_channel.round(NINE)
    in_channel.round()
    in_channel.round(later=SETTLING)
    assert (in_channel.row.state, in_channel.row.reason) == ("held", "no_history")
    in_channel.round(later=timedelta(hours=1))
    assert [type(each.notice) for each in in_channel.slack.posted] == [Reminder, Alarm]


def test_what_arrived_is_written_down_before_anything_else_is_sent(in_channel):
    """Where nobody can look, only the process itself knows that it arrived."""
    engine, path = in_channel.office.database.engine, in_channel.office.database.path
    event.listen(engine, "connect", lambda driver, _: driver.execute("PRAGMA busy_timeout=20"))
    engine.dispose()
    somebody = sqlite3.connect(path, isolation_level=None)
    in_channel.slack.meanwhile = lambda: somebody.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError):
        in_channel.round(NINE)
    in_channel.slack.meanwhile = None
    with pytest.raises(OperationalError):
        in_channel.round(later=SETTLING)
    assert (in_channel.row.state, len(in_channel.slack.posted)) == ("sending", 1)
    somebody.execute("ROLLBACK")
    somebody.close()
    in_channel.round(later=SETTLING)
    assert (in_channel.row.state, in_channel.row.slack_ts) == ("sent", "1.000")
    assert len(in_channel.slack.posted) == 1


# -- done meanwhile


def test_a_message_says_so_when_its_evaluation_has_been_held(bot):
    bot.round(NINE)
    bot.hold_first()
    bot.round()
    bot.round()
    (edited,) = bot.slack.edited
    assert edited.key == bot.slack.posted[0].key
    assert edited.reminder.held_on == PartialDate(2021, 10, 20)
    assert not bot.row.edit_wanted
    bot.round("2021-11-26T09:00:00+01:00")
    assert bot.slack.told == [(ANNA, -30)], "the steps that were left are gone"


def test_a_message_that_cannot_be_edited_now_is_edited_later(sqlite_bot):
    sqlite_bot.round(NINE)
    sqlite_bot.hold_first()
    failing = _Editing(sqlite_bot.slack, [NotDelivered(Trouble.too_fast, "ratelimited")])
    sqlite_bot.delivery = sqlite_bot.started(failing)
    sqlite_bot.round()
    assert sqlite_bot.row.edit_wanted
    sqlite_bot.round()
    assert len(sqlite_bot.slack.edited) == 1
    assert not sqlite_bot.row.edit_wanted


def test_a_message_that_is_gone_is_not_edited_for_ever(sqlite_bot):
    sqlite_bot.round(NINE)
    sqlite_bot.hold_first()
    failing = _Editing(sqlite_bot.slack, [NotDelivered(Trouble.not_there, "message_not_found")])
    sqlite_bot.delivery = sqlite_bot.started(failing)
    sqlite_bot.round()
    assert not sqlite_bot.row.edit_wanted


@dataclass
class _Editing:
    """A Slack whose edits fail, in order, before they succeed."""

    slack: Postbox
    troubles: list[NotDelivered]

    def channel_of(self, recipient: str) -> str:
        return self.slack.channel_of(recipient)

    def judge(self, recipient: str) -> None:
        self.slack.judge(recipient)

    def post(self, channel_id: str, notice: Notice, **named: Any) -> str:
        return self.slack.post(channel_id, notice, **named)

    def look(self, channel_id: str, wire_keys: Sequence[str], since: datetime) -> dict[str, str]:
        return self.slack.look(channel_id, wire_keys, since)

    def time(self) -> datetime | None:
        return self.slack.time()

    def edit(self, channel_id: str, ts: str, notice: Notice, *, recipient: str) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        self.slack.edit(channel_id, ts, notice, recipient=recipient)


def test_what_is_held_while_its_reminder_is_being_sent_is_edited_afterwards(bot):
    bot.slack.meanwhile = bot.hold_first
    bot.round(NINE)
    assert bot.row.state == "sent"
    assert [each.reminder.held_on for each in bot.slack.edited] == [PartialDate(2021, 10, 20)]


@pytest.mark.parametrize(
    ("trouble", "rounds"),
    [
        (NotDelivered(Trouble.not_now, "refused"), 1),
        (NotDelivered(Trouble.nobody_may, "token_revoked"), 1),
        (NotDelivered(Trouble.unsure, "timeout"), 3),
    ],
)
def test_what_is_held_while_its_reminder_fails_is_cancelled(bot, trouble, rounds):
    bot.slack.meanwhile, bot.slack.next = bot.hold_first, [trouble]
    bot.round(NINE)
    for _ in range(rounds):
        bot.round(later=SETTLING)
    assert bot.row.state == "cancelled"
    bot.slack.meanwhile = None
    bot.round(later=timedelta(hours=2))
    assert bot.slack.posted == []


def test_what_was_to_be_cancelled_and_is_wanted_again_is_tried_as_often_as_anything(sqlite_bot):
    """It was unwanted while a try was failing; that request must not outlive its undoing."""
    sqlite_bot.slack.meanwhile = lambda: change(sqlite_bot.office, 1, status="preparing")
    sqlite_bot.slack.next = [NotDelivered(Trouble.not_now, "refused") for _ in range(2)]
    sqlite_bot.round(NINE)
    assert sqlite_bot.row.state == "cancelled"
    sqlite_bot.slack.meanwhile = None
    change(sqlite_bot.office, 1, status=None)
    sqlite_bot.round()
    assert sqlite_bot.row.state == "planned", "the second try failed too"
    sqlite_bot.round(later=timedelta(minutes=5))
    assert sqlite_bot.slack.told == [(ANNA, -30)]


def test_what_is_held_while_nobody_knows_whether_it_arrived_is_found_and_edited(bot):
    bot.slack.next = [_unsure(posted=True)]
    bot.round(NINE)
    bot.hold_first()
    bot.round()
    bot.round(later=SETTLING)
    assert bot.row.state == "sent"
    assert [each.reminder.held_on for each in bot.slack.edited] == [PartialDate(2021, 10, 20)]


def test_a_handover_before_the_channel_was_known_tells_the_successor_alone(bot):
    _claimed(bot, channel=False)
    change(bot.office, 1, coordinator=BJORN)
    bot.round()
    assert ANNA not in [each.recipient for each in bot.slack.posted]
    states = {row.recipient: row.state for row in reminders(bot.office) if row.step == -30}
    assert states[ANNA] == "cancelled"
    bot.round(later=timedelta(hours=1))  # the next plan knows that nobody was told
    assert bot.slack.told == [(BJORN, -30)]


def test_a_row_about_what_was_held_without_a_word_is_not_sent(sqlite_bot):
    sqlite_bot.round("2021-10-20T08:30:00+02:00")  # the hourly plan is fresh
    with sqlite_bot.office.database.writing() as session:
        held = update(tables.evaluation).values(held_on=PartialDate(2021, 10, 19))
        session.connection().execute(held)
    sqlite_bot.round(NINE)
    assert sqlite_bot.slack.posted == []
    assert (sqlite_bot.row.state, sqlite_bot.row.reason) == ("cancelled", "not_wanted")


def test_a_message_about_an_evaluation_that_is_gone_is_left_as_it_is(sqlite_bot):
    """The term was shortened while its reminder was on its way: there is nothing to tell of it."""
    sqlite_bot.slack.meanwhile = lambda: change(sqlite_bot.office, 1, ends_on="2021-11-01")
    sqlite_bot.round(NINE)
    assert (sqlite_bot.row.state, sqlite_bot.row.edit_wanted) == ("sent", False)
    assert sqlite_bot.slack.edited == []
