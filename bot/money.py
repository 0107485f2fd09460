"""Money in whole öre: read as Swedes write it, shown as Swedes write it.

Here: text and spreadsheet numbers to öre, öre to text, and the bar of money used.
Not here: what may be paid or what remains (``bot/funding.py``).

An amount is an ``int`` of öre between ``-LIMIT_ORE`` and ``LIMIT_ORE``. It is never
a float and never rounded: what cannot be told to the öre is refused.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import Final

from bot.errors import Invalid

LIMIT_ORE: Final = 10**13
"""A hundred thousand million kronor: more than any municipality, less than any overflow."""

NBSP: Final = "\u00a0"
MINUS: Final = "\u2212"

_ORE_PER_KRONA: Final = 100
_LIMIT_KRONOR: Final = LIMIT_ORE // _ORE_PER_KRONA
_LONGEST: Final = 60  # characters of an amount worth reading; also what is quoted back
_FLOAT_NOISE: Final = Decimal("0.000001")  # kronor: what adding cents in a spreadsheet leaves
_CENT: Final = Decimal("0.01")
_EXACT: Final = Context(prec=60, traps=[Inexact, InvalidOperation])
_LOOSE: Final = Context(prec=60, traps=[InvalidOperation])

_DASHES: Final = str.maketrans({MINUS: "-", "\u2013": "-", "\u2010": "-", "\u2011": "-"})
_AMOUNT: Final = re.compile(
    r"(?P<minus>-?) ?(?P<before>kr|sek)? ?(?P<minus_inside>-?) ?"
    r"(?P<number>[0-9][0-9 .,]*?) ?(?P<unit>[a-zåäö][a-zåäö .]*|:-)?",
)
_UNITS: Final = {
    "": 0,
    **dict.fromkeys(("kr", "kr.", "krona", "kronor", "sek", ":-"), 0),
    **dict.fromkeys(("tkr", "tsek", "tusen", "tusen kr", "tusen kronor"), 3),
    **dict.fromkeys(("mkr", "mnkr", "msek", "mn", "mn kr", "milj", "milj.", "milj kr"), 6),
    **dict.fromkeys(("milj. kr", "miljon", "miljon kr", "miljon kronor", "million"), 6),
    **dict.fromkeys(("miljoner", "miljoner kr", "miljoner kronor", "millions"), 6),
}
"""What may follow the number, and how many zeros it stands for."""

_PLAIN: Final = re.compile(r"[0-9]+")
_DECIMALS: Final = re.compile(r"[0-9]+[.,][0-9]+")
_SPACES: Final = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]+)?")
_POINTS: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3}){2,}(?:,[0-9]+)?|[0-9]{1,3}\.[0-9]{3},[0-9]+")
_COMMAS: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){2,}(?:\.[0-9]+)?|[0-9]{1,3},[0-9]{3}\.[0-9]+")
_ENGLISH: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")


def parse_kronor(value: str | float | Decimal) -> int:
    """Read an amount in kronor and give it in öre.

    Takes numbers of kronor and text such as ``2 100 000``, ``2 100 000 kr``,
    ``380 tkr``, ``2,1 mnkr``, ``2,1 miljoner kronor``, ``12 500,50``, ``12500.50``,
    ``2 100:-``, ``SEK 2,100,000``; any kind of blank, ``-`` or ``−`` before it.
    A negative amount is read; whether it is allowed is the caller's to say.

    A point or comma parts thousands only where it cannot be a decimal sign: two
    groups or more (``1.000.000``), the other sign after it (``1.000,50``), or the
    English order with ``SEK`` first (``SEK 2,100``). ``1.000`` alone is refused:
    one krona or a thousand is not ours to guess.

    A float may carry the noise of binary fractions (less than 0.000 001 kr);
    nothing else is rounded. Raises :class:`Invalid`: ``invalid.money`` (text) for
    what cannot be read, ``invalid.money_precision`` (text) for parts of an öre,
    ``invalid.money_range`` (text) beyond ±``LIMIT_ORE``.
    """
    if isinstance(value, str):
        return _from_text(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Invalid("invalid.money", text=_quoted(value))
    if isinstance(value, float):
        return _from_float(value)
    kronor = Decimal(value)
    return _to_ore(kronor, _quoted(kronor))


def format_kronor(ore: int, language: str) -> str:
    """Write öre as ``2 100 000 kr`` or ``12 500,50 kr``; English ``SEK 2,100,000``.

    Blanks inside are non-breaking, a negative amount has a real minus sign, and
    öre are shown only where there are any. What is written reads back the same.
    """
    kronor, rest = divmod(abs(ore), _ORE_PER_KRONA)
    sign = MINUS if ore < 0 else ""
    grouped = f"{kronor:,}"
    if language == "en":
        return f"{sign}SEK{NBSP}{grouped}" + (f".{rest:02}" if rest else "")
    grouped = grouped.replace(",", NBSP)
    return f"{sign}{grouped}" + (f",{rest:02}" if rest else "") + f"{NBSP}kr"


def share_bar(part_ore: int, whole_ore: int, width: int = 10) -> str:
    """Draw how much of the whole is used, as ``width`` (2 or more) signs of ▓ and ░.

    More than the whole is drawn full and less than nothing empty. A used krona
    always shows, and so does a remaining one. Raises ``ValueError`` if the whole
    is not above zero: there is nothing to have a share of.
    """
    if whole_ore <= 0 or width < 2:
        raise ValueError("a share needs a whole above zero and two signs to draw it with")
    full = (2 * part_ore * width + whole_ore) // (2 * whole_ore)
    if 0 < part_ore < whole_ore:
        full = min(max(full, 1), width - 1)
    full = min(max(full, 0), width)
    return "▓" * full + "░" * (width - full)


def _from_text(text: str) -> int:
    """Read an amount from text, unit and all."""
    quoted = _quoted(text)
    match = _AMOUNT.fullmatch(_tidy(text)) if len(text) <= _LONGEST else None
    if match is None or (match["minus"] and match["minus_inside"]):
        raise Invalid("invalid.money", text=quoted)
    zeros = _UNITS.get((match["unit"] or "").strip())
    number = _decimal_text(match["number"], zeros=zeros or 0, english=match["before"] == "sek")
    if zeros is None or number is None:
        raise Invalid("invalid.money", text=quoted)
    sign = "-" if match["minus"] or match["minus_inside"] else ""
    return _to_ore(Decimal(f"{sign}{number}e{zeros}"), quoted)


def _tidy(text: str) -> str:
    """Make every kind of blank one blank, every dash a hyphen, every letter small."""
    return " ".join(text.translate(_DASHES).lower().split())


def _decimal_text(number: str, *, zeros: int, english: bool) -> str | None:
    """Take the grouping away and make the decimal sign a point; None if it is not clear."""
    if _PLAIN.fullmatch(number):
        return number
    if _COMMAS.fullmatch(number) or (english and _ENGLISH.fullmatch(number)):
        return number.replace(",", "")
    if _POINTS.fullmatch(number):
        return number.replace(".", "").replace(",", ".")
    if _could_be_thousands(number, zeros=zeros):
        return None
    if _DECIMALS.fullmatch(number) or _SPACES.fullmatch(number):
        return number.replace(" ", "").replace(",", ".")
    return None


def _could_be_thousands(number: str, *, zeros: int) -> bool:
    """Tell whether one sign before three digits may be a grouping.

    With ``mnkr`` after it a comma is a decimal sign (``2,125 mnkr``), a point may
    still be either.
    """
    signs = r"\." if zeros else r"[.,]"
    return re.fullmatch(rf"[1-9][0-9]{{0,2}}{signs}[0-9]{{3}}", number) is not None


def _from_float(value: float) -> int:
    """Read a spreadsheet's number: the nearest öre, if only binary noise parts them."""
    quoted = _quoted(value)
    exact = _in_range(Decimal(repr(value)), quoted)
    nearest = exact.quantize(_CENT, context=_LOOSE)
    if abs(exact - nearest) >= _FLOAT_NOISE:
        raise Invalid("invalid.money_precision", text=quoted)
    return int(nearest * _ORE_PER_KRONA)


def _to_ore(kronor: Decimal, quoted: str) -> int:
    """Turn kronor into öre, exactly or not at all."""
    try:
        cents = _in_range(kronor, quoted).quantize(_CENT, context=_EXACT)
    except Inexact:
        raise Invalid("invalid.money_precision", text=quoted) from None
    return int(cents * _ORE_PER_KRONA)


def _in_range(kronor: Decimal, quoted: str) -> Decimal:
    """Refuse what is no number and what is larger than any grant."""
    if not kronor.is_finite():
        raise Invalid("invalid.money", text=quoted)
    if not -_LIMIT_KRONOR <= kronor <= _LIMIT_KRONOR:
        raise Invalid("invalid.money_range", text=quoted)
    return kronor


def _quoted(value: object) -> str:
    """Give what came in as text, short enough to be quoted."""
    text = str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
