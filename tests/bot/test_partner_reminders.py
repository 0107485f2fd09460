"""The channel of an agreement is told once of each evaluation ahead, and of nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.office import Office
from bot.reminders.messenger import NotDelivered, PartnerReminder, Trouble
from bot.reminders.preview import preview
from storage.rows import AnyRow
from storage.types import PartialDate
from tests.bot.at_work import NINE, TERM, Bot
from tests.register import (
    ANNA,
    CISSI,
    Posted,
    change,
    closed,
    registered,
    reminders,
    typed_evaluation,
)

HERE, THERE, OPERATIONS = "C_KULTUR", "C_ANNAN", "C_DRIFT"
LONGER: dict[str, Any] = {**TERM, "ends_on": "2022-08-31", "steps": "-3"}
"""With a second evaluation on 1 June 2022."""
NAMED = {"FOLJSAM_OPERATIONS_CHANNEL": OPERATIONS, "FOLJSAM_ADMINS": CISSI}
Made = Callable[..., Bot]


@pytest.fixture
def a_bot(database_url: str, make_office: Callable[..., Office], tmp_path: Path) -> Iterator[Made]:
    """Make a bot with Anna's agreement that has a channel; what is said of the agreement counts."""
    made: list[Bot] = []

    def make(**said: Any) -> Bot:
        made.append(Bot(make_office(database_url, **NAMED), tmp_path / "clock"))
        registered(made[-1].office, **{"channel_id": HERE, **LONGER, **said})
        return made[-1]

    yield make
    for each in made:
        each.close()


def owed(bot: Bot, *states: str) -> list[AnyRow]:
    return [row for row in reminders(bot.office, *states) if row.kind == "partner"]


def posted(bot: Bot) -> list[Posted]:
    return [each for each in bot.slack.posted if isinstance(each.notice, PartnerReminder)]


def said(bot: Bot) -> PartnerReminder:
    (one,) = posted(bot)
    assert isinstance(one.notice, PartnerReminder)
    return one.notice


# -- which, and when


def test_each_evaluation_has_one_at_thirty_days_whatever_steps_the_agreement_has(a_bot):
    bot = a_bot()
    rows = owed(bot)
    assert [(row.natural_key, row.recipient, row.step) for row in rows] == [
        (f"uidiop1:partner:{number}:-30:{HERE}", HERE, -30) for number in (1, 2)
    ]
    assert rows[0].due_local == "2021-10-20T09:00"


def test_planning_twice_changes_nothing(a_bot):
    bot = a_bot()
    before = reminders(bot.office)
    change(bot.office, 1)
    bot.round()
    assert reminders(bot.office) == before


@pytest.mark.parametrize("unlinked", [{"channel_id": None}, {"status": "preparing"}])
def test_without_a_channel_or_before_it_is_in_force_there_is_none(a_bot, unlinked):
    assert owed(a_bot(**unlinked)) == []


def test_it_is_posted_once_in_the_channel_at_nine_on_its_day(a_bot):
    bot = a_bot()
    bot.round("2021-10-20T08:59:00+02:00")
    assert bot.slack.posted == []
    for _ in range(3):
        bot.round(NINE)
    (one,) = posted(bot)
    assert (one.channel_id, one.recipient) == (HERE, HERE)
    assert bot.slack.posted == [one]


def test_what_is_due_on_a_closed_day_waits_for_the_next_one_at_work(a_bot):
    bot = a_bot()
    closed(bot.office, "2021-10-21", "2021-10-22")
    bot.slack.next = [NotDelivered(Trouble.not_now, "refused")]
    bot.round(NINE)
    for moment in ("2021-10-21T12:00:00+02:00", "2021-10-23T12:00:00+02:00"):
        bot.round(moment)
    assert posted(bot) == []
    bot.round("2021-10-25T09:00:00+02:00")
    assert len(posted(bot)) == 1


def test_a_day_that_has_passed_is_not_the_partners_to_hear_of(a_bot):
    bot = a_bot(channel_id=None)
    bot.at("2021-12-02T08:00:00+01:00")
    change(bot.office, 1, channel_id=HERE)
    assert [row.label for row in owed(bot, "planned")] == ["2"]


def test_a_channel_that_is_linked_late_is_told_of_what_is_ahead(a_bot):
    bot = a_bot(channel_id=None)
    bot.at("2021-11-24T08:00:00+01:00")
    change(bot.office, 1, channel_id=HERE)
    bot.round("2021-11-24T09:00:00+01:00")
    assert said(bot).due_on == date(2021, 12, 1)


def test_what_its_coordinator_has_heard_the_channel_has_not(a_bot):
    bot = a_bot(channel_id=None, steps="-30")
    bot.round(NINE)
    change(bot.office, 1, channel_id=HERE)
    bot.round(later=timedelta(minutes=1))
    assert bot.slack.told == [(ANNA, -30), (HERE, None)]


# -- what changes takes it along


def test_a_moved_evaluation_moves_its_message(a_bot):
    bot = a_bot()
    change(bot.office, 1, starts_on="2021-06-08")
    rows = owed(bot)
    assert [row.due_local[:10] for row in rows] == ["2021-10-27", "2022-04-25"]
    assert len(rows) == 2


def test_a_held_evaluation_takes_its_message_away_and_edits_what_was_sent(a_bot):
    bot = a_bot()
    bot.round(NINE)
    bot.hold_first()
    bot.round()
    edited = [each.notice for each in bot.slack.edited]
    assert [type(each) for each in edited] == [PartnerReminder]
    assert edited[0].held_on == PartialDate(2021, 10, 20)
    assert [str(row.state) for row in owed(bot)] == ["sent", "planned"]


def test_what_is_held_before_its_message_is_never_told(a_bot):
    bot = a_bot()
    bot.hold_first()
    bot.round(NINE)
    assert posted(bot) == []
    assert str(owed(bot)[0].state) == "cancelled"


@pytest.mark.parametrize("channel", [None, THERE])
def test_a_channel_that_is_changed_or_taken_away_takes_its_messages_along(a_bot, channel):
    bot = a_bot()
    change(bot.office, 1, channel_id=channel)
    assert {row.recipient for row in owed(bot, "cancelled")} == {HERE}
    assert {row.recipient for row in owed(bot, "planned")} == ({channel} if channel else set())
    bot.round(NINE)
    assert [each.recipient for each in posted(bot)] == ([channel] if channel else [])


def test_what_one_channel_has_read_is_not_told_to_the_next(a_bot):
    bot = a_bot()
    bot.round(NINE)
    change(bot.office, 1, channel_id=THERE)
    bot.round(later=timedelta(minutes=1))
    assert [each.recipient for each in posted(bot)] == [HERE]
    assert [row.label for row in owed(bot, "planned")] == ["2"]


def test_a_channel_unlinked_behind_the_plans_back_gets_nothing(a_bot):
    """The register is asked again at the post itself."""
    bot = a_bot()
    bot.round("2021-10-20T08:30:00+02:00")
    with bot.office.database.writing() as session:
        session.connection().exec_driver_sql("UPDATE agreement SET channel_id = NULL")
    bot.round(NINE)
    assert posted(bot) == []
    assert str(owed(bot)[0].state) == "cancelled"


# -- what it says


def test_it_holds_what_the_partner_view_shows_and_no_more(a_bot):
    bot = a_bot()
    bot.round(NINE)
    assert said(bot) == PartnerReminder(
        agreement_id=1,
        agreement_name="Kultur 1740",
        number=1,
        due=PartialDate(2021, 12, 1),
        due_on=date(2021, 12, 1),
        agreed_on=None,
        moved=None,
        booked_on=None,
        held_on=None,
        today=date(2021, 10, 20),
    )


def test_where_details_are_protected_it_has_no_name(a_bot):
    bot = a_bot(sheltered=True)
    bot.round(NINE)
    assert said(bot).agreement_name is None


def test_why_a_house_was_closed_is_not_told(a_bot):
    bot = a_bot()
    closed(bot.office, "2021-12-01", reason="Flytt till Storgatan 3")
    bot.round("2021-10-20T10:00:00+02:00")
    moved = said(bot).moved
    assert moved is not None
    assert (moved.kind, moved.name) == ("closed", "")


def test_an_extra_evaluation_has_no_number(a_bot):
    bot = a_bot()
    with bot.office.database.writing() as session:
        typed_evaluation(session, bot.office, 1, "2021-12-15")
    change(bot.office, 1)
    bot.round("2021-11-03T09:00:00+01:00")
    assert [each.notice.number for each in posted(bot)] == [1, None]  # type: ignore[union-attr]


# -- with the others


def test_it_counts_in_nobodys_week_and_is_put_together_with_nothing(a_bot):
    bot = a_bot(steps="-30")
    for number in (2, 3):
        named = {"number": f"IOP-{number}", "channel_id": HERE, **TERM, "steps": "-30"}
        registered(bot.office, f"Avtal {number}", **named)
    bot.round(NINE)
    assert [each.recipient for each in posted(bot)] == [HERE] * 3
    assert [(each.recipient, len(each.members)) for each in bot.slack.posted if each.members] == [
        (ANNA, 3)
    ]


def test_the_operations_channel_may_be_the_linked_one(a_bot):
    bot = a_bot(coordinator=None, channel_id=OPERATIONS, steps="-30")
    bot.round(NINE)
    assert len(posted(bot)) == 1
    assert bot.slack.told == [(OPERATIONS, None), (OPERATIONS, -30)]


@pytest.mark.parametrize("code", ["is_archived", "not_in_channel", "channel_not_found"])
def test_a_channel_that_is_gone_is_held_and_told_and_nobody_else_gets_it(a_bot, code):
    bot = a_bot()
    bot.slack.next = [NotDelivered(Trouble.gone, code)]
    for _ in range(3):
        bot.round(NINE)
    (row,) = owed(bot, "held")
    assert (row.recipient, row.reason) == (HERE, code)
    ((who, alarm),) = bot.alarms
    assert (who, alarm.code, alarm.to_partners) == (OPERATIONS, code, True)
    assert posted(bot) == []
    assert {row.kind for row in reminders(bot.office, "sent")} == {"alarm"}


def test_nobody_knows_whether_it_arrived_then_operations_are_asked(a_bot):
    bot = a_bot()
    bot.slack.next = [NotDelivered(Trouble.unsure, "posted timeout")]
    bot.round(NINE)
    bot.settle()
    ((who, alarm),) = bot.alarms
    assert (who, alarm.is_unsure, alarm.to_partners) == (OPERATIONS, True, True)
    assert len(posted(bot)) == 1
    assert len(owed(bot, "held")) == 1


def test_the_preview_shows_it_with_its_channel(a_bot):
    bot = a_bot()
    found = preview(bot.office, date(2021, 10, 20), date(2021, 10, 20))
    (one,) = found
    assert (one.recipient, one.reminder.step) == (HERE, -30)
    assert one.to_partners is not None
    assert one.to_partners.agreement_name == "Kultur 1740"
