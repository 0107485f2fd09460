"""Linking a channel, and sharing in one: who reads there is told first, and judged again."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text as sql

from tests.journeys.conftest import Builder, Town, harmless, labels
from tests.journeys.test_partners import CLOSED, LEFT, SECRET, bygdegarden, logged, mention
from tests.workspace.client import Message

NO = "Du har inte rätt till det här, eller så finns det inte."


@pytest.fixture
def town(build_town: Builder) -> Town:
    return build_town("http", filled=False)


def linked_to(town: Town, agreement_id: int) -> tuple[Any, Any]:
    question = "SELECT channel_id, channel_audience FROM agreement WHERE id = :id"
    with town.office.database.reading() as connection:
        return tuple(connection.execute(sql(question), {"id": agreement_id}).one())


def offered(town: Town, words: str = "bygdegården") -> Message:
    """Ask Anna's question, and give its card."""
    card = town.ask(town.anna, f"/iop koppla {words}", town.linked)
    harmless(card, "U_GRETA", "U_GUN", "U_KJELL")
    return card


# -- linking


def test_a_coordinator_sees_who_reads_and_what_they_will_see_before_linking(town: Town) -> None:
    number = bygdegarden(town, channel=None)
    card = offered(town)
    said = card.plain()
    for fact in (
        "Koppla kanalen till Bygdegården?",
        "Medarbetare  3 i kanalen",
        "Gäster  2 gäster:",
        "Från andra organisationer  1 person:",
        "Andra organisationer  1 är ansluten eller inbjuden",
        "kontakter (roll, namn och adress i arbetet)",
        "medlen: beviljat, utbetalt och återstående",
        "aldrig anteckningar",
    ):
        assert fact in said
    assert linked_to(town, number) == (None, None)
    answer = town.press(town.anna, card, "Koppla")
    assert answer.plain().startswith("Kanalen är kopplad till Bygdegården.")
    assert linked_to(town, number) == ("C_KULTUR", "T_FORENING")
    assert logged(town)[-1] == "channel_linked"
    assert mention(town, town.people["U_KJELL"], "status").plain().startswith("Bygdegården")


def test_the_channel_is_greeted_once(build_town: Builder) -> None:
    town = build_town("http", filled=False, ticking=True)
    bygdegarden(town, channel=None)
    town.press(town.anna, offered(town), "Koppla")
    [greeting] = town.wait_for(lambda: [one for one in town.linked.messages() if one.metadata])
    harmless(greeting, "U_ANNA")
    town.rounds()
    assert len([one for one in town.linked.messages() if one.metadata]) == 1
    shown = town.press(town.people["U_KJELL"], greeting, "Visa läget")
    assert shown.plain().startswith("Bygdegården")


def test_only_who_coordinates_may_link(town: Town) -> None:
    bygdegarden(town, channel=None)
    assert town.ask(town.bjorn, "/iop koppla bygdegården", town.linked).text.startswith(NO)
    card = offered(town)
    # The card is Anna's alone; a press by another is judged as theirs.
    forged = town.people["U_GRETA"]
    assert not forged.presses(card, "link").reached_bot


@pytest.mark.parametrize(
    ("where", "said"),
    [(None, "En överenskommelse kopplas till en kanal"), ("hall", "Koppla kanalen till")],
)
def test_an_agreement_is_linked_to_a_channel(town: Town, where: str | None, said: str) -> None:
    bygdegarden(town, channel=None)
    channel = getattr(town, where) if where else town.anna.dm()
    assert town.ask(town.anna, "/iop koppla bygdegården", channel).plain().startswith(said)


@pytest.mark.parametrize("method", ["conversations.info", "conversations.members", "users.info"])
def test_nothing_is_linked_where_slack_does_not_say_who_reads(town: Town, method: str) -> None:
    number = bygdegarden(town, channel=None)
    town.ask(town.anna, "/iop hjälp")
    town.slack.fault(method, "500_before", times=0)
    said = town.ask(town.anna, "/iop koppla bygdegården", town.linked).text
    assert said.startswith("Jag kan inte se vilka som är med i kanalen")
    assert linked_to(town, number) == (None, None)


def test_a_channel_that_others_came_into_since_is_not_linked(town: Town) -> None:
    number = bygdegarden(town, channel=None)
    card = offered(town)
    town.linked.share("T_ANDRA")
    said = town.press(town.anna, card, "Koppla").text
    assert said.startswith("Andra kan läsa kanalen nu än när du frågade")
    assert linked_to(town, number) == (None, None)
    assert "2 är anslutna eller inbjudna" in offered(town).plain()


def test_an_agreement_that_was_changed_since_is_not_linked(town: Town) -> None:
    number = bygdegarden(town, channel=None)
    card = offered(town)
    with town.office.database.writing() as session:
        session.connection().execute(sql("UPDATE agreement SET revision = revision + 1"))
    said = town.press(town.anna, card, "Koppla").text
    assert "ändrat" in said
    assert linked_to(town, number) == (None, None)


def test_two_agreements_share_a_channel_only_if_their_parties_are_the_same(town: Town) -> None:
    bygdegarden(town)
    town.register("Annan förening", starts_on="2021-01-01")
    said = town.ask(town.anna, "/iop koppla annan förening", town.linked).text
    assert said.startswith("Kanalen är redan kopplad till en överenskommelse med andra parter")
    same = bygdegarden(town, channel=None, number="B-2", ends_on="2022-12-31")
    town.press(town.anna, offered(town, "b-2"), "Koppla")
    assert linked_to(town, same)[0] == "C_KULTUR"


def test_money_opens_again_when_a_coordinator_agrees_to_who_reads(town: Town) -> None:
    number = bygdegarden(town, channel=None)
    town.press(town.anna, offered(town), "Koppla")
    kjell = town.people["U_KJELL"]
    assert LEFT in mention(town, kjell, "medel").plain()
    town.linked.share("T_ANDRA")
    assert mention(town, kjell, "medel").text.startswith(CLOSED)
    card = offered(town)
    assert card.plain().startswith("Bygdegården är kopplad till kanalen.")
    town.press(town.anna, card, "Ja, det stämmer")
    assert linked_to(town, number) == ("C_KULTUR", "T_ANDRA,T_FORENING")
    assert LEFT in mention(town, kjell, "medel").plain()


def test_a_channel_is_linked_no_more_after_a_question(town: Town) -> None:
    number = bygdegarden(town)
    card = town.ask(town.anna, "/iop koppla bort", town.linked)
    assert labels(card) == ["Koppla bort"]
    assert linked_to(town, number)[0] == "C_KULTUR"
    said = town.press(town.anna, card, "Koppla bort").text
    assert said.startswith("Bygdegården är inte längre kopplad")
    assert linked_to(town, number) == (None, None)
    assert mention(town, town.people["U_KJELL"], "status").text.startswith("Här finns ingen")
    assert town.ask(town.anna, "/iop koppla bort", town.linked).text.startswith(
        "Kanalen är inte kopplad"
    )


def test_who_does_not_coordinate_cannot_unlink(town: Town) -> None:
    bygdegarden(town)
    said = town.ask(town.bjorn, "/iop koppla bort", town.linked).text
    assert said.startswith("Kanalen är inte kopplad till någon överenskommelse som du samordnar")


def test_linking_in_english(town: Town) -> None:
    town.grant("U_CISSI", "admin")
    bygdegarden(town, channel=None)
    card = town.ask(town.cissi, "/iop link bygdegården", town.linked)
    assert card.plain().startswith("Link the channel to Bygdegården?")
    assert town.press(town.cissi, card, "Link").text.startswith("The channel is linked")
    card = town.ask(town.cissi, "/iop link off", town.linked)
    assert "no longer linked" in town.press(town.cissi, card, "Unlink").text


# -- sharing


def shared(town: Town, where: Any, command: str = "status") -> list[Message]:
    """Let Björn ask and share, and give what everybody in the channel got."""
    card = town.ask(town.bjorn, f"/iop {command} bygdegården", where)
    question = town.press(town.bjorn, card, "Dela i kanalen")
    assert question.ephemeral
    if "Dela" not in labels(question):
        assert question.text.startswith("Kanalen läses av andra än medarbetare")
        return []
    outcome = town.pressing(town.bjorn, question, "Dela")
    town.wait_for(outcome.later)
    return [one for one in where.messages() if not one.ephemeral]


@pytest.mark.parametrize("command", ["status", "medel", "kontakter"])
def test_colleagues_who_may_read_get_what_was_shared_without_notes(
    town: Town, command: str
) -> None:
    bygdegarden(town)
    among = town.slack.add_channel("C_OSS", members=[town.anna, town.bjorn])
    [message] = shared(town, among, command)
    harmless(message, "U_ANNA", "U_KJELL")
    assert "Bygdegården" in message.plain()
    assert message.buttons() == []
    assert f"utfall {SECRET}" not in message.plain()
    assert message.plain().count(SECRET) == (3 if command == "status" else 0)


@pytest.mark.parametrize("command", ["status", "medel", "kontakter"])
def test_the_linked_channel_gets_the_partner_view(town: Town, command: str) -> None:
    bygdegarden(town)
    [message] = shared(town, town.linked, command)
    assert "Bygdegården" in message.plain()
    assert SECRET not in str(message.raw)


@pytest.mark.parametrize("command", ["status", "medel", "kontakter"])
def test_nothing_is_shared_where_a_guest_reads(town: Town, command: str) -> None:
    bygdegarden(town)
    assert shared(town, town.hall, command) == []
    assert "Håller öppet" not in town.people["U_GRETA"].has_seen_text()


def test_nothing_is_shared_where_not_every_colleague_may_read(build_town: Builder) -> None:
    town = build_town("http", filled=False, FOLJSAM_MEMBERS_MAY_READ="no")
    bygdegarden(town)
    town.grant("U_BJORN", "reader")
    dan = town.slack.add_person("U_DAN", name="Dan")
    everybodys = town.slack.add_channel("C_ALLA", members=[town.anna, town.bjorn])
    assert shared(town, everybodys) == []  # Dan can read it without being in it
    some = town.slack.add_channel("G_OSS", kind="private", members=[town.anna, town.bjorn])
    assert len(shared(town, some)) == 1
    some.join(dan)
    assert shared(town, some) == []


def test_a_channel_that_became_shared_since_the_question_gets_nothing(town: Town) -> None:
    bygdegarden(town, channel=None)
    among = town.slack.add_channel("C_OSS", members=[town.anna, town.bjorn])
    card = town.ask(town.bjorn, "/iop status bygdegården", among)
    question = town.press(town.bjorn, card, "Dela i kanalen")
    among.share("T_FORENING")
    said = town.press(town.bjorn, question, "Dela").text
    assert said.startswith("Andra kan läsa kanalen nu än när du frågade")
    assert [one for one in among.messages() if not one.ephemeral] == []


def test_in_a_conversation_there_is_nothing_to_share_with(town: Town) -> None:
    bygdegarden(town)
    assert "Dela i kanalen" not in labels(town.ask(town.bjorn, "/iop status bygdegården"))


# -- a channel that changes


def told(town: Town, person: str) -> list[str]:
    return [one.text for one in town.people[person].direct_messages()]


def test_the_coordinator_is_told_once_when_another_organisation_can_read(
    build_town: Builder,
) -> None:
    town = build_town("http", filled=False, ticking=True)
    bygdegarden(town)
    town.linked.share("T_ANDRA")
    [message] = town.wait_for(lambda: told(town, "U_ANNA"))
    assert message.startswith("Kanalen som är kopplad till Bygdegården kan nu läsas av en")
    assert "Medlen visar jag inte där" in message
    town.slack.repeat_delivery()
    town.rounds()
    assert len(told(town, "U_ANNA")) == 1
    assert mention(town, town.people["U_KJELL"], "medel").text.startswith(CLOSED)


def test_a_channel_is_followed_to_its_new_id_and_judged_anew(build_town: Builder) -> None:
    town = build_town("http", filled=False, ticking=True)
    private = town.slack.add_channel("G_ENSKILD", kind="private", members=[town.anna])
    number = bygdegarden(town, channel=private.id)
    moved = private.share("T_FORENING", new_id="C_DELAD")
    town.wait_for(lambda: linked_to(town, number)[0] == "C_DELAD")
    town.wait_for(lambda: told(town, "U_ANNA"))
    moved.join(town.people["U_KJELL"])
    kjell = town.people["U_KJELL"]
    assert mention(town, kjell, "status", moved).plain().startswith("Bygdegården")
    assert mention(town, kjell, "medel", moved).text.startswith(CLOSED)
    assert "channel_linked" in logged(town)


@pytest.mark.parametrize("others", ["U_GRETA", "U_GUN", "U_KJELL"])
def test_what_is_meant_for_colleagues_is_not_said_where_others_read(
    build_town: Builder, others: str
) -> None:
    town = build_town("http", filled=False, ticking=True)
    if others == "U_KJELL":
        town.operations.share("T_FORENING")
    town.operations.join(town.people[others])
    town.register(
        "Bygdegården",
        starts_on="2021-01-01",
        coordinator=None,
        evaluations=[{"due": "2021-09-02"}],
    )
    town.standing_at("2021-09-06 09:00")
    town.wait_for(town.cissi.direct_messages)
    town.rounds()
    assert town.operations.messages() == []
    assert "Bygdegården" not in town.people[others].has_seen_text()
