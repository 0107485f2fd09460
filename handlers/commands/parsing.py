"""From what was typed to a command: its word, the rest, and the nearest word to a misspelt one."""

from __future__ import annotations

import html
from dataclasses import dataclass
from functools import cache

from bot.folding import fold
from handlers.commands import SHORT, Command, all_commands

LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: the command it names, if any, else the word and the nearest command."""

    command: Command | None
    words: str
    unknown: str = ""
    nearest: Command | None = None


def parse(slash: str, text: str) -> Typed:
    """Read a slash command. A word is known in both languages, in any case, without å/ä/ö."""
    text = " ".join(html.unescape(text[:LONGEST]).split())  # Slack escapes what was typed
    if slash in SHORT:
        return Typed(_by_word(SHORT[slash]), text)
    word, _, rest = text.partition(" ")
    known = _by_name(fold(word)) if word else _by_word("help")
    if known is not None:
        return Typed(known, rest)
    return Typed(None, rest, unknown=word[:60], nearest=_nearest(fold(word)))


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
