"""From a due date to one message in Slack, and to *Genomförd*, whatever goes wrong between."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import text as sql

from tests.journeys.conftest import Builder, Town, button, harmless, labels
from tests.sampling import EVERYWHERE
from tests.workspace.client import Message

BOTH = ("sqlite", "postgresql")
FIRST = "2021-09-17 09:00"  # thirty working days before 29 October 2021
STEPS = [
    # step, its day, who is told, what it says of the day
    (-30, "2021-09-17", {"U_ANNA"}, "ska hållas senast 29 oktober 2021, om 42 dagar."),
    (-14, "2021-10-11", {"U_ANNA"}, "ska hållas senast 29 oktober 2021, om 18 dagar."),
    (-3, "2021-10-26", {"U_ANNA"}, "ska hållas senast 29 oktober 2021, om 3 dagar."),
    (1, "2021-11-01", {"U_ANNA"}, "skulle ha hållits senast 29 oktober 2021, för 3 dagar sedan."),
    (5, "2021-11-05", {"U_ANNA", "U_BJORN"}, "för 7 dagar sedan."),
    (10, "2021-11-12", {"C_DRIFT"}, "för 14 dagar sedan."),
]
SETTLED = "2021-09-17 09:02"  # 120 seconds later; the bot waits for 70
DONE = "✓ Utvärderingen av Kultur 1740 (IOP-1), senast 29 oktober 2021, är genomförd"


def signed(
    build_town: Builder, road: str = "socket", *, on: str = "sqlite", **settings: str
) -> Town:
    """Make a town in which Anna coordinates one agreement, Björn is her deputy, and time passes."""
    named = {"FOLJSAM_TICK_SECONDS": "0.05", **settings}
    town = build_town(road, on=on, filled=False, ticking=True, **named)
    sign(town)
    return town


def sign(town: Town, **said: Any) -> int:
    facts: dict[str, Any] = {"deputy": "U_BJORN", "signed_on": "2020-10-29", "term_months": 36}
    return town.register("Kultur 1740", **{"number": "IOP-1", **facts, **said})


ALARMS = (
    *("Jag var nere", "Det här gick inte fram", "Vi vet inte om detta kom fram"),
    *("✓ Avgjort", "✓ Det här gick inte fram"),
)


def alarms(town: Town) -> list[Message]:
    """Give what those who run the bot were told."""
    return [each for each in town.operations.messages() if each.text.startswith(ALARMS)]


def told(town: Town) -> dict[str, list[Message]]:
    """Give the reminders that the bot wrote, by who can read them."""
    found = {who: town.people[who].direct_messages() for who in ("U_ANNA", "U_BJORN", "U_CISSI")}
    operations = town.operations.messages()
    found["C_DRIFT"] = [each for each in operations if not each.text.startswith(ALARMS)]
    return {who: messages for who, messages in found.items() if messages}


def count(town: Town) -> int:
    return sum(len(messages) for messages in told(town).values())


def arrived(town: Town, at: str = FIRST, many: int = 1) -> Message:
    """Put the clock at a moment and wait for Anna's message."""
    town.standing_at(at)
    town.wait_for(lambda: len(anna(town)) == many)
    return anna(town)[-1]


def anna(town: Town) -> list[Message]:
    return town.anna.direct_messages()


def states(town: Town) -> dict[int, str]:
    return {step: state for step, recipient, state in first_evaluation(town)}


def first_evaluation(town: Town) -> list[tuple[int, str, str]]:
    question = "SELECT step, recipient, state FROM outbox WHERE label = '2' ORDER BY due_at"
    with town.office.database.reading() as connection:
        return [tuple(row) for row in connection.execute(sql(question))]


def held_by(town: Town) -> list[tuple[str, str]]:
    question = "SELECT actor, subject FROM audit_entry WHERE action = 'evaluation_held'"
    with town.office.database.reading() as connection:
        return [tuple(row) for row in connection.execute(sql(question))]


# -- when, to whom, and how


@pytest.mark.parametrize("on", BOTH)
def test_each_step_reaches_its_people_at_nine_and_not_before(build_town: Builder, on: str) -> None:
    town = signed(build_town, on=on)
    before: dict[str, int] = {}
    for step, day, people, said in STEPS:
        town.standing_at(f"{day} 08:59")
        town.rounds()
        assert {who: len(messages) for who, messages in told(town).items()} == before, step
        town.standing_at(f"{day} 09:00")
        after = {who: before.get(who, 0) + (who in people) for who in {*before, *people}}
        town.wait_for(lambda: {w: len(m) for w, m in told(town).items()} == after)  # noqa: B023
        before = after
        for who in people:
            assert said in told(town)[who][-1].text, step
    town.wait_for(lambda: states(town) == {step: "sent" for step, *_ in STEPS})


def test_a_reminder_says_what_it_is_about_and_carries_nothing_but_its_key(
    build_town: Builder,
) -> None:
    town = signed(build_town)
    message = arrived(town)
    assert message.text == (
        "Utvärderingen av Kultur 1740 (IOP-1) ska hållas senast 29 oktober 2021, om 42 dagar. "
        "Kalla parterna. Tryck på Genomförd när den har hållits."
    )
    assert message.plain().startswith("Utvärdering: Kultur 1740\nUtvärderingen av Kultur 1740")
    assert labels(message) == ["Genomförd", "Visa läget"]
    harmless(message)
    [post] = town.slack.requests("chat.postMessage")
    key = message.metadata["event_payload"]["key"] if message.metadata else ""
    assert re.fullmatch("[A-Z2-7]{16}", key)
    assert message.metadata == {"event_type": "foljsam_reminder", "event_payload": {"key": key}}
    for name in ("unfurl_links", "unfurl_media", "mrkdwn", "link_names"):
        assert post["fields"][name] in {"0", "false", False}, name
    assert post["fields"]["parse"] == "none"
    [opened] = town.slack.requests("conversations.open")  # the DM is known before the post
    assert opened["number"] < post["number"]
    assert message.channel.startswith("D")


def test_a_reminder_can_be_followed_to_the_status(build_town: Builder) -> None:
    town = signed(build_town)
    status = town.press(town.anna, arrived(town), "Visa läget")
    assert status.ephemeral
    assert status.plain().startswith("Kultur 1740\ngäller")


def test_a_reminder_is_in_the_language_of_its_reader(build_town: Builder) -> None:
    town = signed(build_town)
    sign(town, number="IOP-2", coordinator="U_CISSI", deputy=None)
    town.standing_at(FIRST)
    [message] = town.wait_for(town.cissi.direct_messages)
    assert message.text.startswith("The evaluation of Kultur 1740 (IOP-2) is to be held by 29")


@pytest.mark.parametrize(
    ("passed", "still_nothing", "comes"),
    [
        ("2021-09-18 12:00", "2021-09-20 08:59", "2021-09-20 09:00"),  # a Saturday, then Monday
        ("2021-09-19 23:00", "2021-09-20 00:30", "2021-09-20 09:00"),
        ("2021-09-17 08:59", "2021-09-17 08:59", "2021-09-17 18:30"),  # late the same day: now
        ("2021-09-20 07:00", "2021-09-20 08:59", "2021-09-20 09:01"),
    ],
)
def test_what_is_late_waits_for_a_working_day_and_nine_o_clock(
    build_town: Builder, passed: str, still_nothing: str, comes: str
) -> None:
    town = signed(build_town)
    for moment in (passed, still_nothing):
        town.standing_at(moment)
        town.rounds()
        assert told(town) == {}
    arrived(town, comes)


def test_after_weeks_of_silence_one_message_tells_of_every_step_and_operations_hear_why(
    build_town: Builder,
) -> None:
    town = signed(build_town)
    town.rounds()
    message = arrived(town, "2021-10-27 09:00")
    town.rounds()
    assert count(town) == 1
    assert [states(town)[step] for step in (-30, -14, -3)] == ["sent"] * 3
    assert message.text.startswith("Utvärderingen av Kultur 1740 (IOP-1) ska hållas senast 29 okt")
    [alarm] = town.wait_for(lambda: alarms(town))
    assert alarm.text == (
        "Jag var nere från onsdag 1 september 2021 kl. 10.00 till onsdag 27 oktober 2021 kl. 09.00."
        " 3 påminnelser skulle ha gått ut under tiden. De går ut nu, eller så snart det är"
        " arbetstid, samlade till var och en."
    )
    town.standing_at("2021-10-27 09:01")
    town.rounds()
    assert len(alarms(town)) == 1


def test_several_to_one_person_the_same_day_come_as_one_message_with_an_act_for_each(
    build_town: Builder,
) -> None:
    town = signed(build_town)
    town.register("Skogsbrynet", number="IOP-2", signed_on="2020-10-29", term_months=36)
    message = arrived(town)
    assert message.text.startswith("Du har 2 utvärderingar att tänka på. Utvärderingen av ")
    assert message.plain().count("ska hållas senast 29 oktober 2021") == 2
    first, second = [each for each in message.buttons() if each.label == "Genomförd"]
    town.press(town.anna, message, first)
    town.wait_for(lambda: anna(town)[0].edited)
    edited = anna(town)[0]
    assert "är genomförd 17 september 2021" in edited.plain()
    assert [each.raw["value"] for each in edited.buttons()] == [second.raw["value"]]
    assert len(town.slack.requests("chat.postMessage")) == 1


@pytest.mark.parametrize(
    ("facts", "settings", "who"),
    [
        ({"coordinator": None}, {}, "U_BJORN"),
        ({"coordinator": None, "deputy": None}, {}, "C_DRIFT"),
        ({"coordinator": None, "deputy": None}, {"FOLJSAM_OPERATIONS_CHANNEL": ""}, "U_CISSI"),
    ],
)
def test_without_a_coordinator_somebody_else_is_told(
    build_town: Builder, facts: dict[str, None], settings: dict[str, str], who: str
) -> None:
    town = build_town(filled=False, ticking=True, FOLJSAM_TICK_SECONDS="0.05", **settings)
    sign(town, **facts)
    town.standing_at(FIRST)
    town.wait_for(lambda: list(told(town)) == [who])
    town.rounds()
    assert count(town) == 1


def test_a_name_that_looks_like_markup_is_text_in_a_reminder_too(build_town: Builder) -> None:
    town = build_town(filled=False, ticking=True, FOLJSAM_TICK_SECONDS="0.05")
    name = "<!channel> *fet* <@U_BJORN> :x: <https://ondska.example|klicka>"
    town.register(name, signed_on="2020-10-29")
    message = arrived(town)
    harmless(message)
    assert f"Utvärderingen av {name} (N-1)" in message.plain()


# -- held


@pytest.mark.parametrize(("road", "on"), EVERYWHERE)
def test_held_from_the_reminder_it_is_noted_and_every_message_about_it_says_so(
    build_town: Builder, road: str, on: str
) -> None:
    town = signed(build_town, road, on=on)
    arrived(town)
    arrived(town, "2021-10-11 09:00", many=2)
    arrived(town, "2021-10-26 09:00", many=3)
    oldest = anna(town)[0]
    confirm = button(oldest, "Genomförd").raw["confirm"]
    assert confirm["text"]["text"] == (
        "Utvärderingen som ska hållas senast 29 oktober 2021 markeras som genomförd i dag. "
        "Påminnelserna om den upphör."
    )
    said = town.press(town.anna, oldest, "Genomförd")
    assert said.ephemeral
    assert said.text.startswith("Tack! Utvärderingen av Kultur 1740 (senast 29 oktober 2021) är")
    town.wait_for(lambda: all(each.edited for each in anna(town)[:3]))
    for message in anna(town):
        if not message.ephemeral:
            assert message.text == f"{DONE} 26 oktober 2021."
            assert message.plain() == message.text
            assert message.buttons() == []
            assert message.metadata is not None  # an edit keeps it
    assert states(town) == {
        -30: "sent",
        -14: "sent",
        -3: "sent",
        1: "cancelled",
        5: "cancelled",
        10: "cancelled",
    }
    status = town.ask(town.anna, "/iop status 1740").plain()
    assert "Senaste utvärdering  genomförd 26 oktober 2021." in status
    assert "Nästa utvärdering  senast 29 april 2022" in status
    assert held_by(town) == [("U_ANNA", "evaluation:2")]
    town.standing_at("2021-11-15 12:00")
    town.rounds()
    assert len(town.slack.requests("chat.postMessage")) == 3


@pytest.mark.parametrize(("road", "on"), EVERYWHERE)
def test_held_from_the_status_card_the_card_is_renewed_in_its_place(
    build_town: Builder, road: str, on: str
) -> None:
    town = signed(build_town, road, on=on)
    arrived(town)
    card = town.ask(town.bjorn, "/iop status 1740", town.hall)  # the deputy may
    assert button(card, "Genomförd").raw["style"] == "primary"
    renewed = town.press(town.bjorn, card, "Genomförd")
    assert renewed.ts == card.ts
    assert "Senaste utvärdering  genomförd 17 september 2021." in renewed.plain()
    assert [each.ts for each in town.bjorn.sees(town.hall)] == [card.ts]
    town.wait_for(lambda: anna(town)[0].edited)
    assert anna(town)[0].text == f"{DONE} 17 september 2021."
    assert held_by(town) == [("U_BJORN", "evaluation:2")]


def test_pressed_twice_it_is_held_once_and_the_second_press_is_told_so(
    build_town: Builder,
) -> None:
    town = signed(build_town)
    message = arrived(town)
    stale = town.ask(town.bjorn, "/iop status 1740")
    first, second = (town.pressing(town.anna, message, "Genomförd") for _ in range(2))
    answers = [town.wait_for(each.later)[-1].text for each in (first, second)]
    assert sum(answer.startswith("Tack!") for answer in answers) == 1
    already = (
        "Inget sparades: utvärderingen av Kultur 1740 (senast 29 oktober 2021) "
        "var redan markerad som genomförd 17 september 2021."
    )
    assert sum(answer.startswith(already) for answer in answers) == 1
    again = town.press(town.bjorn, stale, "Genomförd")
    assert again.text.startswith(f"{already} Kultur 1740 (IOP-1): gäller.")
    assert "Genomförd" in labels(again)  # the next one, as it stands now
    assert len(held_by(town)) == 1


def test_the_same_press_delivered_again_by_slack_holds_it_once(build_town: Builder) -> None:
    town = signed(build_town, "http")
    outcome = town.pressing(town.anna, arrived(town), "Genomförd")
    town.wait_for(outcome.later)
    town.slack.repeat_delivery()
    town.rounds()
    assert len(held_by(town)) == 1


@pytest.mark.parametrize("team_in_clicks", ["ours", "theirs"])
def test_only_those_who_coordinate_it_may_mark_it_as_held(
    build_town: Builder, team_in_clicks: str
) -> None:
    town = signed(build_town, "http")
    town.slack.settings(team_in_clicks=team_in_clicks)
    dan = town.slack.add_person("U_DAN", name="Dan")
    kjell, greta, gun = (town.people[who] for who in ("U_KJELL", "U_GRETA", "U_GUN"))
    town.standing_at("2021-11-12 09:00")
    message = town.wait_for(lambda: told(town).get("C_DRIFT", []))[-1]
    assert labels(message) == ["Genomförd", "Visa läget"]
    town.operations.share("T_FORENING")
    for person in (dan, kjell, greta, gun):
        town.operations.join(person)
        said = town.press(person, message, "Genomförd").text
        assert said.startswith("Du har inte rätt till det här, eller så finns det inte."), person.id
        assert "Kultur" not in said
    assert held_by(town) == []
    assert not [each for each in town.operations.messages() if each.edited]
    assert "Genomförd" not in labels(town.ask(dan, "/iop status 1740"))
    town.press(town.cissi, message, "Genomförd")  # an administrator, in English
    town.wait_for(lambda: [each for each in town.operations.messages() if each.edited])
    assert held_by(town) == [("U_CISSI", "evaluation:2")]


def test_an_evaluation_held_before_its_first_reminder_is_never_reminded_of(
    build_town: Builder,
) -> None:
    town = signed(build_town)
    card = town.ask(town.anna, "/iop status 1740")
    town.press(town.anna, card, "Genomförd")
    for _, day, *_rest in STEPS:
        town.standing_at(f"{day} 09:30")
        town.rounds()
    assert town.slack.requests("chat.postMessage") == []
    assert set(states(town).values()) == {"cancelled"}


# -- what goes wrong on the way


TAKEN = ["cut_after", "reset_after", "500_after", "503_after", "empty", "html", "fatal_error"]
TAKEN += ["truncated"]
NOT_TAKEN = ["cut_before", "reset_before", "500_before", "503_before"]


@pytest.mark.parametrize(
    ("kind", "on"),
    [
        *((kind, "sqlite") for kind in (*TAKEN, *NOT_TAKEN)),
        *((kind, "postgresql") for kind in ("cut_after", "500_after", "cut_before")),
    ],
)
def test_an_unclear_answer_ends_in_exactly_one_message(
    build_town: Builder, kind: str, on: str
) -> None:
    town = signed(build_town, on=on)
    town.slack.fault("chat.postMessage", kind)
    town.standing_at(FIRST)
    town.wait_for(lambda: states(town)[-30] == "unknown")
    town.rounds(3)
    assert states(town)[-30] == "unknown"  # not settled yet: nothing is guessed, nothing repeated
    assert len(town.slack.requests("chat.postMessage")) == 1
    town.standing_at(SETTLED)
    town.wait_for(lambda: states(town)[-30] == "sent")
    town.rounds()
    assert count(town) == 1
    assert len(town.slack.requests("chat.postMessage")) == (1 if kind in TAKEN else 2)
    assert town.press(town.anna, anna(town)[0], "Genomförd").text.startswith("Tack!")
    town.wait_for(lambda: anna(town)[0].edited)  # it knows which message is its own


def test_a_message_that_slack_takes_after_hanging_up_is_not_written_again(
    build_town: Builder,
) -> None:
    town = signed(build_town)
    town.slack.fault("chat.postMessage", "late", seconds=0.3)
    town.standing_at(FIRST)
    town.wait_for(lambda: states(town)[-30] == "unknown")
    assert count(town) == 0
    town.wait_for(lambda: count(town) == 1)
    town.rounds()  # settling begins when it is first seen so
    town.standing_at(SETTLED)
    town.wait_for(lambda: states(town)[-30] == "sent")
    town.rounds()
    assert count(town) == 1


def test_a_copied_key_in_another_bots_message_silences_nothing(build_town: Builder) -> None:
    town = signed(build_town)
    town.slack.fault("chat.postMessage", "cut_before")
    town.standing_at(FIRST)
    town.wait_for(lambda: states(town)[-30] == "unknown")
    with town.office.database.reading() as connection:
        row = connection.execute(sql("SELECT wire_key FROM outbox WHERE state = 'unknown'")).one()
    metadata = {"event_type": "foljsam_reminder", "event_payload": {"key": row.wire_key}}
    town.slack.plant_message("U_BJORN", "hej", dm_of="U_ANNA", metadata=metadata, bot_id="B_OTHER")
    town.rounds()  # settling begins when it is first seen so
    town.standing_at(SETTLED)
    town.wait_for(lambda: states(town)[-30] == "sent")
    assert len([each for each in anna(town) if each.user == town.slack.bot_user]) == 1


@pytest.mark.parametrize("on", BOTH)
def test_slacks_wait_is_honoured_and_the_message_comes_once(build_town: Builder, on: str) -> None:
    town = signed(build_town, on=on)
    town.slack.fault("chat.postMessage", "429", seconds=1)
    arrived(town)
    town.rounds()
    first, second = town.slack.requests("chat.postMessage")
    assert second["at"] - first["at"] >= 1
    assert count(town) == 1


def test_slack_too_busy_to_open_the_conversation_costs_no_message(build_town: Builder) -> None:
    town = signed(build_town)
    town.slack.fault("conversations.open", "429", seconds=1)
    arrived(town)
    town.rounds()
    assert count(town) == 1


@pytest.mark.parametrize(
    ("error", "on"),
    [("token_revoked", "postgresql"), ("account_inactive", "sqlite"), ("invalid_auth", "sqlite")],
)
def test_while_the_token_is_no_good_everything_waits_and_nothing_is_lost(
    build_town: Builder, error: str, on: str
) -> None:
    town = signed(build_town, on=on)
    town.slack.revoke_token(error=error)
    town.standing_at(FIRST)
    town.rounds(3)
    assert states(town)[-30] in {"planned", "sending"}
    assert count(town) == 0
    town.slack.restore_tokens()
    arrived(town)
    town.rounds()
    assert count(town) == 1
    assert states(town)[-30] == "sent"


def test_a_token_revoked_as_the_message_was_taken_does_not_double_it(build_town: Builder) -> None:
    town = signed(build_town)
    town.slack.fault("chat.postMessage", "500_after")
    town.standing_at(FIRST)
    town.wait_for(lambda: states(town)[-30] == "unknown")
    town.slack.revoke_token()
    town.rounds()  # settling begins when it is first seen so
    town.standing_at(SETTLED)
    town.rounds(3)
    assert states(town)[-30] == "unknown"  # nobody may look either: it stays a question
    town.slack.restore_tokens()
    town.wait_for(lambda: states(town)[-30] == "sent")
    assert count(town) == 1


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("conversations.open", "500_before"),
        ("conversations.open", "cut_after"),
        ("users.info", "500_before"),
        ("users.info", "cut_before"),
    ],
)
def test_trouble_before_the_post_only_delays_it(
    build_town: Builder, method: str, kind: str
) -> None:
    town = signed(build_town)
    town.slack.fault(method, kind)
    town.standing_at(FIRST)
    town.rounds(3)
    town.standing_at(SETTLED)
    town.wait_for(lambda: states(town)[-30] == "sent")
    assert count(town) == 1


def test_a_doubtful_post_in_a_channel_is_held_and_never_written_again(build_town: Builder) -> None:
    town = build_town(filled=False, ticking=True, FOLJSAM_TICK_SECONDS="0.05")
    sign(town, coordinator=None, deputy=None)
    town.slack.fault("chat.postMessage", "cut_after")
    town.standing_at(FIRST)
    town.wait_for(lambda: states(town)[-30] == "unknown")
    town.rounds()  # settling begins when it is first seen so
    town.standing_at(SETTLED)
    town.wait_for(lambda: states(town)[-30] == "held")
    town.rounds()
    assert count(town) == 1
    assert town.slack.requests("conversations.history") == []


def test_where_a_permission_is_missing_one_is_held_in_sight_and_the_others_are_told(
    build_town: Builder,
) -> None:
    town = signed(build_town)
    sign(town, number="IOP-2", coordinator="U_CISSI", deputy=None)
    town.slack.fault("conversations.open", "error", code="missing_scope")
    town.standing_at(FIRST)
    town.wait_for(lambda: sorted(first_steps(town).values()) == ["held", "sent"])
    [(_, message)] = told(town).items()
    assert len(message) == 1
    [alarm] = town.wait_for(lambda: alarms(town))
    assert alarm.text.startswith(
        "Det här gick inte fram: påminnelsen om utvärderingen av Kultur 1740 (IOP-"
    )
    assert "Orsak: appen saknar en behörighet i Slack." in alarm.text
    assert labels(alarm) == ["Skicka igen"]


@pytest.mark.parametrize(
    ("facts", "instead"),
    [
        ({}, "U_BJORN"),
        ({"deputy": None}, "C_DRIFT"),
        ({"deputy": "U_ANNA"}, "C_DRIFT"),
    ],
)
def test_where_somebody_is_gone_another_is_told_and_operations_hear_of_it(
    build_town: Builder, facts: dict[str, Any], instead: str
) -> None:
    town = build_town(filled=False, ticking=True, FOLJSAM_TICK_SECONDS="0.05")
    sign(town, **facts)
    town.anna.change(kind="deactivated")
    town.standing_at(FIRST)
    message = town.wait_for(lambda: told(town).get(instead, []))[-1]
    assert message.text.startswith("Utvärderingen av Kultur 1740 (IOP-1) ska hållas senast 29")
    town.wait_for(lambda: first_steps(town) == {"U_ANNA": "cancelled", instead: "sent"})
    [alarm] = town.wait_for(lambda: alarms(town))
    assert "Orsak: personens konto i Slack är avstängt." in alarm.text
    town.standing_at("2021-09-17 11:00")  # an hour on, the register has been planned anew
    town.rounds()
    assert first_steps(town) == {"U_ANNA": "cancelled", instead: "sent"}
    assert count(town) == 1
    assert len(alarms(town)) == 1


def test_operations_decide_about_a_message_in_doubt(build_town: Builder) -> None:
    town = build_town(filled=False, ticking=True, FOLJSAM_TICK_SECONDS="0.05")
    sign(town, coordinator=None, deputy=None)
    for person in (town.bjorn, town.cissi):
        town.operations.join(person)
    town.slack.fault("chat.postMessage", "cut_before")
    town.standing_at(FIRST)
    town.wait_for(lambda: states(town)[-30] == "unknown")
    town.rounds()
    town.standing_at(SETTLED)
    [alarm] = town.wait_for(lambda: alarms(town))
    assert alarm.text.startswith("Vi vet inte om detta kom fram: påminnelsen om utvärderingen av")
    assert labels(alarm) == ["Den kom fram", "Skicka igen"]
    refused = town.press(town.bjorn, alarm, "Skicka igen").text
    assert refused.startswith("Du har inte rätt till det här")
    town.press(town.cissi, alarm, "Skicka igen")
    town.wait_for(lambda: states(town)[-30] == "sent")
    assert count(town) == 1
    town.wait_for(lambda: labels(town.operations.messages()[0]) == [])
    again = town.slack.requests("chat.postMessage")
    town.rounds()
    assert town.slack.requests("chat.postMessage") == again


def test_a_message_said_to_have_arrived_is_not_sent_again(build_town: Builder) -> None:
    town = build_town(filled=False, ticking=True, FOLJSAM_TICK_SECONDS="0.05")
    sign(town, coordinator=None, deputy=None)
    town.operations.join(town.cissi)
    town.slack.fault("chat.postMessage", "cut_after")
    town.standing_at(FIRST)
    town.wait_for(lambda: states(town)[-30] == "unknown")
    town.rounds()
    town.standing_at(SETTLED)
    [alarm] = town.wait_for(lambda: alarms(town))
    town.rounds()  # the alarm itself is written down as sent: a person is never as quick as a test
    town.press(town.cissi, alarm, "Den kom fram")
    assert states(town)[-30] == "sent"
    town.wait_for(lambda: labels(alarms(town)[0]) == [])
    assert alarms(town)[0].text.startswith("✓ Avgjort: påminnelsen om utvärderingen av Kultur")
    town.rounds()
    assert count(town) == 1


def first_steps(town: Town) -> dict[str, str]:
    return {who: state for step, who, state in first_evaluation(town) if step == -30}


def test_an_edit_that_fails_is_tried_again(build_town: Builder) -> None:
    town = signed(build_town)
    message = arrived(town)
    for kind in ("500_before", "cut_before"):
        town.slack.fault("chat.update", kind)
    town.press(town.anna, message, "Genomförd")
    town.wait_for(lambda: anna(town)[0].edited)
    assert len(town.slack.requests("chat.update")) == 3
