"""What the channel of an agreement is told: the greeting, one reminder ahead, and nothing more."""

from __future__ import annotations

from typing import Any

import pytest

from bot.reminders.greeting import greet
from tests.journeys.conftest import Builder, Town, harmless, labels
from tests.journeys.test_first_reminder import BOTH, FIRST, SETTLED, alarms
from tests.register import change, reminders
from tests.workspace.client import Message

LANGUAGES = {
    "sv": {
        "reminder": (
            "Kultur 1740: utvärdering 2 ska hållas senast 29 oktober 2021, om 42 dagar. "
            "Kom överens om en dag, om ni inte redan har gjort det."
        ),
        "nameless": "Överenskommelsen i den här kanalen: utvärdering 2 ska hållas",
        "greeting": "Den här kanalen hör nu ihop med Kultur 1740.",
        "words": ("@Följsam status", "@Följsam medel", "@Följsam kontakter", "@Följsam hjälp"),
        "owner": "ingen samordnare är registrerad",
        "button": "Visa läget",
    },
    "en": {
        "reminder": (
            "Kultur 1740: evaluation 2 is to be held no later than 29 October 2021, in 42 days. "
            "Please agree on a day, if you have not already."
        ),
        "nameless": "The agreement in this channel: evaluation 2 is to be held",
        "greeting": "This channel now belongs with Kultur 1740.",
        "words": (*("@Följsam status", "@Följsam funding", "@Följsam contacts", "@Följsam help"),),
        "owner": "no coordinator is registered",
        "button": "Show status",
    },
}
SECRETS = ("Genomförd", "IOP-1", "kr", "Storgatan", "U_ANNA", "Anna", "Björn")
"""What no reminder in the channel may hold."""


def linked(build_town: Builder, *, on: str = "sqlite", language: str = "sv", **said: Any) -> Town:
    """Make a town in which Anna's agreement has the channel that is shared with the association."""
    named = {"FOLJSAM_TICK_SECONDS": "0.05", "FOLJSAM_LANGUAGE": language}
    town = build_town("socket", on=on, filled=False, ticking=True, **named)
    facts: dict[str, Any] = {"signed_on": "2020-10-29", "term_months": 36, "number": "IOP-1"}
    channel = {"channel_id": town.linked.id, "deputy": "U_BJORN"}
    town.register("Kultur 1740", **{**facts, **channel, "steps": "-3", **said})
    return town


def told(town: Town, moment: str = FIRST) -> Message:
    """Put the clock at a moment and wait for the one message in the channel."""
    town.standing_at(moment)
    (message,) = town.wait_for(town.linked.messages)
    return message


def greeted(town: Town) -> Message:
    with town.office.database.writing() as session:
        greet(session, town.office, 1, town.linked.id, 2)
    (message,) = town.wait_for(town.linked.messages)
    return message


def owed(town: Town, kind: str) -> list[str]:
    return [str(row.state) for row in reminders(town.office) if row.kind == kind]


def everything(message: Message) -> str:
    return f"{message.text} {message.blocks}"


# -- the reminder


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("on", BOTH)
def test_the_channel_is_told_once_thirty_working_days_ahead(
    build_town: Builder, on: str, language: str
) -> None:
    town = linked(build_town, on=on, language=language)
    town.standing_at("2021-09-17 08:59")
    town.rounds()
    assert town.linked.messages() == []
    message = told(town)
    assert message.text == LANGUAGES[language]["reminder"]
    harmless(message)
    assert labels(message) == [LANGUAGES[language]["button"]]
    assert [each.action_id for each in message.buttons()] == ["show_status"]
    assert not [word for word in SECRETS if word in everything(message)]
    assert message.metadata is not None
    assert set(message.metadata["event_payload"]) == {"key"}
    town.rounds(3)
    assert len(town.linked.messages()) == 1
    assert alarms(town) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_details_are_protected_nothing_is_named(build_town: Builder, language: str) -> None:
    message = told(linked(build_town, language=language, sheltered=True))
    assert message.text.startswith(str(LANGUAGES[language]["nameless"]))
    assert "Kultur" not in everything(message)


def test_when_the_evaluation_is_held_the_message_says_so_and_its_button_is_gone(
    build_town: Builder,
) -> None:
    town = linked(build_town, steps="-30")
    told(town)
    (mine,) = town.wait_for(town.anna.direct_messages)
    town.press(town.anna, mine, "Genomförd")
    held = "✓ Kultur 1740: utvärdering 2, senast 29 oktober 2021, är genomförd 17 september 2021."
    town.wait_for(lambda: town.linked.messages()[0].text == held)
    assert labels(town.linked.messages()[0]) == []


def test_a_day_that_was_moved_says_why(build_town: Builder) -> None:
    message = told(linked(build_town, signed_on="2020-10-31"), "2021-10-01 09:00")
    assert "Flyttad från 31 oktober 2021 (helg)." in message.text


# -- where it cannot be posted


@pytest.mark.parametrize("on", BOTH)
def test_a_channel_that_the_bot_has_left_is_told_of_to_those_who_run_it_alone(
    build_town: Builder, on: str
) -> None:
    town = linked(build_town, on=on)
    town.linked.archive()
    town.standing_at(FIRST)
    (alarm,) = town.wait_for(lambda: alarms(town))
    assert "påminnelsen till överenskommelsens egen kanal" in alarm.text
    town.rounds(3)
    assert owed(town, "partner")[0] == "held"
    assert town.anna.direct_messages() == []
    assert town.operations.messages() == [alarm]


def test_a_channel_that_cannot_be_looked_at_just_now_is_tried_again(build_town: Builder) -> None:
    town = linked(build_town)
    town.slack.fault("conversations.info", "cut_after")
    town.standing_at(FIRST)
    town.wait_for(lambda: len(town.slack.requests("conversations.info")) == 1)
    town.rounds()
    assert town.linked.messages() == []
    assert owed(town, "partner")[0] == "planned"
    assert told(town, "2021-09-17 09:03").text.startswith("Kultur 1740: utvärdering 2")


def test_where_the_answer_is_lost_operations_are_asked_and_it_is_not_posted_again(
    build_town: Builder,
) -> None:
    town = linked(build_town)
    town.slack.fault("chat.postMessage", "cut_after")
    told(town)
    town.wait_for(lambda: owed(town, "partner")[0] == "unknown")
    town.rounds()
    town.standing_at(SETTLED)
    (alarm,) = town.wait_for(lambda: alarms(town))
    assert labels(alarm) == ["Den kom fram", "Skicka igen"]
    town.rounds(3)
    assert len(town.linked.messages()) == 1


def test_a_channel_that_is_no_longer_linked_is_told_nothing(build_town: Builder) -> None:
    town = linked(build_town)
    change(town.office, 1, channel_id=None)
    town.standing_at(FIRST)
    town.rounds(3)
    assert town.linked.messages() == []
    assert set(owed(town, "partner")) == {"cancelled"}


# -- the greeting


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("on", BOTH)
def test_a_linked_channel_is_greeted_in_one_message_on_any_day(
    build_town: Builder, on: str, language: str
) -> None:
    words = LANGUAGES[language]
    town = linked(build_town, on=on, language=language)
    town.standing_at("2021-09-04 23:00")  # a Saturday
    message = greeted(town)
    assert message.text.startswith(str(words["greeting"]))
    assert all(word in message.text for word in words["words"])
    harmless(message, "U_ANNA")
    assert "U_ANNA" in str(message.blocks)
    assert labels(message) == [words["button"]]
    town.rounds(3)
    assert len(town.linked.messages()) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_coordinator_the_greeting_says_so(build_town: Builder, language: str) -> None:
    message = greeted(linked(build_town, language=language, coordinator=None))
    assert str(LANGUAGES[language]["owner"]) in everything(message)


@pytest.mark.parametrize(
    ("is_shown", "said"), [(True, "medel visas också"), (False, "Medel visas inte")]
)
def test_the_greeting_says_whether_money_is_shown(
    build_town: Builder, is_shown: bool, said: str
) -> None:
    assert said in greeted(linked(build_town, funding_visible=is_shown)).text


def test_a_greeting_of_protected_details_names_nothing_and_nobody(build_town: Builder) -> None:
    message = greeted(linked(build_town, sheltered=True))
    assert "Namn, platser och kontakter visas inte" in message.text
    assert not [word for word in ("Kultur", "U_ANNA", "IOP-1") if word in everything(message)]


def test_a_greeting_to_an_archived_channel_is_held_and_told(build_town: Builder) -> None:
    town = linked(build_town)
    town.linked.archive()
    with town.office.database.writing() as session:
        greet(session, town.office, 1, town.linked.id, 2)
    (alarm,) = town.wait_for(lambda: alarms(town))
    assert "hälsningen i kanalen som är kopplad till Kultur 1740" in alarm.text
    assert owed(town, "greeting") == ["held"]
