"""The bot's main cards, of the demonstration register as it stands on 1 September 2021."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot import installation
from bot.access import Person, PersonKind, recognise
from bot.agreements import wanted
from bot.office import Office
from bot.reminders.preview import preview
from bot.texts import Texts
from bot.workbook.importing import import_register
from handlers.blocks.reminder import reminder_card
from handlers.commands import Call
from handlers.commands.agreements import contacts_of, funding_of, status_of
from tests.workspace_demo.make_register import write_register

VIEWS = {"status": status_of, "medel": funding_of, "kontakter": contacts_of}


def main_cards(office: Office, folder: Path) -> dict[str, dict[str, Any]]:
    """Fill the register and give the cards by name, each as it is sent to Slack."""
    _fill(office, folder)
    texts = Texts("sv")
    person = Person("U_ANNA", PersonKind.member, "sv")
    with office.database.reading() as connection:
        actor = recognise(connection, person, office.settings)
        call = Call(office, actor, texts, connection)
        asked = wanted(office, connection, actor, text="kultur 1740", channel_id=None)
        assert asked.found.only is not None
        number = asked.found.only.id
        cards = {name: view(call, number, None).body() for name, view in VIEWS.items()}
    today = office.now().date()
    first = preview(office, today, today.replace(month=12))[0]
    cards["paminnelse"] = reminder_card(first.reminder, texts).body()
    return cards


def _fill(office: Office, folder: Path) -> None:
    workbook = folder / "register.xlsx"
    write_register(workbook)
    with office.database.writing() as session:
        installation.ensure(session, office.now())
        report = import_register(session, office, workbook, actor="terminal")
    assert not report.errors, report.errors
