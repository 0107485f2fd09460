"""The cells of one sheet, row by row, straight from its XML: nothing of the sheet is kept.

openpyxl builds a tree for every row and goes twice through a sheet that does not tell its size,
which is most of the time an import takes; what a number or a style means stays openpyxl's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import IO, Any, Final, NamedTuple
from xml.parsers import expat

from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import from_excel, from_ISO8601

from bot.errors import Invalid

_PIECE: Final = 2**18
_KINDS: Final = {"str": "s", "inlineStr": "s"}


class Cell(NamedTuple):
    """What a cell holds, and how: ``s`` text, ``n`` number, ``d`` date, ``b`` truth value,
    ``e`` error value, ``f`` formula.
    """  # noqa: D205  # two lines of kinds

    value: Any
    data_type: str


Cells = Mapping[int, Cell]
"""The cells of a row that hold something, by their place counted from 0."""


@dataclass(frozen=True, slots=True)
class Meanings:
    """What cells refer to: the texts they share, the styles that make a number a date."""

    texts: Sequence[str]
    dates: Collection[int]
    spans: Collection[int]  # styles of stretches of time
    epoch: datetime


def rows_of(part: IO[bytes], meanings: Meanings) -> Iterator[tuple[int, Cells]]:
    """Give each row that is in the sheet: its number and its cells.

    Raises what the parser and the conversions raise for a broken part, and :class:`Invalid`
    ``workbook.unsafe_xml`` for one with definitions of its own.
    """
    reader = _Reader(meanings)
    while piece := part.read(_PIECE):
        reader.parser.Parse(piece, False)  # noqa: FBT003  # expat takes it by place
        yield from reader.taken()
    reader.parser.Parse(b"", True)  # noqa: FBT003  # the same
    yield from reader.taken()


class _Reader:
    """Follows the elements of a sheet and keeps the rows that are complete."""

    def __init__(self, meanings: Meanings) -> None:
        self._meanings = meanings
        self._rows: list[tuple[int, Cells]] = []
        self._row: dict[int, Cell] = {}
        self._at = 0
        self._place = -1
        self._type, self._style = "n", 0
        self._formula = self._phonetic = False
        self._said: list[str] | None = None  # the text of the cell, once it has any
        self._listens = False
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._hear
        self.parser.StartDoctypeDeclHandler = _refuse
        self.parser.EntityDeclHandler = _refuse

    def taken(self) -> list[tuple[int, Cells]]:
        """Hand over the rows that are complete."""
        rows, self._rows = self._rows, []
        return rows

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = _local(name)
        if tag == "c":
            self._begin_cell(attributes)
        elif tag in {"v", "t"}:
            self._listens = not self._phonetic
            if self._said is None and self._listens:
                self._said = []
        elif tag == "f":
            self._formula = True
        elif tag == "rPh":
            self._phonetic = True
        elif tag == "row":
            self._row = {}
            self._at = int(attributes["r"]) if "r" in attributes else self._at + 1
            self._place = -1

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        address = attributes.get("r")
        self._place = self._place + 1 if address is None else _place(address)
        self._type = attributes.get("t", "n")
        self._style = int(attributes.get("s", 0))
        self._said, self._formula = None, False

    def _hear(self, text: str) -> None:
        if self._listens and self._said is not None:
            self._said.append(text)

    def _end(self, name: str) -> None:
        tag = _local(name)
        if tag in {"v", "t"}:
            self._listens = False
        elif tag == "c":
            self._end_cell()
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "row":
            self._rows.append((self._at, self._row))

    def _end_cell(self) -> None:
        if self._formula:
            self._row[self._place] = Cell("".join(self._said or ()), "f")
        elif self._said:
            self._row[self._place] = self._meant("".join(self._said))
        self._said = None

    def _meant(self, said: str) -> Cell:
        """Give what a cell means by what it says: a number may be a date, or a text's place."""
        kind = self._type
        if kind == "s":
            return Cell(self._meanings.texts[int(said)], "s")
        if kind == "n":
            return self._number(said)
        if kind == "b":
            return Cell(bool(int(said)), "b")
        if kind == "d":
            day: Callable[[str], Any] = from_ISO8601
            return Cell(day(said), "d")
        return Cell(said, _KINDS.get(kind, "e"))

    def _number(self, said: str) -> Cell:
        number = float(said) if "." in said or "e" in said.lower() else int(said)
        if self._style not in self._meanings.dates:
            return Cell(number, "n")
        try:
            is_span = self._style in self._meanings.spans
            return Cell(from_excel(number, self._meanings.epoch, timedelta=is_span), "d")
        except (OverflowError, ValueError):
            return Cell("#VALUE!", "e")  # as a spreadsheet shows a day that no calendar has


def _refuse(*_declared: object) -> None:
    raise Invalid("workbook.unsafe_xml")


@lru_cache(maxsize=256)
def _local(name: str) -> str:
    """Give the name of an element without its prefix."""
    return name.rpartition(":")[2]


def _place(address: str) -> int:
    """Give the column of an address such as ``AB12``, counted from 0."""
    return _column(address.rstrip("0123456789"))


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    return int(column_index_from_string(letters)) - 1
