"""What an association gets: by mention, by button, by message, in its channel and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text as sql

from tests.journeys.conftest import PARTNER, Builder, Town, harmless, labels
from tests.workspace.client import ChannelHandle, Message, PersonHandle

NOBODY = "Här finns ingen överenskommelse som jag kan visa för dig."
CLOSED = "Medlen visas inte här just nu"
SECRET = "HEMLIGT"
LEFT = "60\N{NO-BREAK SPACE}000"
AGREEMENT: dict[str, Any] = {
    "starts_on": "2021-01-01",
    "ends_on": "2023-12-31",
    "board": f"Nämnden för {SECRET}",
    "registry_number": f"{SECRET} 2021/7",
    "decided_by": SECRET,
    "purpose": SECRET,
    "link": f"https://{SECRET}.example",
    "civil": "Bygdegården",
    "contacts": [
        {
            "of": "Bygdegården",
            "name": "Kjell Ask",
            "title": "Kassör",
            "email": "kjell@bygdegarden.se",
            "phone": "070-892 44 90",
            "slack_id": "U_KJELL",
        }
    ],
    "grants": [(2021, 100_000_00)],
    "payments": [{"amount_ore": 40_000_00, "paid_on": "2021-02-01", "reference": SECRET}],
    "commitments": [
        {"of": "Bygdegården", "promise": "Håller öppet", "due_on": "2021-11-30"},
        {"of": "Tranemo kommun", "promise": "Betalar hyran"},
    ],
    "evaluations": [{"due": "2021-08-02", "held_on": "2021-08-02", "outcome": SECRET}],
    "funding_visible": True,
}


@pytest.fixture
def town(build_town: Builder) -> Town:
    return build_town("http", filled=False)


def mention(
    town: Town, who: PersonHandle, words: str, where: ChannelHandle | None = None
) -> Message:
    """Mention the bot, and give its answer, which must stand in the mention's thread."""
    channel = where or town.linked
    asked = who.mentions(words, channel)

    def answers() -> list[Message]:
        said = town.slack.requests("chat.postMessage")
        return [one for one in town.slack.messages() if one.thread_ts == asked.ts] if said else []

    answer = town.wait_for(answers)[-1]
    assert not answer.ephemeral
    harmless(answer)
    return answer


def bygdegarden(town: Town, channel: str | None = "C_KULTUR", **said: Any) -> int:
    return town.register("Bygdegården", channel_id=channel, **(AGREEMENT | said))


def logged(town: Town) -> list[str]:
    with town.office.database.reading() as connection:
        return list(connection.execute(sql("SELECT action FROM audit_entry ORDER BY id")).scalars())


ANYBODY = ("U_ANNA", "U_GRETA", "U_GUN", "U_KJELL")


@pytest.mark.parametrize("who", ANYBODY)
def test_anybody_in_the_linked_channel_gets_the_partner_view_in_a_thread(
    town: Town, who: str
) -> None:
    bygdegarden(town)
    answer = mention(town, town.people[who], "status")
    said = answer.plain()
    assert said.startswith("Bygdegården\ngäller\nNästa utvärdering")
    for fact in ("1 januari 2021", "Håller öppet (klart senast 30 november 2021)", "Betalar hyran"):
        assert fact in said
    assert "100\N{NO-BREAK SPACE}000" not in said
    assert labels(answer) == ["Visa medel", "Visa kontakter"]
    assert SECRET not in str(answer.raw)
    assert "U_ANNA" not in str(answer.blocks)


def test_the_money_of_the_agreement_is_told_with_its_rows_and_without_notes(town: Town) -> None:
    bygdegarden(town)
    answer = mention(town, town.people["U_KJELL"], "medel")
    assert LEFT in answer.plain()
    rows = town.press(town.people["U_KJELL"], answer, "Visa hur siffrorna räknats")
    assert rows.ephemeral
    assert "40\N{NO-BREAK SPACE}000" in rows.plain()
    assert SECRET not in str(answer.raw) + str(rows.raw)
    assert logged(town).count("partner_read_funding") == 2


def test_a_year_is_read_from_a_partners_words_too(town: Town) -> None:
    bygdegarden(town)
    assert "2021" in mention(town, town.people["U_KJELL"], "medel 2021").plain()
    assert "2022" in mention(town, town.people["U_KJELL"], "medel 2022").plain()


def test_contacts_are_role_name_and_work_address_and_the_reading_is_logged(town: Town) -> None:
    bygdegarden(town)
    said = mention(town, town.people["U_KJELL"], "kontakter").plain()
    assert "Kjell Ask" in said
    assert "Kassör, 070-892 44 90, kjell@bygdegarden.se" in said
    assert "bekräftad" not in said.lower()
    assert logged(town)[-1] == "partner_read_contacts"


@pytest.mark.parametrize("words", ["", "hjälp", "hej", "lista", "försenat", "koppla", "ta bort"])
def test_every_other_word_gets_help_with_a_way_to_the_status(town: Town, words: str) -> None:
    bygdegarden(town)
    answer = mention(town, town.people["U_KJELL"], words)
    assert answer.text.startswith("Jag håller reda på er överenskommelse.")
    shown = town.press(town.people["U_GUN"], answer, "Visa läget")
    assert shown.ephemeral
    assert shown.plain().startswith("Bygdegården")


def test_money_that_is_not_switched_on_is_not_shown(town: Town) -> None:
    bygdegarden(town, funding_visible=False)
    kjell = town.people["U_KJELL"]
    assert mention(town, kjell, "medel").text.startswith("Medlen i den här överenskommelsen visas")
    status = mention(town, kjell, "status")
    assert labels(status) == ["Visa kontakter"]
    assert "100\N{NO-BREAK SPACE}000" not in kjell.has_seen_text()


def test_nothing_is_shown_in_a_channel_that_is_linked_to_nothing(town: Town) -> None:
    bygdegarden(town)
    for who in ("U_GRETA",):
        answer = mention(town, town.people[who], "status Bygdegården", town.hall)
        assert answer.text.startswith(NOBODY)
    anna = mention(town, town.anna, "status Bygdegården", town.hall)
    assert anna.text.startswith("Den här kanalen är inte kopplad till någon överenskommelse")


@pytest.mark.parametrize("words", ["status Annan", "status Bygdegården", "status tack!", "status"])
def test_a_partner_who_names_another_agreement_gets_their_own(town: Town, words: str) -> None:
    bygdegarden(town)
    town.register("Annan förening", starts_on="2021-01-01")
    said = mention(town, town.people["U_KJELL"], words).plain()
    assert said.startswith("Bygdegården")
    assert "Annan" not in said


def test_two_agreements_of_the_same_parties_are_a_choice(town: Town) -> None:
    bygdegarden(town)
    bygdegarden(town, number="B-2", civil="Bygdegården", ends_on="2022-12-31")
    kjell = town.people["U_KJELL"]
    asked = mention(town, kjell, "status")
    assert len(asked.buttons()) == 2
    chosen = town.press(kjell, asked, asked.buttons()[1])
    assert chosen.ephemeral
    assert chosen.plain().startswith("Bygdegården")


# -- by message, and in the home tab


def write(town: Town, who: PersonHandle, words: str) -> Message:
    before = len(who.direct_messages())
    who.writes_to_bot(words)
    answer = town.wait_for(lambda: who.direct_messages()[before:])[-1]
    harmless(answer, "U_ANNA")
    return answer


def test_a_registered_contact_may_ask_by_message(town: Town) -> None:
    bygdegarden(town, channel=None)
    kjell = town.people["U_KJELL"]
    assert write(town, kjell, "status").plain().startswith("Bygdegården")
    assert LEFT in write(town, kjell, "medel").plain()
    assert "Kassör" in write(town, kjell, "kontakter").plain()
    assert write(town, kjell, "vad kan du?").text.startswith("Jag håller reda på er")


def test_who_is_no_contact_gets_nothing_by_message(town: Town) -> None:
    bygdegarden(town)
    for who in ("U_GRETA", "U_GUN"):
        assert write(town, town.people[who], "status Bygdegården").text.startswith(NOBODY)


def test_a_member_may_ask_by_message_as_with_a_command(town: Town) -> None:
    bygdegarden(town)
    said = write(town, town.bjorn, "status bygdegården").plain()
    assert f"Nämnden för {SECRET}" in said
    assert write(town, town.bjorn, "/iop hjälp").text.startswith("Jag håller reda på")


def test_the_home_tab_shows_members_what_is_coming_and_partners_their_agreement(
    town: Town,
) -> None:
    bygdegarden(town)
    kjell = town.people["U_KJELL"]
    for who, said in ((town.anna, "De närmaste 3 månaderna"), (kjell, "Jag håller reda på er")):
        who.opens_home()
        home = town.wait_for(who.home)
        assert home is not None
        assert said in home.plain()
    home = kjell.home()
    assert home is not None
    outcome = kjell.presses(home, home.buttons()[0].action_id)
    assert outcome.problem is None
    answer = town.wait_for(kjell.direct_messages)[-1]
    assert answer.plain().startswith("Bygdegården")


# -- protected details, and agreements that have ended


def test_protected_details_tell_no_name_place_or_contact_outside(town: Town) -> None:
    bygdegarden(town, sheltered=True)
    kjell = town.people["U_KJELL"]
    status = mention(town, kjell, "status")
    assert status.plain().startswith("Överenskommelsen\ngäller")
    assert "2 öppna." in status.plain()
    contacts = mention(town, kjell, "kontakter")
    assert contacts.text.startswith("Kontakterna visas inte här")
    mention(town, kjell, "medel")
    mention(town, kjell, "hjälp")
    for secret in ("Bygdegården", "N-1", "Håller öppet", "Kassör", "kjell@", "070-892", SECRET):
        assert secret not in kjell.has_seen_text()


def test_contacts_of_an_agreement_that_has_ended_are_not_shown(town: Town) -> None:
    bygdegarden(town, ends_on="2021-06-30")
    assert mention(town, town.people["U_KJELL"], "kontakter").text.startswith(
        "Överenskommelsen är avslutad"
    )
    assert mention(town, town.people["U_KJELL"], "status").plain().startswith("Bygdegården")


# -- who reads the channel


def test_money_is_closed_when_another_organisation_comes_into_the_channel(town: Town) -> None:
    bygdegarden(town)
    kjell = town.people["U_KJELL"]
    assert LEFT in mention(town, kjell, "medel").plain()
    town.linked.share("T_ANDRA")
    assert mention(town, kjell, "medel").text.startswith(CLOSED)
    assert LEFT in write(town, kjell, "medel").plain()  # a contact, in his own conversation


@pytest.mark.parametrize("kind", ["500_before", "empty", "error", "cut_before"])
def test_money_is_closed_where_slack_does_not_say_who_reads(town: Town, kind: str) -> None:
    bygdegarden(town)
    town.slack.fault("conversations.info", kind, times=0, code="channel_not_found")
    kjell = town.people["U_KJELL"]
    assert mention(town, kjell, "medel").text.startswith(CLOSED)
    assert mention(town, kjell, "status").plain().startswith("Bygdegården")


# -- once


def test_a_mention_that_slack_tells_again_is_answered_once(town: Town) -> None:
    bygdegarden(town)
    mention(town, town.people["U_KJELL"], "status")
    town.slack.repeat_delivery()
    mention(town, town.people["U_KJELL"], "hjälp")  # answered after what came before it
    posts = town.slack.requests("chat.postMessage")
    assert len(posts) == 2


def test_other_bots_edits_and_our_own_messages_are_not_answered(town: Town) -> None:
    bygdegarden(town)
    robot = town.slack.add_person("U_ROBOT", kind="bot")
    town.linked.join(robot)
    for more in ({"bot_id": "B_ANNAN"}, {"subtype": "message_changed"}, {"user": "U_ROBOT"}):
        event = {"type": "app_mention", "user": "U_KJELL", "text": "status", "ts": "1.2"}
        town.slack.emit({**event, "channel": "C_KULTUR", **more}, town.linked)
    mention(town, town.people["U_KJELL"], "hjälp")
    assert len(town.slack.requests("chat.postMessage")) == 1


def test_a_stranger_is_told_nothing(town: Town) -> None:
    bygdegarden(town)
    event = {"type": "app_mention", "user": "U_OTTO", "text": "status", "ts": "1.3"}
    town.slack.emit({**event, "user_team": "T_OKAND", "channel": "C_KULTUR"}, town.linked)
    [post] = town.wait_for(lambda: town.slack.requests("chat.postMessage"))
    assert "Jag kan bara svara dem som är med i en kanal" in str(post)
    assert PARTNER not in str(post)
