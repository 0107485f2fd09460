"""The words that people type: one row each, which is also help, spelling and rights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from sqlalchemy import Connection

from bot.access import UNASKED, Actor, Audience, Permission, may
from bot.office import Office
from bot.texts import Texts
from handlers.blocks.elements import Message


class Call(NamedTuple):
    """A question as it reaches a command: who asks, in which language, where, with which words."""

    office: Office
    actor: Actor
    texts: Texts
    connection: Connection
    channel_id: str | None = None
    words: str = ""
    audience: Audience = UNASKED  # of the channel, where that was asked of Slack


@dataclass(frozen=True, slots=True)
class Command:
    """A word and what answers it. ``word`` is its name in the catalogues (``help.<word>``)."""

    word: str
    names: tuple[str, ...]
    permission: Permission
    answer: Callable[[Call], Message]
    asks_who_reads: bool = False  # of Slack, so its answer may take a while


@cache
def all_commands() -> tuple[Command, ...]:
    """Give every command, in the order of help."""
    from handlers.commands import agreements, linking, overviews  # noqa: PLC0415  # import Call
    from handlers.commands.help import help_answer  # noqa: PLC0415
    from handlers.commands.log import log_answer  # noqa: PLC0415

    read = Permission.read
    return (
        Command("status", ("status", "läge", "läget"), read, agreements.status_answer),
        Command("funding", ("medel", "pengar", "funding"), read, agreements.funding_answer),
        Command("contacts", ("kontakter", "contacts"), read, agreements.contacts_answer),
        Command("reminders", ("påminnelser", "reminders"), read, agreements.reminders_answer),
        Command("log", ("logg", "log"), read, log_answer),
        Command("list", ("lista", "list"), read, overviews.list_answer),
        Command("upcoming", ("kommande", "upcoming"), read, overviews.upcoming_answer),
        Command("overdue", ("försenat", "overdue"), read, overviews.overdue_answer),
        Command("link", ("koppla", "link"), read, linking.link_answer, asks_who_reads=True),
        Command("help", ("hjälp", "help", ""), Permission.ask_help, help_answer),
    )


SHORT: Final = {"/iop-status": "status", "/iop-medel": "funding", "/iop-kontakter": "contacts"}
"""The three commands that Slack's own completion finds."""


def open_to(actor: Actor) -> tuple[Command, ...]:
    """Give the commands that a person may use."""
    return tuple(command for command in all_commands() if may(actor, command.permission))
