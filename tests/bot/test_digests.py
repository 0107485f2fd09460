"""What is due to one recipient at once comes as one message, and each part of it once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.clock import real_now
from bot.office import Office
from bot.reminders.bundling import LARGEST
from bot.reminders.delivery import Delivery
from bot.reminders.messenger import Digest, Matter, NotDelivered, Reminder, Trouble
from storage import digests, installation, sending, tables
from storage.database import Database
from storage.models import OutboxState
from storage.ownership import ownership
from storage.types import PartialDate
from tests.bot.at_work import NINE, TERM, Bot, several
from tests.register import ANNA, BJORN, Postbox, change, closed, registered, reminders

CHANNEL = "C_DRIFT"
LATER_THAT_WEEK = "2021-10-22T09:00:00+02:00"
NEVER = NotDelivered(Trouble.our_fault, "msg_too_long")


@pytest.fixture
def bot(database_url: str, make_office: Callable[..., Office], tmp_path: Path) -> Iterator[Bot]:
    """A bot whose operations channel is named, with an empty register."""
    made = Bot(make_office(database_url, FOLJSAM_OPERATIONS_CHANNEL=CHANNEL), tmp_path / "clock")
    yield made
    made.close()


@pytest.fixture
def sqlite_bot(sqlite_url: str, make_office: Callable[..., Office], tmp_path: Path) -> Bot:
    """The same on SQLite alone, where the database decides nothing."""
    return Bot(make_office(sqlite_url, FOLJSAM_OPERATIONS_CHANNEL=CHANNEL), tmp_path / "clock")


def keys_of(bot: Bot, step: int = -30) -> set[str]:
    return {row.wire_key for row in reminders(bot.office) if row.step == step}


def told_once(bot: Bot) -> bool:
    """Whether every key that stands in Slack stands there once."""
    keys = [key for each in bot.slack.posted for key in (each.key, *each.members)]
    return len(keys) == len(set(keys))


def again(bot: Bot, trouble: Trouble = Trouble.not_now) -> None:
    """Let the first try of what is due at nine fail, so that a digest stands there waiting."""
    bot.slack.next = [NotDelivered(trouble, "refused")]
    bot.round(NINE)
    assert bot.slack.posted == []


# -- one message


def test_several_to_one_person_are_one_message_with_the_key_of_each(bot):
    several(bot, 3)
    several(bot, 1, BJORN)
    bot.round(NINE)
    bot.round()
    assert sorted(each.recipient for each in bot.slack.posted) == [ANNA, BJORN]
    (digest,) = [each for each in bot.slack.posted if each.recipient == ANNA]
    assert isinstance(digest.notice, Digest)
    assert [one.agreement_name for one in digest.reminders] == ["Avtal 1", "Avtal 2", "Avtal 3"]
    mine = [bot.reminder_of(number) for number in (1, 2, 3)]
    (row,) = bot.digests
    assert set(digest.members) == {each.wire_key for each in mine}
    assert digest.key == row.wire_key
    stands = {(each.state, each.slack_ts, each.channel_id) for each in (row, *mine)}
    assert len(stands) == 1, "what became of the digest became of all in it"
    assert stands.pop()[0] == "sent"
    assert {each.sent_at for each in mine} == {bot.office.now()}


def test_three_missed_steps_of_one_evaluation_are_one_plain_reminder(bot):
    registered(bot.office, **TERM | {"steps": "-30, -29, -28"})
    bot.round(LATER_THAT_WEEK)
    bot.round()
    (told,) = bot.slack.posted
    assert isinstance(told.notice, Reminder)
    assert told.reminder.step == -28, "the newest of them"
    assert len(told.members) == 3
    assert [row.state for row in reminders(bot.office) if row.step in {-30, -29, -28}][:3] == [
        "sent"
    ] * 3
    assert told_once(bot)


def test_a_digest_of_what_comes_over_two_days_late_says_so(sqlite_bot):
    several(sqlite_bot, 2)
    sqlite_bot.round("2021-10-22T09:00:01+02:00")
    (told,) = sqlite_bot.slack.posted
    assert isinstance(told.notice, Digest)
    assert told.notice.is_late


def test_a_digest_at_its_time_is_not_late(sqlite_bot):
    several(sqlite_bot, 2)
    sqlite_bot.round(NINE)
    (told,) = sqlite_bot.slack.posted
    assert isinstance(told.notice, Digest)
    assert not told.notice.is_late
    assert sqlite_bot.slack.looked == [], "nothing is doubtful about it"


def test_more_than_fit_in_one_are_two(sqlite_bot):
    several(sqlite_bot, LARGEST + 2)
    for _ in range(3):
        sqlite_bot.round(NINE)
    assert [len(each.members) for each in sqlite_bot.slack.posted] == [LARGEST, 2]
    assert {key for each in sqlite_bot.slack.posted for key in each.members} == keys_of(sqlite_bot)


def test_what_is_due_to_a_channel_comes_as_one_too(bot):
    several(bot, 2, None)
    bot.round("2021-10-22T09:00:01+02:00")
    (told,) = bot.slack.posted
    assert (told.channel_id, len(told.members)) == (CHANNEL, 2)
    assert bot.slack.looked == [], "a channel's history is never asked for"


def test_two_at_work_at_once_make_one_digest(bot):
    several(bot, 5)
    bot.at(NINE)
    start = threading.Barrier(2)
    failures: list[BaseException] = []

    def work() -> None:
        database = Database(bot.office.database.url.render_as_string(hide_password=False))
        mine = ownership(database)
        try:
            start.wait()
            Delivery(replace(bot.office, database=database), bot.slack, mine).round()
        except BaseException as error:  # noqa: BLE001  # told of below, in the test's own thread
            failures.append(error)
        finally:
            mine.close()
            database.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    bot.round()
    assert told_once(bot)
    assert {key for each in bot.slack.posted for key in each.members} == keys_of(bot)
    assert len(bot.digests) == 1, "what was made for nothing is taken away"


# -- done meanwhile


def test_one_that_is_held_before_the_digest_goes_is_left_out(bot):
    several(bot, 3)
    again(bot)
    bot.hold_first(2)
    bot.round(later=timedelta(minutes=5))
    (told,) = bot.slack.posted
    assert [one.agreement_name for one in told.reminders] == ["Avtal 1", "Avtal 3"]
    assert bot.reminder_of(2).wire_key not in told.members
    assert [bot.state_of(number) for number in (1, 2, 3)] == ["sent", "cancelled", "sent"]


def test_one_that_is_held_while_the_digest_goes_is_shown_so_by_an_edit(bot):
    several(bot, 2)
    bot.slack.meanwhile = lambda: bot.hold_first(2)
    bot.round(NINE)
    bot.slack.meanwhile = None
    bot.round()
    (edited,) = bot.slack.edited
    assert [one.held_on for one in edited.reminders] == [None, PartialDate(2021, 10, 20)]
    assert [bot.state_of(number) for number in (1, 2)] == ["sent", "sent"]


def test_one_that_is_held_afterwards_is_shown_so_among_the_others(bot):
    several(bot, 2)
    bot.round(NINE)
    bot.hold_first(1)
    bot.round()
    bot.round()
    (edited,) = bot.slack.edited
    assert edited.key == bot.digests[0].wire_key
    assert [one.held_on is None for one in edited.reminders] == [False, True]


def test_a_digest_of_which_nothing_is_left_is_not_sent(bot):
    several(bot, 2)
    again(bot)
    for number in (1, 2):
        bot.hold_first(number)
    bot.round(later=timedelta(minutes=5))
    bot.round(later=timedelta(hours=2))
    assert bot.slack.posted == []
    (digest,) = bot.digests
    assert (digest.state, digest.reason) == ("cancelled", "not_wanted")
    assert [bot.state_of(number) for number in (1, 2)] == ["cancelled", "cancelled"]


def test_nothing_stays_in_a_digest_that_was_never_sent(sqlite_bot):
    """They were held without a word, so that nobody asked for them to be cancelled."""
    several(sqlite_bot, 2)
    again(sqlite_bot)
    with sqlite_bot.office.database.writing() as session:
        held = update(tables.evaluation).values(held_on=PartialDate(2021, 10, 19))
        session.connection().execute(held)
    sqlite_bot.round(later=timedelta(minutes=5))
    assert [sqlite_bot.state_of(number) for number in (1, 2)] == ["cancelled", "cancelled"]


# -- in doubt


@pytest.mark.parametrize("posted", [True, False])
def test_a_doubtful_digest_is_found_by_its_own_key_or_sent_again(bot, posted):
    several(bot, 3)
    code = "posted timeout" if posted else "timeout"
    bot.slack.next = [NotDelivered(Trouble.unsure, code)]
    bot.round(NINE)
    (digest,) = bot.digests
    assert digest.state == "unknown"
    assert [bot.state_of(number) for number in (1, 2, 3)] == ["bundled"] * 3
    bot.settle()
    (told,) = bot.slack.posted
    assert set(told.members) == keys_of(bot)
    assert [bot.state_of(number) for number in (1, 2, 3)] == ["sent"] * 3
    assert len(bot.digests) == 1


def test_what_is_late_is_looked_for_first_and_what_is_there_is_not_told_again(bot):
    several(bot, 3)
    bot.at(NINE)
    key = bot.reminder_of(2).wire_key
    there: Any = None
    bot.slack.post(f"D_{ANNA}", there, recipient=ANNA, wire_key=key)
    bot.round("2021-10-20T09:06:00+02:00")
    _, digest = bot.slack.posted
    assert [one.agreement_name for one in digest.reminders] == ["Avtal 1", "Avtal 3"]
    found = bot.reminder_of(2)
    assert (found.state, found.slack_ts, found.channel_id) == ("sent", "1.000", f"D_{ANNA}")
    bot.slack.posted[0] = replace(bot.slack.posted[0], notice=digest.reminders[0])
    bot.hold_first(2)
    bot.round()
    assert [each.key for each in bot.slack.edited] == [key], "it can be edited where it stands"


def test_of_two_late_ones_the_one_that_is_not_there_comes_alone(sqlite_bot):
    several(sqlite_bot, 2)
    there: Any = None
    key = sqlite_bot.reminder_of(1).wire_key
    sqlite_bot.slack.post(f"D_{ANNA}", there, recipient=ANNA, wire_key=key)
    sqlite_bot.round("2021-10-20T10:00:00+02:00")
    sqlite_bot.round()
    assert [each.key for each in sqlite_bot.slack.posted] == [
        key,
        sqlite_bot.reminder_of(2).wire_key,
    ]
    assert sqlite_bot.digests == []


# -- what cannot be bundled now


@pytest.mark.parametrize(
    ("trouble", "goes_on"),
    [(Trouble.not_now, True), (Trouble.unsure, True), (Trouble.nobody_may, False)],
)
def test_a_look_before_a_digest_that_fails_for_now_is_taken_again(sqlite_bot, trouble, goes_on):
    several(sqlite_bot, 2)
    several(sqlite_bot, 1, BJORN)
    sqlite_bot.slack.looks = [NotDelivered(trouble, "code")]
    sqlite_bot.round("2021-10-20T10:00:00+02:00")
    assert bool(sqlite_bot.slack.posted) is goes_on
    assert sqlite_bot.digests == []
    sqlite_bot.round()
    assert {each.recipient for each in sqlite_bot.slack.posted} == {ANNA, BJORN}
    assert told_once(sqlite_bot)


def test_too_fast_before_a_digest_leaves_the_method_alone_as_long_as_slack_said(sqlite_bot):
    several(sqlite_bot, 2)
    sqlite_bot.slack.looks = [NotDelivered(Trouble.too_fast, "ratelimited", wait=3600)]
    sqlite_bot.round("2021-10-20T10:00:00+02:00")
    sqlite_bot.round()
    assert sqlite_bot.slack.posted == []
    assert len(sqlite_bot.slack.looked) == 1
    with sqlite_bot.office.database.reading() as connection:
        assert installation.paused_until(connection, "chat.postMessage") is not None


# -- refused


def test_a_digest_that_is_refused_for_good_is_held_whole_and_told_of_once(bot):
    several(bot, 3)
    bot.slack.next = [NEVER]
    bot.round(NINE)
    bot.round()
    bot.round(later=timedelta(hours=2))
    (digest,) = bot.digests
    assert (digest.state, digest.reason) == ("held", "msg_too_long")
    assert [bot.state_of(number) for number in (1, 2, 3)] == ["bundled"] * 3
    ((who, alarm),) = bot.alarms
    assert who == CHANNEL
    assert (alarm.matter, alarm.missed, alarm.row_id) == (Matter.held, 3, digest.id)
    assert not alarm.is_settled
    assert len(bot.slack.posted) == 1


def test_one_that_is_held_in_a_held_digest_is_left_out_when_it_is_sent_again(sqlite_bot):
    several(sqlite_bot, 3)
    sqlite_bot.slack.next = [NEVER]
    sqlite_bot.round(NINE)
    sqlite_bot.hold_first(1)
    with sqlite_bot.office.database.writing() as session:
        digest = sqlite_bot.digests[0]
        planned = {"state": OutboxState.planned, "next_at": sqlite_bot.office.now()}
        assert sending.settle(session, digest.id, digest.fence, planned, was=OutboxState.held)
    sqlite_bot.round()
    told = sqlite_bot.slack.posted[-1]
    assert [one.agreement_name for one in told.reminders] == ["Avtal 2", "Avtal 3"]


def _somebody_is_gone(bot: Bot) -> None:
    bot.slack.next = [NotDelivered(Trouble.gone, "user_disabled")]
    bot.round(NINE)


def test_what_somebody_who_is_gone_was_to_have_comes_to_the_deputy_as_one_digest(bot):
    several(bot, 3, deputy=BJORN)
    _somebody_is_gone(bot)
    (digest,) = bot.digests
    assert (digest.state, digest.reason) == ("cancelled", "rerouted")
    originals = [row for row in reminders(bot.office, "held") if row.recipient == ANNA]
    assert len(originals) == 3, "held until somebody has been told in their place"
    bot.round()
    (told,) = [each for each in bot.slack.posted if each.recipient == BJORN]
    assert len(told.members) == len(told.reminders) == 3
    rows = [row for row in reminders(bot.office) if row.recipient == ANNA and row.step == -30]
    assert {(row.state, row.reason) for row in rows if row.kind == "evaluation"} == {
        ("cancelled", "rerouted")
    }


def test_the_plan_of_the_hour_neither_revives_nor_cancels_what_went_to_the_deputy(bot):
    several(bot, 3, deputy=BJORN)
    _somebody_is_gone(bot)
    bot.delivery = bot.started()  # who starts makes the plan anew, before the deputy is told
    bot.round()
    before = [(row.id, row.state) for row in reminders(bot.office)]
    bot.round(later=timedelta(hours=2))
    bot.round(later=timedelta(hours=2))
    assert [(row.id, row.state) for row in reminders(bot.office)] == before
    told = [each.recipient for each in bot.slack.posted]
    assert sorted(told) == [CHANNEL, BJORN], "the alarm, and the deputy's digest"


def test_who_runs_the_bot_is_told_what_a_digest_to_somebody_gone_held(bot):
    """It is taken apart before they are told: it must not be called decided already."""
    several(bot, 3, deputy=BJORN)
    _somebody_is_gone(bot)
    bot.slack.next = [NotDelivered(Trouble.not_now, "refused")]  # the alarm's own first try
    bot.round()
    bot.slack.next = []
    first = bot.digests[0]
    with bot.office.database.reading() as connection:
        assert len(digests.once_in(connection, first.id)) == 3
    bot.round(later=timedelta(minutes=5))
    ((_, alarm),) = bot.alarms
    assert (alarm.missed, alarm.recipient, alarm.code) == (3, ANNA, "user_disabled")


def test_the_alarm_about_somebody_gone_is_settled_when_the_deputy_has_been_told(bot):
    several(bot, 2, deputy=BJORN)
    _somebody_is_gone(bot)
    bot.round()
    ((_, alarm),) = bot.alarms
    assert not alarm.is_settled
    assert alarm.row_id is None, "it is in pieces: nothing can be decided about it as one"
    edited: Any = bot.slack.edited[-1].notice
    assert edited.is_settled


def test_who_was_told_in_their_own_right_is_not_told_again(sqlite_bot):
    """Five days after the day the deputy is told beside the coordinator."""
    registered(sqlite_bot.office, deputy=BJORN, **TERM | {"steps": "5"})
    moment = "2021-12-08T09:00:00+01:00"
    sqlite_bot.slack.next = [NotDelivered(Trouble.gone, "user_disabled")]
    for _ in range(3):
        sqlite_bot.round(moment)
    assert sorted(each.recipient for each in sqlite_bot.slack.posted) == [CHANNEL, BJORN]
    assert sqlite_bot.alarms, "those who run the bot know"


# -- over the week's cap


@pytest.fixture
def spared(sqlite_url: str, make_office: Callable[..., Office], tmp_path: Path) -> Bot:
    """A bot that sends nobody more than one message a week, and Anna has had hers."""
    made = Bot(make_office(sqlite_url, FOLJSAM_MESSAGES_A_WEEK="1"), tmp_path / "clock")
    registered(made.office, "Tidigt", number="T", **TERM | {"starts_on": "2021-05-31"})
    made.round("2021-10-19T09:00:00+02:00")
    assert len(made.slack.posted) == 1
    return made


def test_over_the_weeks_cap_a_reminder_waits_for_monday(spared):
    several(spared, 2)
    for moment in (NINE, "2021-10-22T15:00:00+02:00", "2021-10-25T08:59:00+02:00"):
        spared.round(moment)
    assert len(spared.slack.posted) == 1
    spared.round("2021-10-25T09:00:00+02:00")
    assert [len(each.members) for each in spared.slack.posted] == [0, 2]


def test_the_plan_of_the_hour_leaves_what_waits_for_monday_alone(spared):
    several(spared, 1)
    spared.round(NINE)
    waits = spared.reminder_of(2).next_at
    spared.delivery = spared.started()
    spared.round(later=timedelta(hours=3))
    assert spared.reminder_of(2).next_at == waits
    assert len(spared.slack.posted) == 1


def test_over_the_cap_what_would_come_after_its_day_goes_at_once(spared):
    evaluation = {"due": "2021-10-22"}
    registered(spared.office, "Brådskar", number="B", **TERM, evaluations=[evaluation])
    spared.round(NINE)
    assert "Brådskar" in [
        one.agreement_name for each in spared.slack.posted for one in each.reminders
    ]


def test_over_the_cap_nothing_waits_for_a_monday_on_which_nobody_works(spared):
    """Closed on that Monday it would come on Tuesday, which is the day itself."""
    closed(spared.office, "2021-10-25")
    evaluation = {"due": "2021-10-26"}
    registered(spared.office, "Brådskar", number="B", **TERM, evaluations=[evaluation])
    spared.round(NINE)
    assert "Brådskar" in [
        one.agreement_name for each in spared.slack.posted for one in each.reminders
    ]


def test_a_digest_counts_as_one_message(sqlite_url, make_office, tmp_path):
    bot = Bot(make_office(sqlite_url, FOLJSAM_MESSAGES_A_WEEK="2"), tmp_path / "clock")
    several(bot, 4, steps="-31")
    several(bot, 1, BJORN)
    change(bot.office, 5, coordinator=ANNA)
    bot.round("2021-10-19T09:00:00+02:00")
    bot.round(NINE)
    assert [len(each.members) for each in bot.slack.posted] == [4, 0]


def test_a_postbox_tells_of_each_in_a_digest():
    box = Postbox()
    day = date(2021, 10, 20)
    one = Reminder(
        -30, 1, "1", "Avtal", 1, 1, "1", PartialDate.of(day), day, None, None, None, None, day
    )
    box.post("D_X", Digest((one, one), False), recipient="X", wire_key="k", members=("a", "b"))
    assert box.told == [("X", -30), ("X", -30)]
    assert box.look("D_X", ["b"], real_now()) == {"b": "1.000"}
