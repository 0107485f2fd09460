"""What is said unasked where partners read, whatever people wrote in the register."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.reminders.messenger import Greeting, PartnerReminder
from bot.texts import LANGUAGES, Texts
from bot.working_days import Closed
from handlers.blocks.greeting import greeting_card
from handlers.blocks.partner_reminder import partner_reminder_card
from storage.types import PartialDate
from tests.handlers.test_cards import problems

ODD = [
    "<!channel>",
    "<@U123>",
    "*fet* `kod`",
    "&amp; <b>",
    "{name} %s",
    ":x:",
    "å" * 4_000,
    "💥" * 50,
]
CLOSED = Closed("closed", "")


def a_reminder(name: str | None = "Kultur 1740", **said: Any) -> PartnerReminder:
    facts: dict[str, Any] = {
        "agreement_id": 7,
        "agreement_name": name,
        "number": 2,
        "due": PartialDate(2021, 10, 29),
        "due_on": date(2021, 10, 29),
        "agreed_on": None,
        "moved": None,
        "booked_on": None,
        "held_on": None,
        "today": date(2021, 9, 17),
    }
    return PartnerReminder(**{**facts, **said})


def a_greeting(name: str | None = "Kultur 1740", **said: Any) -> Greeting:
    facts: dict[str, Any] = {"shows_funding": False, "is_sheltered": name is None}
    return Greeting(
        **{"agreement_id": 7, "agreement_name": name, "coordinator": None, **facts, **said}
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [*ODD, None])
def test_whatever_an_agreement_is_called_slack_takes_the_card(name, language):
    texts = Texts(language)
    reminders = [a_reminder(name), a_reminder(name, held_on=PartialDate(2021, 9, 17))]
    cards = [partner_reminder_card(each, texts) for each in reminders]
    cards.append(greeting_card(a_greeting(name, coordinator="U_ANNA"), texts))
    assert [problems(card) for card in cards] == [[]] * 3


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, "Kultur 1740: utvärdering 2 ska hållas senast 29 oktober 2021, om 42 dagar. Kom"),
        ({"today": date(2021, 10, 28)}, "senast 29 oktober 2021, om 1 dag. Kom"),
        ({"today": date(2021, 10, 29)}, "senast i dag, 29 oktober 2021. Kom"),
        ({"today": date(2021, 10, 30)}, "skulle ha hållits senast 29 oktober 2021. Kom"),
        ({"number": None}, "Kultur 1740: en extra utvärdering ska hållas"),
        ({"booked_on": PartialDate(2021, 10, 20)}, "om 42 dagar. Bokad till 20 oktober 2021."),
        (
            {"agreed_on": date(2021, 10, 31), "moved": Closed("weekend", "")},
            "Flyttad från 31 oktober 2021 (helg).",
        ),
        ({"agreed_on": date(2021, 10, 31), "moved": CLOSED}, "Flyttad från 31 oktober 2021 ("),
        (
            {"held_on": PartialDate(2021, 9, 17)},
            "✓ Kultur 1740: utvärdering 2, senast 29 oktober 2021, är genomförd 17 september 2021.",
        ),
    ],
)
def test_it_says_how_the_evaluation_stands(said, expected):
    assert expected in partner_reminder_card(a_reminder(**said), Texts("sv")).text


def test_who_has_booked_a_day_is_not_asked_for_one():
    card = partner_reminder_card(a_reminder(booked_on=PartialDate(2021, 10, 20)), Texts("sv"))
    assert "Kom överens" not in card.text


@pytest.mark.parametrize("made", [a_reminder(), a_greeting(coordinator="U_ANNA")])
def test_its_one_button_shows_how_it_stands(made):
    is_greeting = isinstance(made, Greeting)
    card = (
        greeting_card(made, Texts("sv"))
        if is_greeting
        else partner_reminder_card(made, Texts("sv"))
    )
    (actions,) = [block for block in card.blocks if block["type"] == "actions"]
    (button,) = actions["elements"]
    assert (button["action_id"], button["value"]) == ("show_status", "7:0")
    assert button["text"]["text"] == "Visa läget"
