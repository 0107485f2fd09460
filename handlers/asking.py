"""Questions in words: a slash command, a message to us, a mention. Who asks decides what answers.

Full members of the home workspace get the register, as far as they may read it. Everybody else gets
the partner view of their own agreement, whichever way the question came: a guest's slash command
counts as a mention.
"""

from __future__ import annotations

from typing import NamedTuple

from bot import partners
from bot.access import (
    UNASKED,
    Permission,
    Person,
    Place,
    recognise,
    recognise_partner,
    require,
)
from bot.errors import NotFound
from bot.office import Office
from bot.texts import Texts
from handlers.blocks.elements import Message
from handlers.commands import Call
from handlers.commands.help import unknown_word
from handlers.commands.parsing import Typed, parse, parse_partners, spoken
from handlers.partners import PartnerCall, answer
from handlers.replies import Answer
from handlers.slack_side import SlackSide


class Question(NamedTuple):
    """What somebody asks: who, in which language, where, and in which words."""

    office: Office
    slack: SlackSide
    person: Person
    texts: Texts
    place: Place
    text: str
    slash: str = ""  # the command it was typed after


def ask(question: Question, typed: Typed) -> Answer:
    """Answer a member out of the register, for the member alone."""
    office, place = question.office, question.place
    asks = typed.command is not None and typed.command.asks_who_reads
    audience = question.slack.channels.readers(place.channel_id) if asks else UNASKED
    with office.database.answering() as connection:
        actor = recognise(connection, question.person, office.settings, place)
        words, channel_id = typed.words, place.channel_id
        call = Call(office, actor, question.texts, connection, channel_id, words, audience)
        return Answer(_answered(call, typed))


def _answered(call: Call, typed: Typed) -> Message:
    if typed.command is None:
        require(call.actor, Permission.ask_help)
        return unknown_word(call, typed)
    require(call.actor, typed.command.permission)
    return typed.command.answer(call)


def ask_in_conversation(question: Question) -> Answer:
    """Answer what somebody writes to us, which only they read."""
    if question.person.is_member:
        return ask(question, parse("/iop", spoken(question.text)))
    return ask_as_partner(question)


def ask_in_channel(question: Question) -> Answer:
    """Answer a mention, where everybody in the channel reads it: the partner view, whoever asks."""
    try:
        return ask_as_partner(question)
    except NotFound:
        if question.person.is_member and not _is_linked(question):
            raise NotFound("mention.not_linked") from None
        raise


def _is_linked(question: Question) -> bool:
    with question.office.database.reading() as connection:
        return bool(partners.agreements_in(connection, question.place.channel_id))


def ask_as_partner(question: Question) -> Answer:
    """Answer a partner's words. Slack is asked who reads before the transaction begins."""
    office, place = question.office, question.place
    word, words = parse_partners(question.text, question.slash)
    reads = question.slack.channels.audience
    audience = reads(place.channel_id) if word.asks_who_reads else UNASKED
    with office.database.writing() as session:
        actor = recognise_partner(session.connection(), question.person, office.settings, place)
        call = PartnerCall(office, actor, question.texts, session, audience, words)
        return Answer(answer(call, word))
