"""From a reminder that went, or did not, to the answer that shows it in Slack."""

from __future__ import annotations

from typing import Any

import pytest

from bot import audit
from bot.reminders.proof import retry
from tests.journeys.conftest import Builder, Town, button, harmless, labels
from tests.sampling import EVERYWHERE
from tests.workspace.client import Message

FIRST = "2021-09-17 09:00"  # thirty working days before 29 October 2021
HELD = "Utvärdering 2 (senast 29 oktober 2021), 30 arbetsdagar före  till @U_ANNA\n"
HOSTILE = ["<!channel>", "<@U_CISSI>", "*fet* _kursiv_", "{name} {0}", "&lt;b&gt;", "word.missing"]


def sign(town: Town, name: str = "Kultur 1740", **said: Any) -> int:
    facts: dict[str, Any] = {"signed_on": "2020-10-29", "term_months": 36, "deputy": "U_BJORN"}
    return town.register(name, **{"number": "IOP-1", **facts, **said})


def asked(town: Town, typed: str = "/iop påminnelser 1740") -> Message:
    answer = town.ask(town.anna, typed, town.hall)  # not among her own messages, which are counted
    harmless(answer, "U_ANNA", "U_BJORN")
    return answer


@pytest.mark.parametrize(("road", "on"), EVERYWHERE)
def test_a_reminder_is_followed_from_plan_to_post_to_held(
    build_town: Builder, road: str, on: str
) -> None:
    town = build_town(road, on=on, filled=False, ticking=True, FOLJSAM_TICK_SECONDS="0.05")
    sign(town)
    planned = asked(town).plain()
    assert f"{HELD}Planerad  går ut fredag 17 september 2021 kl. 09.00" in planned
    town.standing_at(FIRST)
    reminder = town.wait_for(town.anna.direct_messages)[-1]
    town.wait_for(lambda: "1 skickad" in asked(town).plain())
    assert f"{HELD}Skickad  fredag 17 september 2021 kl. 09.00" in asked(town).plain()
    town.press(town.anna, reminder, "Genomförd")
    done = asked(town).plain()
    assert "Utvärderingen genomförd  17 september 2021, markerad av @U_ANNA" in done
    assert "behövs inte längre: utvärderingen är genomförd 17 september 2021" in done


def test_what_could_not_be_sent_stands_first_and_goes_when_it_is_sent_again(
    build_town: Builder,
) -> None:
    town = build_town(filled=False, ticking=True, FOLJSAM_TICK_SECONDS="0.05")
    sign(town)
    town.slack.fault("chat.postMessage", "error", code="missing_scope")
    town.standing_at(FIRST)
    town.wait_for(lambda: "held" in {state for _, _, state in town.outbox()})
    answer = asked(town)
    assert answer.plain().partition("\n")[2].partition("\n")[2].startswith(HELD)
    assert "appen saknar en behörighet i Slack, sedan fredag 17 sep" in answer.plain()
    with town.office.database.writing() as session:
        number = int(answer.plain().partition("reminders retry ")[2].split()[0])
        retry(session, town.office, actor=audit.TERMINAL, row_id=number)
    town.wait_for(town.anna.direct_messages)
    town.wait_for(lambda: f"{HELD}Skickad" in asked(town).plain())
    assert len(town.anna.direct_messages()) == 1


def test_it_is_found_by_name_by_channel_and_by_choosing_in_both_languages(town: Town) -> None:
    card = asked(town)
    assert card.plain().startswith("Påminnelser: Kultur 1740\nNummer IOP-1 · 20 planerade\n")
    for typed in ("paminnelser 1740", "PÅMINNELSER kultur", "reminders tranemo"):
        assert asked(town, f"/iop {typed}").text == card.text
    assert town.ask(town.anna, "/iop påminnelser", town.linked).text == card.text
    english = town.ask(town.cissi, "/iop reminders 1740").plain()
    assert "Evaluation 2 (by 29 October 2021), 30 working days before  to @U_ANNA" in english
    offered = town.ask(town.anna, "/iop påminnelser huddinge")
    chosen = town.press(town.anna, offered, "Brottsofferjouren (IOP-5)")
    assert chosen.plain().startswith("Påminnelser: Brottsofferjouren")
    assert "det är oklart om överenskommelsen gäller" in chosen.plain()
    assert labels(card) == ["Visa läget"]
    assert town.press(town.anna, card, button(card, "Visa läget")).plain().startswith("Kultur 1740")


def test_the_command_stands_in_help_and_a_slip_is_understood(town: Town) -> None:
    usage = "/iop påminnelser [namn eller nummer]"
    assert usage in town.ask(town.anna, "/iop").plain()
    assert f"Menar du {usage}?" in town.ask(town.anna, "/iop påminelse 1740").text
    assert town.ask(town.anna, "/iop påminnelser zzzz").text.startswith("Jag hittar ingen")


def test_who_may_not_read_an_agreement_is_not_told_of_its_reminders(build_town: Builder) -> None:
    town = build_town(FOLJSAM_MEMBERS_MAY_READ="no")
    dan = town.slack.add_person("U_DAN", name="Dan")
    greta = town.people["U_GRETA"]
    for typed in ("påminnelser 1740", "reminders IOP-1", "påminnelser"):
        for who in (dan, greta):
            answer = town.ask(who, f"/iop {typed}")
            harmless(answer)
            for secret in ("Kultur 1740", "Tranemo", "U_ANNA", "Utvärdering"):
                assert secret not in answer.plain() + answer.text
    town.grant("U_DAN", "reader")
    assert "20 planerade" in town.ask(dan, "/iop påminnelser 1740").plain()


@pytest.mark.parametrize("on", ["sqlite", "postgresql"])
def test_names_that_look_like_markup_are_shown_as_they_were_written(
    build_town: Builder, on: str
) -> None:
    town = build_town(on=on, filled=False)
    for number, name in enumerate(HOSTILE):
        sign(town, name, number=f"H-{number}")
        assert (
            asked(town, f"/iop påminnelser H-{number}").plain().startswith(f"Påminnelser: {name}\n")
        )
