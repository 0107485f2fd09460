"""What stands twice in somebody's direct messages is found at night and told; nobody else's is."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Builder, Town, harmless
from tests.journeys.test_first_reminder import anna, arrived, signed

NIGHT = "2021-09-18 03:00"
SAID = "I nattens genomgång hittade jag ett meddelande som står två gånger hos samma person."


def once_more(town: Town, *, by: str) -> None:
    """Let Anna's message stand there a second time, as written by this bot."""
    (message,) = anna(town)
    ((metadata, *_),) = town.slack.accepted_posts()
    town.slack.plant_message(
        "USLACKBOT", message.text, dm_of="U_ANNA", metadata=metadata, bot_id=by
    )


@pytest.mark.parametrize("on", ["sqlite", "postgresql"])
def test_a_message_that_stands_twice_is_told_at_night_and_left_alone(
    build_town: Builder, on: str
) -> None:
    town = signed(build_town, on=on)
    arrived(town)
    once_more(town, by=town.side.bot_id)
    town.standing_at(NIGHT)
    (told,) = town.wait_for(town.operations.messages)
    assert told.text.startswith(SAID)
    harmless(told, "U_ANNA")
    town.rounds(3)
    assert len(town.operations.messages()) == 1
    assert not town.slack.requests("chat.delete") + town.slack.requests("chat.update")


def test_what_another_bot_wrote_is_not_ours(build_town: Builder) -> None:
    town = signed(build_town)
    arrived(town)
    once_more(town, by="B_ANOTHER")
    town.standing_at(NIGHT)
    asked = len(town.slack.requests("conversations.history"))
    town.wait_for(lambda: len(town.slack.requests("conversations.history")) > asked)
    town.rounds(3)
    assert town.operations.messages() == []
