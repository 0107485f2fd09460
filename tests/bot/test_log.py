"""The log of who did what, as full members read it: whole, in words, and closed to others."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlmodel import SQLModel

from bot import audit
from bot.access import Person, PersonKind, Place, Surface, recognise
from bot.audit import PartnerRead
from bot.errors import NotAllowed
from bot.evaluations.holding import hold
from bot.log import PAGE, Doer, every, log_of
from bot.log_words import _INNER, changes, what
from bot.office import Office
from bot.texts import LANGUAGES, Texts
from bot.workbook.sheets import SHEETS
from handlers.blocks.log import log_card
from handlers.commands import Call
from handlers.commands.log import log_answer, log_page
from storage import tables
from storage.models import AgreementStatus, Decision, OutboxState, PartyKind, PartyRole, Role
from storage.models.commitments import Recurrence
from tests.handlers.test_cards import ODD, problems, shown
from tests.register import ANNA, BJORN, GRETA, KJELL, OTTO, an_actor, evaluations, registered

ROOT = Path(__file__).parents[2]
TERM = {"starts_on": "2021-01-01", "ends_on": "2023-12-31"}
SV = Texts("sv")


def recorded(office: Office, *acts: audit.Act, actor: str = ANNA) -> None:
    with office.database.writing() as session:
        audit.record(session, actor, office.now(), acts)


def card(office: Office, who: str = BJORN, before: int | None = None, words: str = "kultur") -> str:
    with office.database.reading() as connection:
        call = Call(office, an_actor(connection, office, who), SV, connection, words=words)
        message = log_answer(call) if before is None else log_page(call, 1, before)
    assert problems(message) == []
    return shown(message)


# -- every act has words


def acts() -> Iterator[str]:
    """Give the action of every act in the code."""
    for floor in ("bot", "handlers", "storage"):
        for file in sorted((ROOT / floor).rglob("*.py")):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and node.args and _name(node.func) == "Act":
                    found = list(_actions(node.args[0], tree))
                    assert found, f"{file}: an act is named where it is recorded"
                    yield from found


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _actions(argument: ast.expr, tree: ast.Module) -> Iterator[str]:
    match argument:
        case ast.Constant(value=str(action)):
            yield action
        case ast.IfExp():
            yield from _actions(argument.body, tree)
            yield from _actions(argument.orelse, tree)
        case ast.Attribute(attr="value"):  # of the one enum of acts
            yield from (read.value for read in audit.PartnerRead)
        case ast.Name(id=name):  # as it was set in the same file
            for node in ast.walk(tree):
                if isinstance(node, ast.Assign) and name in map(_name, node.targets):
                    yield from _actions(node.value, tree)


def test_the_walk_finds_the_acts_there_are():
    assert {"evaluation_held", "channel_unlinked", "partner_read_funding"} <= set(acts())


@pytest.mark.parametrize("action", sorted(set(acts()) - {"agreement.imported"}))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_act_that_the_code_records_has_words_in_both_languages(action, language):
    assert f"log.action.{action}" in Texts(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_that_an_import_records_has_a_name_in_both_languages(language):
    texts = Texts(language)
    for sheet in SHEETS:
        for column in sheet.columns:
            if sheet.matter not in {"board_meeting", "closed_period"} and column.field != "place":
                assert f"log.field.{column.field}" in texts, (sheet.title, column.field)
        if sheet.matter not in {"agreement", "board_meeting", "closed_period"}:
            assert f"log.matter.{sheet.matter}" in texts
            assert f"log.field.{sheet.matter}_added" in texts


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", ["agreement", "party", "grant_row", "payment", "evaluation"])
def test_every_column_has_a_name_or_says_nothing_to_a_reader(table, language):
    texts = Texts(language)
    unsaid = {"uid", "number_folded", "name_folded", "name_ordered", "registered_at"}
    unsaid |= {"runs_from", "runs_until", "agreement_id", "party_id", "organisation_folded"}
    for column in SQLModel.metadata.tables[table].columns:
        if column.name not in unsaid | _INNER:
            assert f"log.field.{column.name}" in texts, column.name


@pytest.mark.parametrize(
    "kind", [AgreementStatus, Decision, OutboxState, PartyKind, PartyRole, Recurrence, Role]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_choice_has_a_word(kind, language):
    for value in kind:
        assert f"log.value.{value.value}" in Texts(language)


# -- what is read


def test_the_newest_stands_first_with_who_and_what_changed(office):
    found = registered(office, **TERM)
    row = evaluations(office, found)[-1]
    with office.database.writing() as session:
        actor = an_actor(session.connection(), office, ANNA)
        hold(session, office, actor, evaluation_id=row.id, revision=row.revision)
    said = card(office)
    assert said.startswith("Logg: Kultur 1740\nNummer IOP-1\n")
    assert (
        "onsdag 1 september 2021 kl. 10.00  Utvärdering 6 markerades som genomförd, av @U_ANNA"
        in said
    )
    assert "• Genomförd  1 september 2021" in said


def test_facts_are_told_before_and_after_in_words(office):
    found = registered(office, **TERM)
    before = {
        "ends_on": "2022-12-31", "coordinator": ANNA, "status": "in_force", "sheltered": False,
        "payment": [{"id": 1, "amount_ore": 100_00, "paid_on": None}],
        "contact": [{"id": 1, "fields": ["email", "phone"]}],
    }  # fmt: skip
    after = {
        "ends_on": "2023", "coordinator": BJORN, "status": "ended", "sheltered": True,
        "payment": [{"id": 1, "amount_ore": 250_050, "paid_on": "2021-05-01"}],
        "contact": [{"id": 1, "fields": ["email", "phone"]}], "party_added": 2,
    }  # fmt: skip
    act = audit.Act("agreement.imported", "agreement:1", found, before, after)
    recorded(office, act, actor=audit.TERMINAL)
    said = card(office).replace("\u00a0", " ")
    assert "Överenskommelsen ändrades från en arbetsbok, i terminalen" in said
    for line in (
        "• Gäller till  31 december 2022 → 2023",
        "• Samordnare  byttes, från och till: @U_ANNA, @U_BJORN",
        "• Status  gäller → avslutad",
        "• Skyddade uppgifter  nej → ja",
        "• Utbetalning, Belopp  100 kr → 2 500,50 kr",
        "• Utbetalning, Utbetald  1 maj 2021",
        "• Kontakt, ändrade uppgifter  e-post och telefon",
        "• Nya parter  2",
    ):
        assert line in said, line


@pytest.mark.parametrize(
    ("actor", "words"),
    [
        (ANNA, ", av @U_ANNA"),
        (audit.TERMINAL, ", i terminalen"),
        (audit.CLOCK, ", av klockan"),
        ("somebody", ", av okänd"),
    ],
)
def test_whoever_did_it_is_named_as_people_are(office, actor, words):
    found = registered(office, **TERM)
    recorded(office, audit.Act("reminder_arrived", "reminder:X", found), actor=actor)
    assert words in card(office)


def test_what_is_not_known_yet_is_told_all_the_same(office):
    found = registered(office, **TERM)
    recorded(office, audit.Act("moved_to_mars", "x:1", found, {"orbit": 1}, {"orbit": 2}))
    assert "Något ändrades, av @U_ANNA\n• Uppgift  1 → 2" in card(office)


def test_an_agreement_of_which_nothing_is_told_says_so(office):
    registered(office, **TERM)
    assert "Inget äldre än så är antecknat." in card(office)


def test_pages_follow_on_each_other_and_none_is_lost_or_doubled(office):
    found = registered(office, **TERM)
    total = 2 * PAGE + 3
    for number in range(total):
        recorded(office, audit.Act("evaluation_held", f"evaluation:{1000 + number}", found))
    seen: list[str] = []
    before: int | None = None
    while True:
        with office.database.reading() as connection:
            actor = an_actor(connection, office)
            page = log_of(office, connection, actor, found, before=before)
        message = log_card(page, SV)
        assert problems(message) == []
        seen += re.findall(r"Utvärdering (\d+) ", shown(message))
        older = [
            button["value"]
            for block in message.blocks
            if block["type"] == "actions"
            for button in block["elements"]
            if button["action_id"] == "choose"
        ]
        if not older:
            break
        view, agreement_id, last = older[0].split(":")
        assert (view, agreement_id) == ("log", str(found))
        before = int(last)
    assert seen == [str(1000 + number) for number in reversed(range(total))]


def test_a_page_of_long_entries_is_shorter_and_the_rest_is_on_the_next(office):
    found = registered(office, **TERM)
    long = dict.fromkeys(("purpose", "name", "link", "note", "outcome", "unit"), "å" * 900)
    for _ in range(PAGE):
        recorded(office, audit.Act("agreement.imported", "agreement:1", found, long, long))
    first = card(office)
    assert "Visa äldre" in first
    assert "Allt fick inte plats" not in first


@pytest.mark.parametrize("odd", ODD)
def test_whatever_stands_in_the_log_is_shown_as_it_stands(sqlite_office, odd):
    found = registered(sqlite_office, **TERM)
    before = {"name": odd, "purpose": odd, "payment": [{"id": 1, "note": odd}], odd: odd}
    act = audit.Act("agreement.imported", odd[:9], found, before, {**before, "name": f"{odd}!"})
    recorded(sqlite_office, act, actor=odd[:80] or "-")
    card(sqlite_office)


# -- who may read it


@pytest.mark.parametrize("who", [KJELL, GRETA, OTTO])
def test_nobody_from_outside_reads_it_contact_or_not(office, who):
    registered(office, contacts=[{"of": "Kultur 1740", "name": "Kim", "slack_id": who}], **TERM)
    with pytest.raises(NotAllowed):
        card(office, who)


@pytest.mark.parametrize("kind", [kind for kind in PersonKind if kind is not PersonKind.member])
def test_no_kind_but_a_full_member_reads_it(office, kind):
    found = registered(office, **TERM)
    with office.database.reading() as connection:
        actor = recognise(connection, Person(ANNA, kind, "sv"), office.settings)
        with pytest.raises(NotAllowed):
            log_of(office, connection, actor, found)


def test_it_is_not_told_to_a_whole_channel(office):
    found = registered(office, **TERM)
    with office.database.reading() as connection:
        person = Person(ANNA, PersonKind.member, "sv")
        place = Place("C_DELAD", Surface.channel)
        actor = recognise(connection, person, office.settings, place)
        with pytest.raises(NotAllowed):
            log_of(office, connection, actor, found)


def test_who_may_not_read_the_agreement_may_not_read_its_log(database_url, make_office):
    office = make_office(database_url, FOLJSAM_MEMBERS_MAY_READ="no")
    found = registered(office, **TERM)
    with office.database.reading() as connection:
        actor = an_actor(connection, office, BJORN)
        for asked in (found, 4711):
            with pytest.raises(NotAllowed):
                log_of(office, connection, actor, asked)


# -- reads by people from outside


def read_by(office: Office, who: str, what: str, found: int, channel: str | None = None) -> None:
    with office.database.writing() as session:
        audit.partner_read(
            session,
            who,
            office.now(),
            what=PartnerRead[what],
            agreement_id=found,
            channel_id=channel,
        )


def actors(office: Office) -> list[str]:
    with office.database.reading() as connection:
        rows = connection.execute(select(tables.audit_entry).order_by(tables.audit_entry.c.id))
        return [row.actor for row in rows if row.action.startswith("partner_read")]


def test_a_partners_read_is_logged_under_a_token_that_is_resolved(office):
    found = registered(office, **TERM)
    read_by(office, KJELL, "contacts", found, "C_DELAD")
    read_by(office, KJELL, "funding", found, "D_KJELL")
    read_by(office, OTTO, "funding", found)
    first, second, other = actors(office)
    assert first == second != other
    assert KJELL not in f"{first}{other}"
    assert re.fullmatch(r"partner:[0-9a-f]{16}", first)
    with office.database.reading() as connection:
        entries = [each for each in every(connection) if each.action.startswith("partner_read")]
    assert [(each.doer, each.slack_id) for each in entries] == [
        (Doer.partner, KJELL), (Doer.partner, KJELL), (Doer.partner, OTTO)
    ]  # fmt: skip
    assert [each.changes[0].after if each.changes else None for each in entries] == [
        "C_DELAD", None, None
    ]  # fmt: skip
    said = card(office)
    assert "Kontakterna lästes, av partnern @U_KJELL" in said
    assert "Medlen lästes, av partnern @U_OTTO" in said


def test_a_read_that_is_taken_back_leaves_neither_entry_nor_token(office):
    found = registered(office, **TERM)
    with office.database.rehearsing() as session:
        audit.partner_read(
            session, KJELL, office.now(), what=PartnerRead.funding, agreement_id=found
        )
    assert actors(office) == []
    with office.database.reading() as connection:
        assert connection.execute(select(tables.partner_token)).all() == []


def test_once_the_person_is_erased_the_log_says_so_and_is_otherwise_the_same(office):
    found = registered(office, **TERM)
    read_by(office, KJELL, "contacts", found)
    before = actors(office)
    with office.database.writing() as session:
        session.connection().execute(update(tables.partner_token).values(slack_id=None))
    assert actors(office) == before
    assert "Kontakterna lästes, av en uppgift som tagits bort\n" in card(office) + "\n"
    read_by(office, KJELL, "contacts", found)
    assert actors(office)[0] != actors(office)[1], "whoever comes back is somebody new"


def test_the_moments_of_a_restore_are_written_as_moments(office):
    act = audit.Act(
        "register_restored", "installation:1", None, None,
        {"restored_at": office.now().isoformat(),
         "restored_from": (office.now() - timedelta(days=1)).isoformat()},
    )  # fmt: skip
    recorded(office, act, actor=audit.TERMINAL)
    with office.database.reading() as connection:
        entry = list(every(connection))[-1]
    told = changes(entry, SV, office.settings.time_zone)
    assert what(entry, SV) == "En säkerhetskopia lades tillbaka"
    assert told[0].said == "onsdag 1 september 2021 kl. 10.00"
