"""Asking the register in Slack: every command, by both roads, and who gets no answer."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from itertools import count
from typing import Any
from urllib.parse import quote

import pytest

from tests.journeys.conftest import ROADS, Builder, Town, harmless, labels
from tests.sampling import EVERYWHERE
from tests.workspace.client import Message, PersonHandle

EVERYBODYS = ("U_ANNA", "U_BJORN")
HOSTILE = [
    "<!channel>",
    "<!here|here>",
    "<@U_ANNA>",
    "<https://ondska.example|klicka här>",
    "*fet* _kursiv_ ~struken~ `kod`",
    "<img src=x onerror=alert(1)>",
    ":x: :tada:",
    "&lt;b&gt; &amp; <b>",
    "{name} {0} %s $x",
    "💥👩‍👩‍👧‍👦",
    "@everyone #allmänt",
    "status.number",  # a key of our own catalogues
    "word.missing",
    "> citat",
]
SECRETS = ("Tranemo", "Värmland", "Grannstöd", "2 100 000", "Kihlström", "IOP-", "U_ANNA")


def refused(town: Town, who: PersonHandle, typed: str) -> str:
    """Ask, and give the answer, which must tell nothing of the register."""
    answer = town.ask(who, typed)
    harmless(answer)
    assert not [secret for secret in SECRETS if secret in json.dumps(answer.raw)]
    return answer.text


# -- the answers


MAIN = {
    "/iop": ["Det här kan du fråga mig", "/iop status [namn eller nummer]", "/iop kommande 6"],
    "/iop status kultur 1740": [
        "Kultur 1740",
        "gäller · Nummer IOP-1 · Dnr saknas",
        "senast 29 oktober 2021, om 58 dagar.",
        "Räknat från undertecknandet: startdagen är okänd.",
        "Uppgift saknas om 1 utvärdering före registreringen.",
        "2 100 000 kr av 2 100 000 kr.",
        "29 oktober 2023 (uppskattat: 36 månader). 788 dagar återstår.",
        "@U_ANNA, @U_BJORN",
        "Tranemo kommun (offentlig part) och Kultur 1740 (idéburen part)",
        "4 öppna.",
        "startdag, slutdag, diarienummer, beslut och ansvarig nämnd",
    ],
    "/iop status brottsofferjouren": ["oklart om den gäller", "start okänd – slut okänt."],
    "/iop medel 1740": ["2 100 000 kr", "Fördelningen per år är inte känd."],
    "/iop medel värmlands": ["1 030 000 kr", "2021  beslutat 380 000 kr", "uppgift saknas"],
    "/iop medel grannstöd": ["Uppgiften saknas, den är inte noll."],
    "/iop kontakter värmland": ["elisabeth.kihlström@regionvarmland.se", "070-550 56 65"],
    "/iop kontakter brottsofferjouren": ["kontaktperson saknas"],
    "/iop lista": ["5 överenskommelser", "Konstkollektivet (IOP-2)\ngäller · till 31 december"],
    "/iop lista kultur- och fritid": ["0 överenskommelser för ”kultur- och fritid”"],
    "/iop kommande 4": ["29 oktober 2021  Utvärdering av Kultur 1740", "(IOP-2) går ut"],
    "/iop försenat": ["Inget är försenat."],
}


@pytest.mark.parametrize(("road", "on"), EVERYWHERE)
def test_the_main_questions_are_answered_on_both_roads_and_both_databases(
    build_town: Builder, road: str, on: str
) -> None:
    town = build_town(road, on=on)
    for typed, expected in MAIN.items():
        answer = town.ask(town.anna, typed)
        plain = answer.plain().replace("\xa0", " ")
        assert [part for part in expected if part not in plain] == [], (typed, plain)
        harmless(answer, *EVERYBODYS)
        assert re.search(r"[.?:]$", answer.text), answer.text
        assert len(answer.text) <= 3_000


def test_the_answer_is_in_the_language_of_the_reader(town: Town) -> None:
    assert "in force · Number IOP-1" in town.ask(town.cissi, "/iop status 1740").plain()
    assert "gäller · Nummer IOP-1" in town.ask(town.anna, "/iop status 1740").plain()
    assert town.ask(town.cissi, "/iop").text.startswith("I keep track")


WORDS = {
    "status 1740": [
        "läge 1740",
        "läget 1740",
        "STATUS 1740",
        "lage 1740",
        " status   kultur 1740 ",
    ],
    "medel 1740": ["funding 1740", "pengar 1740", "Medel 1740"],
    "kontakter värmland": ["contacts varmland", "KONTAKTER VÄRMLAND"],
    "lista": ["list", "Lista "],
    "kommande": ["upcoming", "kommande 3"],
    "försenat": ["overdue", "forsenat", "FÖRSENAT"],
    "": ["hjälp", "help", "hjalp", "   ", "Hjälp mig"],
}


def test_every_word_is_known_in_both_languages_in_any_case_and_without_dots(town: Town) -> None:
    for typed, others in WORDS.items():
        expected = town.ask(town.anna, f"/iop {typed}").text
        for other in others:
            assert town.ask(town.anna, f"/iop {other}").text == expected, other


@pytest.mark.parametrize("road", ROADS)
def test_the_three_short_commands_are_the_same_three(build_town: Builder, road: str) -> None:
    town = build_town(road)
    for short, long in (("status", "status"), ("medel", "medel"), ("kontakter", "kontakter")):
        for words in ("värmland", "xqzy", ""):
            same = town.ask(town.anna, f"/iop {long} {words}").text
            assert town.ask(town.anna, f"/iop-{short} {words}").text == same


FOUND = {
    "IOP-3": "Nätverket Värmlands Idéburna",
    "iop-3": "Nätverket Värmlands Idéburna",
    "natverket": "Nätverket Värmlands Idéburna",
    "tranemo": "Kultur 1740",
    "kulttur": "Kultur 1740",
    "konstkolektivet": "Konstkollektivet",
    "Mölndals stad": "Konstkollektivet",
    "“Kultur 1740”": "Kultur 1740",
}


def test_an_agreement_is_found_by_number_part_party_and_with_a_typo(town: Town) -> None:
    for typed, name in FOUND.items():
        assert town.ask(town.anna, f"/iop status {typed}").plain().startswith(name + "\n"), typed


# -- going on from an answer


@pytest.mark.parametrize(("road", "on"), EVERYWHERE)
def test_the_buttons_of_a_status_lead_on_to_money_rows_and_contacts(
    build_town: Builder, road: str, on: str
) -> None:
    town = build_town(road, on=on)
    status = town.ask(town.anna, "/iop status 1740", town.hall)
    assert labels(status) == ["Genomförd", "Visa medel", "Visa kontakter", "Dela i kanalen"]
    money = town.press(town.anna, status, "Visa medel")
    assert money.plain().startswith("Medel: Kultur 1740")
    rows = town.press(town.anna, money, "Visa hur siffrorna räknats").plain()
    assert "• hela avtalstiden: 2 100 000 kr, beslutat (För tre år. Hur" in rows.replace(
        "\xa0", " "
    )
    assert "Utbetalningar\n• Inga rader" in rows
    people = town.press(town.anna, status, "Visa kontakter")
    assert "Kontakter: Kultur 1740" in people.plain()
    assert all(each.ephemeral for each in (money, people))
    assert town.hall.messages() == []


def test_the_rows_of_a_year_are_the_rows_of_that_year(town: Town) -> None:
    money = town.ask(town.anna, "/iop medel värmland 2022")
    rows = town.press(town.anna, money, "Visa hur siffrorna räknats").plain().replace("\xa0", " ")
    assert "2022: 650 000 kr, beslutat" in rows
    assert "380 000" not in rows


def test_several_equally_good_hits_are_offered_and_the_choice_takes_their_place(
    town: Town,
) -> None:
    offered = town.ask(town.anna, "/iop medel huddinge 2021", town.hall)
    assert offered.text.startswith("Flera överenskommelser stämmer.")
    assert labels(offered) == ["Grannstöd Huddinge (IOP-4)", "Brottsofferjouren (IOP-5)"]
    chosen = town.press(town.anna, offered, "Brottsofferjouren (IOP-5)")
    assert "Gäller 2021 · nummer IOP-5" in chosen.plain()
    assert [each.ts for each in town.anna.sees(town.hall)] == [offered.ts]
    assert "Flera" not in town.anna.sees(town.hall)[0].plain()


def test_what_is_only_near_is_offered_and_never_taken_for_the_one(town: Town) -> None:
    offered = town.ask(town.anna, "/iop kontakter brottkollektiv")
    assert offered.text.startswith("Ingen överenskommelse heter så.")
    chosen = town.press(town.anna, offered, "Konstkollektivet (IOP-2)")
    assert "Åsa Tollbom" in chosen.plain()


def test_eleven_of_one_name_are_told_apart_by_number_and_the_rest_is_counted(
    town: Town,
) -> None:
    for number in range(12):
        town.register("Tolv lika", number=f"L-{number:02}")
    offered = town.ask(town.anna, "/iop status tolv lika")
    assert len(set(labels(offered))) == 10
    assert "2 till stämmer också. Skriv lite mer av namnet." in offered.plain()


@pytest.mark.parametrize("on", ["sqlite", "postgresql"])
def test_twenty_five_agreements_are_paged_through_each_once(build_town: Builder, on: str) -> None:
    town = build_town(on=on, filled=False)
    for number in range(25):
        town.register(f"Förening {number:02}", number=f"F-{number:02}", board="Socialnämnden")
    town.register("Utanför", number="X-1", board="Byggnadsnämnden", civil="Bygdegården")
    page = town.ask(town.anna, "/iop lista socialnämnden", town.hall)
    assert "25 överenskommelser för ”socialnämnden”" in page.plain()
    seen: list[str] = []
    for label in ("Visa fler (15 återstår)", "Visa fler (5 återstår)", None):
        seen += re.findall(r"^Förening \d\d", page.plain(), re.MULTILINE)
        assert (label in labels(page)) == (label is not None)
        page = town.press(town.anna, page, label) if label else page
    assert seen == [f"Förening {number:02}" for number in range(25)]
    assert len(town.anna.sees(town.hall)) == 1  # each page in the place of the one before
    first = next(each for each in page.buttons() if each.label == "Visa läget")
    assert town.press(town.anna, page, first).plain().startswith("Förening 20\n")


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("gäller", 3),
        ("mina", 5),
        ("mine", 5),
        ("utan samordnare", 0),
        ("avslutade", 0),
        ("huddinge", 2),
        ("IOP-", 5),
        ("finns inte", 0),
    ],
)
def test_a_list_is_narrowed_by_words_and_names(town: Town, typed: str, lines: int) -> None:
    listed = town.ask(town.anna, f"/iop lista {typed}")
    assert labels(listed).count("Visa läget") == lines


def test_what_is_late_stands_in_the_list_of_what_is_late(town: Town) -> None:
    town.standing_at("2021-11-04 12:00")
    assert "29 oktober 2021  Utvärdering av Kultur 1740 (IOP-1) (6 dagar sedan)" in (
        town.ask(town.anna, "/iop försenat").plain()
    )
    assert "försenad 6 dagar, skulle ha hållits senast 29 oktober 2021" in (
        town.ask(town.anna, "/iop status 1740").plain()
    )


# -- which agreement is meant


def test_without_a_name_the_channel_decides(town: Town) -> None:
    assert town.ask(town.cissi, "/iop status", town.linked).plain().startswith("Kultur 1740\n")
    assert town.ask(town.anna, "/iop-medel", town.linked).plain().startswith("Medel: Kultur 1740")


def test_without_a_channel_the_askers_only_agreement_is_meant(build_town: Builder) -> None:
    town = build_town(filled=False)
    town.register("Björns egen", coordinator="U_BJORN")
    town.register("Annas ena", coordinator="U_ANNA")
    town.register("Annas andra", coordinator="U_ANNA", deputy="U_CISSI")
    for where in (None, town.hall):
        assert town.ask(town.bjorn, "/iop status", where).plain().startswith("Björns egen\n")
        assert town.ask(town.cissi, "/iop status", where).plain().startswith("Annas andra\n")
    assert labels(town.ask(town.anna, "/iop status")) == [
        "Annas andra (N-3)",
        "Annas ena (N-2)",
    ] or (len(labels(town.ask(town.anna, "/iop status"))) == 2)


def test_where_nothing_can_be_meant_the_answer_says_how_to_ask(town: Town) -> None:
    assert town.ask(town.cissi, "/iop status", town.hall).text == (
        "This channel is not linked to an agreement and you coordinate none. Say which one you "
        "mean, for example /iop status Kultur, or /iop list to see all."
    )


YEARS = {
    "kultur 1740": "Gäller hela avtalstiden · nummer IOP-1",  # a name, though it ends in a number
    "1740": "Gäller hela avtalstiden · nummer IOP-1",
    "kultur 1740 2022": "Gäller 2022 · nummer IOP-1",
    "1740 1990": "Gäller 1990 · nummer IOP-1",
    "tranemo 2100": "Gäller 2100 · nummer IOP-1",
    "kultur 2030": "Gäller hela avtalstiden · nummer K-30",  # a name that ends in a year
    "kultur 2030 2021": "Gäller 2021 · nummer K-30",
    "iop-1 2021": "Gäller 2021 · nummer IOP-1",
}


def test_a_last_word_is_a_year_only_if_the_whole_names_nothing(town: Town) -> None:
    town.register("Kultur 2030", number="K-30", coordinator=None, public="Ale kommun")
    for typed, expected in YEARS.items():
        assert expected in town.ask(town.anna, f"/iop medel {typed}").plain(), typed
    here = town.ask(town.anna, "/iop medel 2021", town.linked)
    assert "Gäller 2021 · nummer IOP-1" in here.plain()
    for no_year in ("1989", "2101", "２０２１"):
        assert "Gäller" not in town.ask(town.bjorn, f"/iop medel zzzz {no_year}").plain()


# -- bad input


def test_a_misspelt_word_is_answered_with_the_nearest(town: Town) -> None:
    for typed, nearest in {
        "hjlp": "/iop hjälp",
        "staus 1740": "/iop status [namn eller nummer]",
        "kontaker": "/iop kontakter [namn eller nummer]",
        "försennat": "/iop försenat",
        "upcomming": "/iop kommande [månader]",
    }.items():
        said = town.ask(town.anna, f"/iop {typed}").text
        assert f"Menar du {nearest}?" in said
    said = town.ask(town.anna, "/iop kultur").text
    assert said == "Jag känner inte till ”kultur”. Skriv /iop hjälp för att se allt du kan fråga."


@pytest.mark.parametrize("months", ["0", "25", "-1", "tolv", "1000", "3.5", "٣", "3 4"])
def test_months_out_of_reach_are_refused_with_an_example(town: Town, months: str) -> None:
    assert town.ask(town.anna, f"/iop kommande {months}").text == (
        "Skriv ett antal månader från 1 till 24, till exempel /iop kommande 6."
    )


@pytest.mark.parametrize("road", ROADS)
def test_odd_words_come_back_as_the_text_they_are(build_town: Builder, road: str) -> None:
    town = build_town(road)
    odd = [*HOSTILE, "payload", "payload=1", "%00", "a" * 3_900, "ö" * 3_900, "x " * 1_900, "\\"]
    for words in odd:
        for command in ("/iop", "/iop status", "/iop lista", "/iop kommande", "/iop-kontakter"):
            answer = town.ask(town.anna, f"{command} {words}")
            harmless(answer, *EVERYBODYS)
    assert "”<img src=x onerror=alert(1)>”" in (
        town.ask(town.anna, "/iop status <img src=x onerror=alert(1)>").plain()
    )


@pytest.mark.parametrize("on", ["sqlite", "postgresql"])
def test_names_that_look_like_markup_are_shown_as_they_were_written(
    build_town: Builder, on: str
) -> None:
    town = build_town(on=on, filled=False)
    for number, name in enumerate(HOSTILE):
        town.register(
            name,
            number=f"H-{number:02}",
            public=f"{name} kommun",
            board=name,
            purpose=name,
            decided_by=name,
            registry_number=name,
            contacts=[{"of": f"{name} kommun", "name": name, "title": name, "email": name}],
            commitments=[{"of": f"{name} kommun", "promise": name, "due_on": "2021-08-01"}],
            starts_on="2021-01-01",
            coordinator=None,
        )
        status = town.ask(town.anna, f"/iop status H-{number:02}")
        assert status.plain().startswith(name + "\n")
        cards = [status, *(town.press(town.anna, status, each) for each in labels(status))]
        for card in cards:
            assert name in card.plain()
            harmless(card)
    for typed in ("lista", "försenat", "kommande 12", "status h-0"):
        answer = town.ask(town.anna, f"/iop {typed}")
        harmless(answer)
        assert HOSTILE[0] in answer.plain()


# -- who gets an answer


def test_a_guests_command_counts_as_a_mention(town: Town) -> None:
    greta = town.people["U_GRETA"]
    assert town.ask(greta, "/iop status 1740", town.linked).plain().startswith("Kultur 1740")
    for typed in ("/iop status", "/iop status 1740", "/iop-medel kultur 1740"):
        assert refused(town, greta, typed).startswith("Här finns ingen överenskommelse")
    for typed in ("/iop", "/iop lista", "/iop försenat", "/iop x"):
        for where in (None, town.linked):
            assert town.ask(greta, typed, where).text.startswith("Jag håller reda på er")
    assert not [secret for secret in SECRETS[1:] if secret in greta.has_seen_text()]


@pytest.mark.parametrize("who", ["U_KJELL", "U_GUN", "U_OTTO"])
def test_slack_itself_keeps_outsiders_from_commands(town: Town, who: str) -> None:
    outcome = town.people[who].types("/iop status 1740", in_channel=town.linked)
    assert not outcome.reached_bot


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("500_before", {}),
        ("empty", {}),
        ("html", {}),
        ("cut_before", {}),
        ("429", {}),
        ("error", {"code": "user_not_found"}),
        ("error", {"code": "user_not_visible"}),
        ("error", {"code": "missing_scope"}),
    ],
)
def test_whom_slack_cannot_tell_of_may_do_nothing_just_now(
    town: Town, kind: str, facts: dict[str, Any]
) -> None:
    town.slack.fault("users.info", kind, **facts)
    assert refused(town, town.anna, "/iop status 1740") == (
        "Jag kunde inte se vem du är just nu, så jag kan inte svara. Försök igen om en stund."
    )
    assert "Kultur 1740" in town.ask(town.anna, "/iop status 1740").plain()  # nothing was kept


@pytest.mark.parametrize("kind", ["multi_channel_guest", "deactivated", "bot"])
def test_a_member_who_changes_is_someone_else_at_once(town: Town, kind: str) -> None:
    assert "Kultur 1740" in town.ask(town.anna, "/iop status 1740").plain()
    message = town.ask(town.anna, "/iop status 1740", town.hall)
    town.anna.change(kind=kind)
    outcome = town.anna.types("/iop status 1740")
    if outcome.reached_bot:
        assert "Kultur" not in outcome.plain()
    pressed = town.anna.presses(message, "show_funding")
    if pressed.reached_bot:
        assert "Kultur" not in town.wait_for(pressed.later)[-1].plain()


@pytest.mark.parametrize("on", ["sqlite", "postgresql"])
def test_where_members_may_not_read_only_roles_and_own_agreements_count(
    build_town: Builder, on: str
) -> None:
    town = build_town(on=on, FOLJSAM_MEMBERS_MAY_READ="no")
    dan = town.slack.add_person("U_DAN", name="Dan")
    assert "0 överenskommelser" in refused(town, dan, "/iop lista")
    assert refused(town, dan, "/iop status").startswith("Kanalen är inte kopplad")
    for typed in ("1740", "tranemo", "kulttur"):
        assert refused(town, dan, f"/iop status {typed}").startswith("Jag hittar ingen")
    assert town.ask(dan, "/iop kommande 12").text == "Inget kommer de närmaste 12 månaderna."
    assert "2 överenskommelser" in town.ask(town.bjorn, "/iop lista").plain()  # deputy of two
    assert "5 agreements" in town.ask(town.cissi, "/iop list").plain()  # administrator
    town.grant("U_DAN", "reader")
    assert "5 överenskommelser" in town.ask(dan, "/iop lista").plain()


@pytest.mark.parametrize("on", ["sqlite", "postgresql"])
def test_a_reader_of_one_namnd_sees_that_namnd_and_nothing_else(
    build_town: Builder, on: str
) -> None:
    town = build_town("http", on=on, FOLJSAM_MEMBERS_MAY_READ="no")
    theirs = town.register("Stadsmission", board="Socialnämnden", starts_on="2021-01-01")
    town.register("Bygdegård", board="Byggnadsnämnden", starts_on="2021-01-01")
    dan = town.slack.add_person("U_DAN", name="Dan")
    town.grant("U_DAN", "reader", "Socialnämnden")
    listed = town.ask(dan, "/iop lista")
    assert labels(listed) == ["Visa läget"]
    assert listed.plain().startswith("1 överenskommelse\nStadsmission")
    assert "Stadsmission" in town.ask(dan, "/iop status stad").plain()
    assert "Genomförd" not in labels(town.ask(dan, "/iop status stadsmission"))
    assert refused(town, dan, "/iop status bygdegård").startswith("Jag hittar ingen")
    assert "Bygdegård" not in town.ask(dan, "/iop kommande 12").plain()
    not_theirs = _forged(town, dan, listed, "show_status", str(theirs + 1))
    not_there = _forged(town, dan, listed, "show_status", "99999")
    assert (
        not_theirs
        == not_there
        == (
            "Du har inte rätt till det här, eller så finns det inte. "
            "Fråga den som sköter Följsam hos er."
        )
    )
    for action, value in (
        ("show_funding", "1"),
        ("show_contacts", "1"),
        ("show_rows", "1:2021"),
        ("choose", "status:1:"),
        ("hold_evaluation", "1:1"),
        ("hold_evaluation", "99999:1"),
    ):
        assert _forged(town, dan, listed, action, value) == not_there


ODD_VALUES = ["", "x", "-1", "1" * 40, "9" * 20, "1;DROP", "٣", "1:2:3:4", "status", ":::"]


def test_a_button_that_was_never_ours_changes_nothing_and_says_so(build_town: Builder) -> None:
    town = build_town("http")
    for action in ("show_status", "choose", "more", "hold_evaluation", "nothing_of_ours"):
        for value in ODD_VALUES:
            listed = town.ask(town.anna, "/iop lista")
            said = _forged(town, town.anna, listed, action, value)
            assert said, (action, value)
            assert "Felkod" not in said, (action, value, said)
            assert "felkoden" not in said, (action, value, said)


_FORGED = count()


def _forged(town: Town, who: PersonHandle, message: Message, action: str, value: str) -> str:
    """Press with another value than the button had, as only a forged request could."""
    real = town.pressing(who, message, message.buttons()[0])
    town.wait_for(real.later)
    payload = next(
        each["payload"]
        for each in reversed(town.slack.deliveries())
        if each["payload"].get("type") == "block_actions"
    )
    payload["actions"][0] |= {"action_id": action, "value": value}
    payload["trigger_id"] = f"forged.{next(_FORGED)}"  # the same press again would do nothing
    body = f"payload={quote(json.dumps(payload))}".encode()
    at = str(int(time.time()))
    signed = f"v0:{at}:".encode() + body
    digest = hmac.new(town.slack.signing_secret.encode(), signed, hashlib.sha256).hexdigest()
    before = len(real.later())
    town.slack.post_raw(
        body,
        {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": f"v0={digest}",
        },
    )
    return town.wait_for(lambda: real.later()[before:])[-1].text
