"""The home tab: for members what is late and what is coming, for partners their agreements."""

from __future__ import annotations

from bot.access import Permission, Person, Place, recognise, recognise_partner, require
from bot.office import Office
from bot.partners import reachable
from bot.texts import Texts
from handlers.blocks import elements
from handlers.blocks.partner import partner_help_card
from handlers.commands import Call
from handlers.commands.help import help_answer
from handlers.commands.overviews import overdue_answer, upcoming_answer
from handlers.replies import Answer


def home_of(office: Office, person: Person, texts: Texts) -> Answer:
    """Make a person's home tab, which only they see."""
    with office.database.reading() as connection:
        if not person.is_member:
            actor = recognise_partner(connection, person, office.settings, Place())
            require(actor, Permission.ask_help)
            return Answer(partner_help_card(reachable(connection, actor), texts))
        actor = recognise(connection, person, office.settings, Place())
        require(actor, Permission.read)
        call = Call(office, actor, texts, connection)
        parts = [overdue_answer(call), upcoming_answer(call), help_answer(call)]
    blocks = [block for part in parts for block in (*part.blocks, elements.divider())]
    return Answer(elements.message(" ".join(part.text for part in parts), blocks[:-1], texts))
