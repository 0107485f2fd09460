"""Any text in any field of any card, and what is asked of the outcome."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any, Final

from hypothesis import strategies as st

from bot.texts import Texts
from handlers.blocks.elements import Message
from handlers.blocks.status import status_card
from handlers.commands.help import unknown_word
from handlers.commands.parsing import Typed
from tests.handlers.slack_reader import Finds, finds, heard, read
from tests.handlers.test_cards import CARDS, ODD, a_status

MARKUP: Final = (
    "<!channel>",
    "<!here|alla>",
    "<!subteam^S123>",
    "<!date^1392734382^{date}|då>",
    "<@U_KJELL>",
    "<@U_KJELL|anna>",
    "<#C_HALL|hallen>",
    "<https://ondska.example|Logga in>",
    "<mailto:a@b.se|skriv>",
    "https://ondska.example/?a=1&b=2",
    "kim@example.se",
    "070-550 56 65",
    "*fet*",
    "_kursiv_",
    "~struken~",
    "`kod`",
    "```kod\nkod```",
    "> citat",
    ":x:",
    ":wave::skin-tone-2:",
    "&lt;!channel&gt;",
    "&amp;lt;@U1&amp;gt;",
    "[text](https://ondska.example)",
    "{name} {0!r} %s",
    "\u202e<!channel>\u202c",
    "<\u200b!channel>",
    "<!chan\u2066nel>",
    "\ufeff<@U_KJELL>",
    "\U000e0001\U000e0041",
)
_PIECES: Final = st.one_of(
    st.text(max_size=30),
    st.sampled_from(MARKUP),
    st.sampled_from(ODD),
    st.text("<>&|@#!*_~`:;^\u202e\u200d\n ", max_size=12),
)
ANY_TEXT: Final = st.lists(_PIECES, min_size=1, max_size=5).map("".join)
HONEST: Final = st.lists(
    st.text("abcåäöÅÄÖéü 0123456789–’”.,;!?()/&<>*_~`:@#", min_size=1, max_size=12)
    | st.sampled_from([each for each in MARKUP if each.isprintable()]),
    min_size=1,
    max_size=3,
).map(lambda parts: "".join(parts)[:40].strip())


def _unknown(text: str, _rows: int, texts: Texts) -> Message:
    call: Any = SimpleNamespace(texts=texts)
    return unknown_word(call, Typed(None, "", unknown=text[:60]))


RENDERERS: Final[dict[str, Callable[[str, int, Texts], Message]]] = {
    **CARDS,
    "unknown word": _unknown,
    "status without coordinator": lambda text, _, t: status_card(
        a_status(text)._replace(coordinator=None), t
    ),
}


@cache
def made_by_us(card: str, rows: int, language: str) -> Finds:
    """Give what the card finds itself: who is responsible, labels in bold."""
    bodies = [RENDERERS[card](text, rows, Texts(language)).body() for text in ("Kultur 1740", "")]
    found: Finds = Counter()
    for body in bodies:
        found |= finds(body)
    return found


def escapes(text: str, rows: int, language: str) -> list[str]:
    """Give what in any card is more than text, and not ours."""
    wrong = []
    for card, made in RENDERERS.items():
        found = finds(made(text, rows, Texts(language)).body())
        more = found - made_by_us(card, rows, language)
        wrong += [f"{card}: {kind} {what}" for kind, what in more]
    return wrong


def lost(text: str, language: str) -> list[str]:
    """Give the cards in which an honest text does not stand as it was written."""
    wrong = []
    for card, made in RENDERERS.items():
        body = made(text, 1, Texts(language)).body()
        if text not in read(body.get("blocks")):
            wrong.append(f"{card} shows it otherwise")
        if _flat(text) not in _flat(heard(body)):
            wrong.append(f"{card} says it otherwise")
        if html.escape(html.unescape(body["text"]), quote=False) != body["text"]:
            wrong.append(f"{card} is escaped otherwise")
    return wrong


def _flat(text: str) -> str:
    """Give the words alone: sentences end in one full stop whatever they end in."""
    return " ".join(text.replace("\n", ", ").split()).rstrip(". ")
