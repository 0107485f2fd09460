"""From what was typed to a command: its word, the rest, and the nearest word to a misspelt one."""

from __future__ import annotations

import html
import re
from functools import cache
from typing import NamedTuple

from bot.folding import fold
from bot.visible import visible
from handlers.commands import SHORT, Command, all_commands
from handlers.partners import PARTNER_WORDS, PartnerWord

LONGEST = 4_000
_NAME = re.compile(r"<@[A-Z0-9]{1,40}(?:\|[^>]{0,80})?>")  # ours, where somebody mentions us


class Typed(NamedTuple):
    """What was typed: the command it names, if any, else the word and the nearest command."""

    command: Command | None
    words: str
    unknown: str = ""
    nearest: Command | None = None


def parse(slash: str, text: str) -> Typed:
    """Read a slash command. A word is known in both languages, in any case, without å/ä/ö."""
    text = html.unescape(text[:LONGEST])  # Slack escapes what was typed
    text = " ".join(visible(text).split())
    if slash in SHORT:
        return Typed(_by_word(SHORT[slash]), text)
    word, _, rest = text.partition(" ")
    known = _by_name(fold(word)) if word else _by_word("help")
    if known is not None:
        return Typed(known, rest)
    return Typed(None, rest, unknown=word[:60], nearest=_nearest(fold(word)))


def spoken(text: str) -> str:
    """Take our name, and the command that somebody may type out of habit, from what was written."""
    words = " ".join(visible(html.unescape(_NAME.sub(" ", text[:LONGEST]))).split())
    return words.removeprefix("/iop").strip()


def parse_partners(text: str, slash: str = "") -> tuple[PartnerWord, str]:
    """Read what a partner writes; what is no word of theirs asks for help."""
    said, by_name = spoken(text), _partner_names()
    if slash in SHORT:
        return by_name[SHORT[slash]], said
    word, _, rest = said.partition(" ")
    known = by_name.get(fold(word)) if word else None
    return (known, rest) if known is not None else (by_name["help"], "")


@cache
def _partner_names() -> dict[str, PartnerWord]:
    names = {fold(name): word for word in PARTNER_WORDS for name in word.names}
    return names | {word.word: word for word in PARTNER_WORDS}


def _by_word(word: str) -> Command:
    return next(command for command in all_commands() if command.word == word)


def _by_name(folded: str) -> Command | None:
    return _names().get(folded)


@cache
def _names() -> dict[str, Command]:
    return {fold(name): command for command in all_commands() for name in command.names if name}


def _nearest(folded: str) -> Command | None:
    from rapidfuzz import fuzz, process  # noqa: PLC0415  # only a misspelling needs it

    names = _names()
    best = process.extractOne(folded, list(names), scorer=fuzz.ratio, score_cutoff=60)
    return names[best[0]] if best else None
