"""At night the bot's own direct messages are looked through: what stands twice is told, no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.office import Office
from bot.reminders.duplicates import NightlySearch
from bot.reminders.messenger import Matter, NotDelivered, Trouble
from tests.bot.at_work import NINE, Bot, several
from tests.register import ANNA, BJORN, reminders

CHANNEL = "C_DRIFT"


@dataclass
class Conversations:
    """What stands in each conversation, by key; and what goes wrong next when it is asked."""

    standing_in: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    troubles: list[NotDelivered] = field(default_factory=list)
    asked: list[tuple[str, datetime]] = field(default_factory=list)

    def standing(self, channel_id: str, since: datetime, most: int) -> Mapping[str, Sequence[str]]:
        assert most > 0
        self.asked.append((channel_id, since))
        if self.troubles:
            raise self.troubles.pop(0)
        return self.standing_in.get(channel_id, {})

    @property
    def read(self) -> list[str]:
        """Which conversations were looked through, by name."""
        return sorted(channel for channel, _ in self.asked)


@pytest.fixture
def bot(database_url: str, make_office: Callable[..., Office], tmp_path: Path) -> Iterator[Bot]:
    """A bot that has told Anna and Björn of an evaluation each, and the operations of nothing."""
    named = {"FOLJSAM_OPERATIONS_CHANNEL": CHANNEL}
    made = Bot(make_office(database_url, **named), tmp_path / "clock")
    several(made, 1, ANNA)
    several(made, 1, BJORN)
    made.round(NINE)
    yield made
    made.close()


def searched(bot: Bot, slack: Conversations, moment: str, turns: int = 5) -> NightlySearch:
    bot.at(moment)
    search = NightlySearch(bot.office, slack)
    for _ in range(turns):
        search.turn()
    return search


def alarms(bot: Bot) -> list[str | None]:
    return [row.label for row in reminders(bot.office) if row.kind == "alarm"]


def test_each_conversation_is_looked_through_once_a_night(bot):
    slack = Conversations()
    search = searched(bot, slack, "2021-10-21T03:00:00+02:00")
    assert slack.read == ["D_U_ANNA", "D_U_BJORN"]
    bot.at("2021-10-22T02:59:00+02:00")
    search.turn()
    assert len(slack.asked) == 2
    bot.at("2021-10-22T03:00:00+02:00")
    for _ in range(3):
        search.turn()
    assert len(slack.asked) == 4


def test_one_conversation_a_turn(bot):
    slack = Conversations()
    searched(bot, slack, "2021-10-21T03:00:00+02:00", turns=1)
    assert len(slack.asked) == 1


def test_two_processes_share_a_night_and_one_that_starts_in_the_day_finds_it_done(bot):
    slack = Conversations()
    for moment in ("2021-10-21T03:00:00+02:00", "2021-10-21T03:00:10+02:00", NINE):
        searched(bot, slack, moment.replace("10-20", "10-21"))
    assert len(slack.asked) == 2


def test_one_that_was_away_at_night_looks_at_its_first_turn(bot):
    slack = Conversations()
    searched(bot, slack, "2021-10-21T11:00:00+02:00")
    assert slack.read == ["D_U_ANNA", "D_U_BJORN"]


def test_what_stands_twice_is_told_once_and_nothing_is_sent_or_removed(bot):
    (row, *_) = [each for each in reminders(bot.office, "sent") if each.recipient == ANNA]
    slack = Conversations({"D_U_ANNA": {row.wire_key: ["1.000", "2.000"], "OTHER": ["1.000"]}})
    with capture_logs() as logs:
        for day in (21, 22):
            searched(bot, slack, f"2021-10-{day}T03:00:00+02:00")
    assert [each["channel"] for each in logs if each["event"] == "message_stands_twice"] == [
        "D_U_ANNA",
        "D_U_ANNA",
    ]
    assert alarms(bot) == ["doubled"]
    bot.round()
    ((who, alarm),) = bot.alarms
    assert (who, alarm.matter, alarm.recipient, alarm.missed) == (CHANNEL, Matter.doubled, ANNA, 1)
    assert not alarm.is_settled
    assert len(bot.slack.posted) == 3
    assert bot.slack.edited == []


def test_another_one_the_next_night_is_told_too(bot):
    slack = Conversations({"D_U_ANNA": {"KEY": ["1.000", "2.000"]}})
    searched(bot, slack, "2021-10-21T03:00:00+02:00")
    slack.standing_in["D_U_ANNA"]["KEY"].append("3.000")
    searched(bot, slack, "2021-10-22T03:00:00+02:00")
    assert alarms(bot) == ["doubled", "doubled"]


def test_one_message_that_carries_a_key_twice_is_one(bot):
    searched(bot, Conversations({"D_U_ANNA": {"KEY": ["1.000", "1.000"]}}), NINE)
    assert alarms(bot) == []


@pytest.mark.parametrize(
    ("trouble", "asked_again"),
    [
        (NotDelivered(Trouble.too_fast, "ratelimited", 0), True),
        (NotDelivered(Trouble.too_fast, "ratelimited", 3600), False),
        (NotDelivered(Trouble.unsure, "timeout"), False),
        (NotDelivered(Trouble.nobody_may, "token_revoked"), False),
    ],
)
def test_slack_is_left_alone_as_long_as_it_asks(bot, trouble, asked_again):
    slack = Conversations(troubles=[trouble])
    searched(bot, slack, "2021-10-21T03:00:00+02:00", turns=2)
    first, *rest = [channel for channel, _ in slack.asked]
    assert (rest == [first]) is asked_again


def test_it_looks_back_two_weeks_and_not_at_those_who_had_nothing_since(bot):
    slack = Conversations()
    searched(bot, slack, "2021-11-03T08:00:00+01:00")
    assert slack.read == ["D_U_ANNA", "D_U_BJORN"]
    (row, *_) = reminders(bot.office, "sent")
    assert all(row.first_send_at - since >= timedelta(days=13) for _, since in slack.asked)
    slack.asked.clear()
    searched(bot, slack, "2021-11-04T10:00:00+01:00")
    assert slack.asked == []


def test_channels_are_not_looked_through(
    sqlite_url: str, make_office: Callable[..., Office], tmp_path: Path
) -> None:
    bot = Bot(make_office(sqlite_url, FOLJSAM_OPERATIONS_CHANNEL=CHANNEL), tmp_path / "clock")
    several(bot, 1, None)
    bot.round(NINE)
    assert [each.recipient for each in bot.slack.posted] == [CHANNEL]
    slack = Conversations()
    searched(bot, slack, "2021-10-21T03:00:00+02:00")
    assert slack.asked == []
