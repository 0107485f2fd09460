"""Every card, for every kind of value: within Slack's limits, literal, and useful all the same.

The cards of the demonstration register lie as text in ``snapshots``; run with
``FOLJSAM_WRITE_SNAPSHOTS=1`` to write them anew.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block as SdkBlock

from bot.access import Person, PersonKind, recognise
from bot.agreements import AgreementStatus, EvaluationLine, PartyLine, Standing
from bot.clock import StandingClock
from bot.contacts import ContactLine, PartyContacts
from bot.funding import Amount, Figures, GrantLine, Ledger, PaymentLine
from bot.office import Office
from bot.overviews import AgreementList, EventLine, ListLine, Overview
from bot.periods import Term
from bot.reminders.bundling import LARGEST
from bot.reminders.messenger import Alarm, Digest, Matter, Reminder
from bot.reminders.preview import preview
from bot.reminders.proof import SHOWN, AgreementProof, MessageProof, NoReminders, Recipient
from bot.searching import Found, Hit
from bot.settings import Settings
from bot.texts import LANGUAGES, Texts
from bot.visible import unhidden
from bot.working_days import Closed
from handlers.blocks import elements
from handlers.blocks.alarm import alarm_card
from handlers.blocks.contacts import contacts_card
from handlers.blocks.elements import Message
from handlers.blocks.funding import funding_card, rows_card
from handlers.blocks.lists import choice_card, list_card, overview_card
from handlers.blocks.proof import proof_card
from handlers.blocks.reminder import digest_card, reminder_card
from handlers.blocks.status import status_card
from handlers.commands import Call, agreements
from handlers.commands.help import unknown_word
from handlers.commands.parsing import parse
from handlers.replies import said
from storage.database import Database
from storage.models import Decision, OutboxState, PartyRole
from storage.types import PartialDate
from tests.journeys.conftest import fill
from tests.sampling import sample
from tests.workspace.blocks import message_problems
from tests.workspace.client.reading import plain_text
from tests.workspace_demo.make_register import write_register

SNAPSHOTS: Final = Path(__file__).parent / "snapshots"
TODAY: Final = date(2021, 9, 1)
SV, EN = Texts("sv"), Texts("en")
ZONE: Final = ZoneInfo("Europe/Stockholm")
ODD = [
    "",
    " ",
    "\n",
    "\t\u200b",
    "<!channel>",
    "<@U123>",
    "*fet* _kursiv_ ~struken~ `kod`",
    "<https://ondska.example|klicka>",
    ":x:",
    "&amp; &lt;b&gt; & < >",
    "{name} {0!r} %s",
    "status.number",
    "\u202ebaklänges",
    "💥👩‍👩‍👧‍👦" * 3,
    "\u0000\u0007",
    "rad ett\nrad två",
]


def problems(message: Message) -> list[str]:
    """Say everything that Slack, its SDK or we ourselves have against a message."""
    body = message.body()
    found = [str(each) for each in message_problems(body.get("blocks", []))[1]]
    if not 1 <= len(body["text"]) <= 3_000:
        found.append(f"text has {len(body['text'])} characters")
    if set("<>") & set(body["text"]):
        found.append("text is not escaped")
    blocks = body.get("blocks", [])
    for block in blocks:
        parsed = SdkBlock.parse(block)
        if parsed is None or parsed.to_dict()["type"] != block["type"]:
            found.append(f"the SDK does not know {block['type']}")
    if orjson.loads(orjson.dumps(message.written())) != body:
        found.append("its acknowledgement says something else")
    if sum(map(elements.characters, blocks)) > 12_500:
        found.append("more text than Slack takes")
    return found + [f"{kind} is interpreted" for kind in _kinds(blocks) & INTERPRETED]


INTERPRETED = {"mrkdwn", "link", "broadcast", "usergroup", "channel", "emoji", "date", "markdown"}


def _kinds(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["type"]} if isinstance(value.get("type"), str) else set()
        return own.union(*map(_kinds, value.values()))
    return set().union(*map(_kinds, value)) if isinstance(value, list) else set()


def shown(message: Message) -> str:
    """Give what a person reads on the card."""
    return plain_text([dict(block) for block in message.blocks])


# -- values to show


def a_status(text: str = "Kultur 1740", **said: Any) -> AgreementStatus:
    """Make a status in which ``text`` stands wherever a person may have written."""
    known = Amount(100_00, 0, 1)
    day = PartialDate(2020, 10, 29)
    return AgreementStatus(
        id=1,
        number=text[:40],
        name=text[:200],
        registry_number=text[:200],
        purpose=text,
        link=text,
        standing=Standing.in_force,
        term=Term(signed_on=day, term_months=36),
        anchor=Term(signed_on=day).anchor(),
        end=Term(signed_on=day, term_months=36).end(),
        days_left=788,
        notice_on=date(2023, 4, 29),
        notice_months=6,
        decided_on=PartialDate(2020, 9),
        decided_by=text[:200],
        responsible_board=text[:200],
        signed_on=day,
        coordinator="U_ANNA",
        deputy="U_BJORN",
        parties=(a_party(text), a_party(text, role=PartyRole.civil)),
        evaluations_per_year=2,
        evaluations_assumed=False,
        next_evaluation=an_evaluation(agreed_on=TODAY, moved=Closed("closed", text[:200])),
        last_evaluation=an_evaluation(held_on=day, outcome=text),
        evaluations_before_register=1,
        figures=Figures(known, known, 50_00, 0),
        commitments_open=4,
        commitments_late=1,
        may_hold_evaluation=True,
        missing=("start", "end", "registry_number", "decision", "board", "funding"),
        today=TODAY,
    )._replace(**said)


def a_party(text: str, **facts: Any) -> PartyLine:
    day = PartialDate(2021)
    line = PartyLine(text[:200], PartyRole.public, True, day, day, False)
    return line._replace(**facts)


def an_evaluation(**facts: Any) -> EvaluationLine:
    day = PartialDate(2021, 10, 29)
    line = EvaluationLine(
        1, 1, 2, day, date(2021, 10, 29), None, None, None, None, None, is_planned=True
    )
    return line._replace(**facts)


def a_ledger(text: str, rows: int = 1) -> Ledger:
    day = PartialDate(2021, 3)
    grants = [GrantLine(None, 2_100_000_00, Decision.decided, text)]
    grants += [GrantLine(2021, None, Decision.preliminary, text) for _ in range(rows)]
    payment = PaymentLine(2021, day, 350_000_00, day, text, text[:200], text)
    planned = replace(payment, paid_on=None)
    return Ledger(tuple(grants), tuple([payment, planned] * rows))


def contacts_of(text: str, rows: int = 1, parties: int = 1) -> tuple[PartyContacts, ...]:
    line = ContactLine(text[:200], text[:200], text[:200], text[:200], "U_ANNA", PartialDate(2021))
    bare = ContactLine(text[:200], None, None, None, None, None)
    party = PartyContacts(text[:200], PartyRole.civil, False, (line, bare) * rows)
    return (party, replace(party, contacts=())) * parties


def a_list(text: str, rows: int = 10) -> AgreementList:
    lines = [
        ListLine(
            at, text[:40], text[:200], Standing.in_force, TODAY, False, False, None, text[:200]
        )
        for at in range(rows)
    ]
    return AgreementList(text[:100], 2 * rows, 0, tuple(lines))


def an_overview(text: str, rows: int, months: int | None) -> Overview:
    kinds = ("evaluation", "payment", "commitment", "end")
    lines = [
        EventLine(kinds[at % 4], PartialDate(2021, 8), 1, text[:40], text[:200], text, 100_00)
        for at in range(rows)
    ]
    return Overview(tuple(lines), rows == 200, TODAY, months)


def a_reminder(text: str = "Kultur 1740", **facts: Any) -> Reminder:
    day = PartialDate(2021, 10, 29)
    made = Reminder(
        step=-30,
        agreement_id=1,
        agreement_number=text[:40],
        agreement_name=text[:200],
        evaluation_id=1,
        revision=1,
        label="2",
        due=day,
        due_on=date(2021, 10, 29),
        agreed_on=date(2021, 10, 30),
        moved=Closed("closed", text[:200]),
        booked_on=day,
        held_on=None,
        today=TODAY,
    )
    return replace(made, **facts)


def a_digest(text: str, many: int, **facts: Any) -> Digest:
    """Make one in which every third evaluation has been held since."""
    days = [PartialDate(2021, 9) if place % 3 == 1 else None for place in range(many)]
    members = [a_reminder(text, evaluation_id=at, held_on=day) for at, day in enumerate(days)]
    return Digest(tuple(replace(each, **facts) for each in members), is_late=True)


def an_alarm(text: str = "Kultur 1740", **facts: Any) -> Alarm:
    made = Alarm(
        Matter.held,
        row_id=17,
        fence=2,
        recipient="U_ANNA",
        code="user_disabled",
        reminder=a_reminder(text),
        since=datetime(2021, 9, 1, 7, tzinfo=UTC),
        missed=1,
    )
    return replace(made, **facts)


def a_time_away(missed: int) -> Alarm:
    since, until = datetime(2021, 8, 30, 16, tzinfo=UTC), datetime(2021, 9, 1, 7, 5, tzinfo=UTC)
    return Alarm(Matter.was_down, since=since, until=until, missed=missed)


def a_message(text: str, place: int = 0, **facts: Any) -> MessageProof:
    """Make a message; its state follows from its place."""
    states = tuple(OutboxState)
    at = datetime(2021, 9, 1, 7, tzinfo=UTC) - timedelta(days=place)
    made = MessageProof(
        id=100 + place,
        kind="evaluation",
        agreement_number=text[:40],
        agreement_name=text[:200],
        label="2",
        number=2,
        due=PartialDate(2021, 10, 29),
        step=-30,
        recipient=("U_ANNA", "C_DRIFT")[place % 2],
        to=(Recipient.coordinator, Recipient.channel)[place % 2],
        state=states[place % len(states)],
        planned_for=at.replace(tzinfo=None),
        since=at,
        sent_at=at,
        is_bundled=False,
        retry_id=100 + place,
        due_at=at,
        reason=text[:200] if states[place % len(states)] is OutboxState.held else None,
        attempts=0,
        slack_ts=None,
        held_on=PartialDate(2021, 9) if place % 3 == 0 else None,
        held_by="U_BJORN" if place % 6 == 0 else None,
    )
    return replace(made, **facts)


def a_proof(text: str, lines: Sequence[MessageProof], more: int = 0) -> AgreementProof:
    counts = Counter(line.state for line in lines)
    counts[OutboxState.sent] += more
    because = None if lines else NoReminders.none_planned
    zone = ZoneInfo("Europe/Stockholm")
    return AgreementProof(1, text[:40], text[:200], tuple(lines), counts, because, zone)


def proof_of(text: str, rows: int) -> AgreementProof:
    return a_proof(text, [a_message(text, place) for place in range(min(rows, SHOWN))], rows)


def found(text: str, rows: int, *, nearest: bool) -> Found:
    return Found(tuple(Hit(at, text[:40], text[:200]) for at in range(rows)), nearest)


Card = Callable[[str, int, Texts], Message]
CARDS: dict[str, Card] = {
    "status": lambda text, n, t: status_card(a_status(text, parties=(a_party(text),) * n), t),
    "status, nothing known": lambda text, _, t: status_card(nothing_known(text), t),
    "money": lambda text, n, t: funding_card(a_status(text), a_ledger(text, n), None, t),
    "money of a year": lambda text, n, t: funding_card(a_status(text), a_ledger(text, n), 2021, t),
    "money of no year": lambda text, _, t: funding_card(a_status(text), Ledger((), ()), 1999, t),
    "rows": lambda text, n, t: rows_card(a_status(text), a_ledger(text, n), None, t),
    "rows of a year": lambda text, n, t: rows_card(a_status(text), a_ledger(text, n), 2021, t),
    "contacts": lambda text, n, t: contacts_card(a_status(text), contacts_of(text, n), t),
    "many parties": lambda text, n, t: contacts_card(a_status(text), contacts_of(text, 1, n), t),
    "no contacts": lambda text, _, t: contacts_card(a_status(text), (), t),
    "list": lambda text, n, t: list_card(a_list(text, min(n, 10)), t),
    "empty list": lambda text, _, t: list_card(a_list(text, 0), t),
    "coming": lambda text, n, t: overview_card(an_overview(text, min(n, 200), 3), t),
    "late": lambda text, n, t: overview_card(an_overview(text, min(n, 200), None), t),
    "choice": lambda text, n, t: choice_card(
        found(text, n, nearest=False), "funding", 2021, t, was_named=True
    ),
    "nearest": lambda text, n, t: choice_card(
        found(text, n, nearest=True), "status", None, t, was_named=True
    ),
    "reminder": lambda text, _, t: reminder_card(a_reminder(text), t),
    "reminder, late": lambda text, _, t: reminder_card(
        a_reminder(text, today=date(2021, 11, 5)), t
    ),
    "reminder, held": lambda text, _, t: reminder_card(
        a_reminder(text, held_on=PartialDate(2021, 10)), t
    ),
    "digest": lambda text, n, t: digest_card(a_digest(text, min(n, LARGEST)), t),
    "alarm": lambda text, _, t: alarm_card(an_alarm(text), t, ZONE),
    "alarm, unsure": lambda text, _, t: alarm_card(
        an_alarm(text, code=text[:200], is_unsure=True, recipient="C_DRIFT"), t, ZONE
    ),
    "alarm, settled": lambda text, _, t: alarm_card(an_alarm(text, is_settled=True), t, ZONE),
    "proof": lambda text, n, t: proof_card(proof_of(text, n), t),
    "no proof": lambda text, _, t: proof_card(a_proof(text, ()), t),
    "a sentence": lambda text, _, t: said(t("search.nothing", text=text)).message,
}


def nothing_known(text: str) -> AgreementStatus:
    nothing = Figures(Amount(), Amount(), 0, 0)
    return a_status(
        text,
        registry_number=None,
        standing=Standing.unknown,
        term=Term(),
        anchor=None,
        end=Term().end(),
        days_left=None,
        notice_on=None,
        notice_months=None,
        decided_on=None,
        decided_by=None,
        responsible_board=None,
        signed_on=None,
        coordinator=None,
        deputy=None,
        parties=(),
        next_evaluation=None,
        last_evaluation=None,
        evaluations_before_register=0,
        figures=nothing,
        commitments_open=0,
        may_hold_evaluation=False,
    )


# -- limits


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_is_one_that_slack_takes_whatever_stands_in_the_register(
    card: str, language: str
) -> None:
    texts = Texts(language)
    long = ["x" * 2_000, "&" * 2_000, "å " * 1_000, "<>" * 1_000, "👩‍👩‍👧‍👦" * 285, "\n" * 2_000]
    odd = [*ODD, *long] if language == "sv" else sample([*ODD, *long], 3)
    for text in ["Kultur 1740", *odd]:
        for rows in (1, 60):
            made = CARDS[card](text, rows, texts)
            assert problems(made) == [], (text[:40], rows)


@pytest.mark.parametrize("card", CARDS)
def test_a_card_of_a_thousand_rows_is_cut_and_says_so(card: str) -> None:
    for text in ("Kultur 1740", "å" * 200, "<" * 2_000):
        assert problems(CARDS[card](text, 1_000, SV)) == []


ANY_TEXT = st.text(max_size=250) | st.sampled_from(ODD) | st.text("<>&*_~`:@#!|", max_size=250)


@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(text=ANY_TEXT, rows=st.integers(1, 12), language=st.sampled_from(LANGUAGES))
def test_any_text_in_any_field_makes_a_card_that_slack_takes(
    text: str, rows: int, language: str
) -> None:
    for name, card in CARDS.items():
        made = card(text, rows, Texts(language))
        assert problems(made) == [], name


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(text=st.text(max_size=400), most=st.integers(2, 120))
def test_a_text_is_cut_within_its_limit_and_never_inside_a_sign(text: str, most: int) -> None:
    short, text = elements.cut(text, most), unhidden(text)
    assert 1 <= len(elements.escape(short)) <= most
    assert short in {text, "–"} or text.startswith(short[:-1].rstrip())
    if len(elements.escape(text)) <= most and text.strip():
        assert short == text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sign", ["å", "<", "&", "W", "👩‍👩‍👧‍👦"])
def test_the_largest_digest_of_the_longest_names_is_whole(sign: str, language: str) -> None:
    """Each part keeps its own button, and every name is there as far as it goes."""
    made = digest_card(a_digest(sign * 200, LARGEST, held_on=None), Texts(language))
    assert problems(made) == []
    assert sum("accessory" in block for block in made.blocks) == LARGEST
    day = PartialDate(2021)
    held = digest_card(a_digest(sign * 200, LARGEST, held_on=day), Texts(language))
    assert problems(held) == []
    assert len(held.blocks) == LARGEST + 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("matter", Matter)
@pytest.mark.parametrize("many", [1, 40])
def test_every_alarm_is_one_that_slack_takes(matter: Matter, many: int, language: str) -> None:
    alarm = replace(a_time_away(many), matter=matter, row_id=1, recipient="U_ANNA")
    made = alarm_card(alarm, Texts(language), ZONE)
    assert problems(made) == []
    assert made.text.rstrip().endswith(".")


# -- literal and useful


@pytest.mark.parametrize("text", [each for each in ODD if unhidden(each).strip()])
@pytest.mark.parametrize("card", CARDS)
def test_what_people_wrote_is_shown_as_they_wrote_it(card: str, text: str) -> None:
    made, text = CARDS[card](text, 1, SV), unhidden(text)
    assert text in shown(made)
    assert elements.escape(text).replace("\n", ", ") in made.body()["text"].replace("\n", ", ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("card", CARDS)
def test_the_text_beside_a_card_is_made_of_sentences(card: str, language: str) -> None:
    text = CARDS[card]("Kultur 1740", 2, Texts(language)).text
    assert text.rstrip("”").endswith((".", "?", "!")) or card in {"rows", "rows of a year"}, text
    for double in ("..", " .", ": .", "  "):
        assert double not in text, text


MUCH = {  # card → what there must be at least so many of, with a thousand rows of long text
    "rows": ("preliminärt", 10),
    "contacts": ("bekräftad", 15),
    "many parties": ("kontaktperson saknas", 5),
    "coming": ("augusti 2021", 20),
    "late": ("augusti 2021", 20),
}


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(sign=st.sampled_from("a&<å🙂\n"), some=st.integers(0, 3_000), blocks=st.integers(1, 60))
def test_what_is_said_to_fit_does(sign: str, some: int, blocks: int) -> None:
    made = [elements.paragraph(sign * some)] * blocks
    size = sum(map(elements.characters, made))
    within = blocks < elements.MOST_BLOCKS and size <= elements.MOST_CHARACTERS
    assert elements.fits(made) == within
    assert (elements.message("", made, SV).blocks == tuple(made)) == within


@pytest.mark.parametrize("card", MUCH)
def test_what_fits_of_too_much_is_shown(card: str) -> None:
    made = CARDS[card]("Föreningen för folkbildning och friluftsliv " * 4, 1_000, SV)
    word, least = MUCH[card]
    assert shown(made).count(word) >= least
    last = shown(made).splitlines()[-1]
    assert last == "Allt fick inte plats här. Fråga om en del i taget."


def test_the_buttons_stay_however_much_there_is() -> None:
    texts = SV
    press = elements.actions([elements.button("Visa", "show_status", "1")])
    much = [elements.paragraph("å" * 3_000)] * 8
    made = elements.message("Mycket.", [*much, press], texts)
    assert made.blocks[-1] == press
    assert problems(made) == []
    exactly = [*[elements.paragraph("å")] * 49, press]
    assert elements.message("Precis.", exactly, texts).blocks[-1] == press


def test_a_button_that_cannot_be_taken_back_asks_first_and_names_what_happens() -> None:
    for made in (status_card(a_status(), SV), reminder_card(a_reminder(), SV)):
        [held] = [
            each
            for block in made.blocks
            for each in block.get("elements", [])
            if each.get("action_id") == "hold_evaluation"
        ]
        assert held["confirm"]["text"]["text"] == (
            "Utvärderingen som ska hållas senast 29 oktober 2021 markeras som genomförd i dag. "
            "Påminnelserna om den upphör."
        )
        assert held["value"] == "1:1"


def test_one_who_may_not_hold_an_evaluation_sees_no_such_button() -> None:
    made = status_card(a_status(may_hold_evaluation=False), SV)
    assert "Genomförd" not in shown(made)


@pytest.mark.parametrize(
    ("decided", "preliminary", "expected"),
    [
        (Amount(), Amount(), "Beloppet är inte känt. Uppgiften saknas, den är inte noll."),
        (Amount(0, 1, 1), Amount(), "Beloppet är inte känt. Uppgiften saknas, den är inte noll."),
        (Amount(0, 0, 1), Amount(), "Inga pengar ingår (0 kr beslutat)."),
        (Amount(100_00, 0, 1), Amount(), "100 kr av 100 kr."),
        (Amount(100_00, 1, 2), Amount(), "100 kr av 100 kr. 1 belopp är inte känt och inte medr"),
    ],
)
def test_unknown_money_is_said_to_be_unknown_and_zero_is_zero(
    decided: Amount, preliminary: Amount, expected: str
) -> None:
    status = a_status(figures=Figures(decided, preliminary, 0, 0))
    for spoken in (shown(status_card(status, SV)), status_card(status, SV).text):
        assert "Återstående medel" in spoken
        assert expected in spoken.replace("\xa0", " ")


def test_a_year_with_preliminary_money_alone_is_not_said_to_have_nothing_left() -> None:
    money = Ledger((GrantLine(2023, None, Decision.preliminary, None),), ())
    card = shown(funding_card(a_status(), money, None, SV)).replace("\xa0", " ")
    assert "2023  preliminärt uppgift saknas, utbetalt 0 kr\n" in card


def test_dates_are_shown_no_better_than_they_are_known() -> None:
    for day, written in (
        (PartialDate(2019), "2019 –"),
        (PartialDate(2021, 5), "maj 2021 –"),
        (PartialDate(2021, 5, 29), "29 maj 2021 –"),
    ):
        term = Term(starts_on=day)
        assert written in shown(status_card(a_status(term=term, end=term.end()), SV))


# -- as they look for the demonstration register


@pytest.fixture(scope="module")
def demonstration(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """The office of the five published partnerships on 1 September 2021."""
    folder = tmp_path_factory.mktemp("demonstration")
    shutil.copyfile(sqlite_template, folder / "register.db")
    write_register(folder / "register.xlsx")
    url = f"sqlite:///{folder / 'register.db'}"
    fill(url, folder / "register.xlsx", folder)
    clock = StandingClock(datetime(2021, 9, 1, 8, tzinfo=UTC))
    office = Office(Settings(_env_file=None, DATABASE_URL=url), clock, Database(url))
    yield office
    office.database.close()


def asked(office: Office, typed: str, language: str) -> Message:
    person = Person("U_ANNA", PersonKind.member, language)
    with office.database.reading() as connection:
        actor = recognise(connection, person, office.settings)
        read = parse("/iop", typed)
        call = Call(office, actor, Texts(language), connection, None, read.words)
        if read.command is None:
            return unknown_word(call, read)
        return read.command.answer(call)


def rows_pictures(office: Office, language: str) -> list[Message]:
    person = Person("U_ANNA", PersonKind.member, language)
    with office.database.reading() as connection:
        actor = recognise(connection, person, office.settings)
        call = Call(office, actor, Texts(language), connection)
        return [agreements.rows_of(call, number, year) for number, year in ((1, None), (3, 2022))]


def reminder_pictures(office: Office, language: str) -> list[Message]:
    found = preview(office, TODAY, TODAY + timedelta(days=80))
    mine = [each.reminder for each in found if each.reminder.agreement_number == "IOP-1"]
    first = next(each for each in mine if each.step == -30)
    late = next(each for each in mine if each.step == 5)
    held = replace(late, held_on=PartialDate(2021, 11, 8))
    return [reminder_card(each, Texts(language)) for each in (first, late, held)]


def digest_pictures(office: Office, language: str) -> list[Message]:
    found = preview(office, TODAY, TODAY + timedelta(days=80))
    people = [each.reminder for each in found if each.to_partners is None]
    first, second = [each for each in people if each.step == -30][:2]
    held = replace(second, held_on=PartialDate(2021, 9, 3))
    digests = [Digest((first, second), is_late=False), Digest((first, held), is_late=True)]
    return [digest_card(each, Texts(language)) for each in digests]


def alarm_pictures(_office: Office, language: str) -> list[Message]:
    """Draw what is held, alone and together, in doubt and decided, and every other matter."""
    several: dict[str, Any] = {"reminder": None, "missed": 3}
    facts: list[dict[str, Any]] = [
        {},
        {"code": "not_in_channel", "recipient": "C_DRIFT"},
        {"code": "no_history", "recipient": "C_DRIFT", "is_unsure": True},
        {"code": "restored", "is_unsure": True, **several},
        {"row_id": None, **several},
        {"code": "msg_too_long", **several},
        {"code": "something_new"},
        {"is_settled": True},
        {"is_settled": True, **several},
    ]
    since = datetime(2021, 9, 1, 7, tzinfo=UTC)
    matters = [each for each in Matter if each not in {Matter.held, Matter.was_down}]
    others = [Alarm(each, since=since, missed=1) for each in matters]
    alarms = [*(an_alarm(**each) for each in facts), a_time_away(1), a_time_away(3), *others]
    return [alarm_card(each, Texts(language), ZONE) for each in alarms]


def proof_pictures(office: Office, language: str) -> list[Message]:
    """Draw what is planned, why nothing is, and one message of each state and kind."""
    named = [asked(office, f"påminnelser {name}", language) for name in ("1740", "brottsoffer")]
    facts: list[dict[str, Any]] = [
        {"reason": "is_archived", "step": 10},
        {"state": OutboxState.held, "reason": "user_disabled", "recipient": "U_ANNA"},
        {"is_bundled": True, "since": None},
        {"kind": "digest", "label": None, "step": None, "to": Recipient.unknown},
        {"kind": "alarm", "label": None, "step": None, "held_on": None},
        {"label": "x1", "number": None, "step": 0, "reason": "missing_scope"},
        {"label": "9", "due": None, "number": None, "step": 1, "attempts": 2},
    ]
    made = [a_message("Kultur 1740", place) for place in range(7)]
    lines = [*made, *(a_message("not_wanted", at + 7, **each) for at, each in enumerate(facts))]
    return [*named, proof_card(a_proof("Kultur 1740", lines, 3), Texts(language))]


NAMES = ("kultur 1740", "konstkollektivet", "värmlands", "grannstöd", "brottsofferjouren")
PICTURES: dict[str, Callable[[Office, str], list[Message]]] = {
    "status": lambda o, t: [asked(o, f"status {name}", t) for name in NAMES],
    "money": lambda o, t: [
        *(asked(o, f"medel {name}", t) for name in NAMES),
        *(asked(o, f"medel värmlands {year}", t) for year in (2021, 2023, 2024)),
        asked(o, "medel kultur 1740 2022", t),
    ],
    "contacts": lambda o, t: [asked(o, f"kontakter {name}", t) for name in NAMES],
    "rows": rows_pictures,
    "overviews": lambda o, t: [
        asked(o, typed, t) for typed in ("lista", "lista huddinge", "kommande 12", "försenat")
    ],
    "choices": lambda o, t: [
        asked(o, typed, t) for typed in ("status", "status huddinge", "medel brottkollektiv 2021")
    ],
    "help": lambda o, t: [asked(o, typed, t) for typed in ("", "hjlp", "kultur")],
    "reminders": reminder_pictures,
    "digests": digest_pictures,
    "alarms": alarm_pictures,
    "proof": proof_pictures,
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("picture", PICTURES)
def test_the_cards_look_as_they_did(demonstration: Office, picture: str, language: str) -> None:
    cards = PICTURES[picture](demonstration, language)
    assert [problems(card) for card in cards] == [[]] * len(cards)
    drawn = f"\n{'=' * 70}\n".join(map(draw, cards)) + "\n"
    file = SNAPSHOTS / f"{picture}.{language}.txt"
    if os.environ.get("FOLJSAM_WRITE_SNAPSHOTS"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8")


def draw(message: Message) -> str:
    """Draw a card in plain text: what stands on it, and below a line the text beside it."""
    lines = [line for block in message.blocks for line in _draw(block)]
    return "\n".join([*lines, "-" * 20, message.text]).replace("\xa0", "·").replace("\u202f", "·")


def _draw(block: dict[str, Any]) -> list[str]:
    if block["type"] == "header":
        return [f"# {block['text']['text']}"]
    if block["type"] == "actions":
        return [" ".join(_press(each) for each in block["elements"])]
    if block["type"] == "context":
        return [f"({plain_text([block])})"]
    if block["type"] == "section" and "accessory" in block:
        first, _, rest = block["text"]["text"].partition("\n")
        return [f"{first}  {_press(block['accessory'])}", *rest.splitlines()]
    return plain_text([block]).splitlines()


def _press(element: dict[str, Any]) -> str:
    marks = "!" if element.get("style") == "primary" else ""
    return f"[{marks}{element['text']['text']}]"


def test_no_snapshot_lies_there_that_nothing_draws() -> None:
    drawn = {f"{picture}.{language}.txt" for picture in PICTURES for language in LANGUAGES}
    assert {file.name for file in SNAPSHOTS.iterdir()} == drawn
