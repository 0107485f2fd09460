"""Opening a file that may be anything: hostile ones are refused before a library reads them.

A workbook is a zip file of XML. A small one can unpack to gigabytes, say that it holds three
rows and hold three million, or define words that grow when they are read. So the package is
measured first, part by part, in pieces of a fixed size; only then are its styles and texts read by
openpyxl, and its sheets row by row (``cells.py``).
"""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final
from xml.parsers import expat

from bot.errors import Invalid

if TYPE_CHECKING:
    from bot.workbook.cells import Cells

MOST_BYTES: Final = 25 * 2**20
MOST_PARTS: Final = 200
MOST_UNPACKED: Final = 250 * 2**20
MOST_GROWTH: Final = 100  # times, one part
MOST_ROWS: Final = 200_000  # in one sheet
MOST_CELLS: Final = 2_000_000  # in the whole workbook; the same for texts that cells share
MOST_COLUMNS: Final = 100
LONGEST_CELL: Final = 32_767  # characters; what Excel itself can hold

_SMALL: Final = 2**20  # bytes; below this growth harms nobody
_DIRECTORY: Final = 256 * 1024  # bytes; 200 parts need a tenth of it
_TEXTS: Final = 100 * 2**20  # bytes; the table of shared texts is held in memory
_OTHER_PART: Final = 4 * 2**20  # bytes; styles and the like are held in memory too
_PIECE: Final = 2**20
_LONGEST_PIECE: Final = 4 * 2**20  # bytes; one row of full cells, or one text
_MOST_IN_ROW: Final = 16_384  # cells; what Excel itself can hold
_MOST_MARKS: Final = 40  # of markup in one cell; each costs time to read
_MOST_MARKS_IN_TEXT: Final = 2_000  # a text may change its font at every letter
_MOST_MARKS_IN_PART: Final = 250_000  # Excel's own limit of styles needs as many
_MOST_MERGES: Final = 100

_OLD: Final = bytes.fromhex("d0cf11e0a1b11ae1")  # .xls, and every encrypted .xlsx
_DIRECTORY_END: Final = b"PK\x05\x06"
_DIRECTORY_64: Final = b"PK\x06\x07"
_ROW: Final = re.compile(rb"<(?:\w+:)?row(?=[\s/>])")
_ROW_NUMBER: Final = re.compile(rb"[^>]*?\sr=[\"']([0-9]{1,9})[\"']")
_CELL: Final = re.compile(rb"<(?:\w+:)?c(?=[\s/>])")
_MERGE: Final = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z0-9:]{1,30})[\"']")
_TEXT: Final = re.compile(rb"<(?:\w+:)?si(?=[\s/>])")
_TAG: Final = re.compile(rb"<[^<>]*>")
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_SHEETS: Final = "xl/worksheets/"
_SHARED_TEXTS: Final = "xl/sharedstrings.xml"
_POINTING: Final = {"[content_types].xml", "xl/_rels/workbook.xml.rels"}
_PLACES: Final = {
    b"main+xml": b"xl/workbook.xml",
    b"sharedstrings+xml": b"xl/sharedstrings.xml",
    b"/relationships/chartsheet": b"chartsheets/",
}
"""What a pointer to a part says that it is, and where that has to be."""

_UNSAFE: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)

UNREADABLE: Final = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
)
"""What openpyxl and the libraries below it have been seen to raise for a broken file."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one sheet of the package holds: rows, cells, and ranges that are merged."""

    rows: int = 0
    cells: int = 0
    merged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """One sheet: its title, what was measured, and its rows, which can be read once or more."""

    title: str
    measured: Measured
    rows: Callable[[], Iterator[tuple[int, Cells]]]


@contextmanager
def opened(source: Path) -> Iterator[list[OpenSheet]]:
    """Open a workbook for reading sheet by sheet, once it has been found harmless.

    Formulas stay formulas and nothing outside the file is fetched. Raises :class:`Invalid`
    with a ``workbook.…`` key for whatever is no workbook, is hostile, or cannot be read.
    """
    with _file(source) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions it leaves out
        parts = _measured_parts(file)
        file.seek(0)
        yield _sheets(file, parts)


def _sheets(file: IO[bytes], parts: dict[str, Measured]) -> list[OpenSheet]:
    """Read what the sheets refer to, and where each of them is."""
    from openpyxl.reader.excel import ExcelReader  # noqa: PLC0415  # a fifth of a second
    from openpyxl.styles.stylesheet import apply_stylesheet  # noqa: PLC0415  # the same

    from bot.workbook.cells import Meanings, rows_of  # noqa: PLC0415  # the same

    try:
        reader: Any = ExcelReader(file, read_only=True, keep_links=False)
        reader.read_manifest()
        reader.read_strings()
        reader.read_workbook()
        apply_stylesheet(reader.archive, reader.wb)
        found = [(sheet.name, link.target) for sheet, link in reader.parser.find_sheets()]
    except UNREADABLE as error:
        raise Invalid("workbook.broken") from error
    dates, spans = (vars(reader.wb)[name] for name in ("_date_formats", "_timedelta_formats"))
    meanings = Meanings(reader.shared_strings, dates, spans, reader.wb.epoch)

    def rows(part: str) -> Iterator[tuple[int, Cells]]:
        try:
            with reader.archive.open(part) as opened_part:
                yield from rows_of(opened_part, meanings)
        except UNREADABLE as error:
            raise Invalid("workbook.broken") from error

    return [
        OpenSheet(title, parts[part], partial(rows, part)) for title, part in found if part in parts
    ]


@contextmanager
def _file(source: Path) -> Iterator[IO[bytes]]:
    try:
        with source.open("rb") as file:
            yield file
    except FileNotFoundError as error:
        raise Invalid("workbook.not_found", file=source.name) from error
    except (IsADirectoryError, PermissionError) as error:
        raise Invalid("workbook.not_readable", file=source.name) from error


def _measured_parts(file: IO[bytes]) -> dict[str, Measured]:
    """Measure the package; give what the sheets hold by the name of their part."""
    _check_outside(file)
    try:
        with zipfile.ZipFile(file) as package:
            entries = package.infolist()
            _check_directory(entries)
            parts = {entry.filename: _measured_part(package, entry) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise Invalid("workbook.broken") from error
    except (RuntimeError, ValueError) as error:  # a password; names that are no text
        raise Invalid("workbook.broken") from error
    if sum(part.cells for part in parts.values()) > MOST_CELLS:
        raise Invalid("workbook.too_many_cells", most=MOST_CELLS)
    return parts


def _check_outside(file: IO[bytes]) -> None:
    """Look at the size, the first bytes and the end, before anything is unpacked."""
    size = file.seek(0, 2)
    if size > MOST_BYTES:
        raise Invalid("workbook.too_large", most_mb=MOST_BYTES // 2**20)
    file.seek(0)
    head = file.read(8)
    if head == _OLD:
        raise Invalid("workbook.old_or_locked")
    if not head.startswith(b"PK"):
        raise Invalid("workbook.not_a_workbook")
    file.seek(max(0, size - 66_000))
    tail = file.read()
    at = tail.rfind(_DIRECTORY_END)
    if at < 0 or len(tail) < at + 22 or tail[max(0, at - 20) : at].startswith(_DIRECTORY_64):
        raise Invalid("workbook.broken")
    if int.from_bytes(tail[at + 12 : at + 16], "little") > _DIRECTORY:
        raise Invalid("workbook.too_many_parts", most=MOST_PARTS)


def _check_directory(entries: list[zipfile.ZipInfo]) -> None:
    """Look at what the package says it holds."""
    names = {entry.filename.casefold() for entry in entries}
    if len(entries) > MOST_PARTS:
        raise Invalid("workbook.too_many_parts", most=MOST_PARTS)
    if any(name.endswith("vbaproject.bin") for name in names):
        raise Invalid("workbook.macros")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Invalid("workbook.old_or_locked")
    if "[content_types].xml" not in names or "xl/workbook.xml" not in names:
        raise Invalid("workbook.not_a_workbook")
    if len(names) < len(entries):
        raise Invalid("workbook.broken")
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED or any(map(_grows, entries)):
        raise Invalid("workbook.unpacks_too_large", most_mb=MOST_UNPACKED // 2**20)


def _grows(entry: zipfile.ZipInfo) -> bool:
    limit = MOST_GROWTH * max(entry.compress_size, 1)
    return entry.file_size > _SMALL and entry.file_size > limit


def _measured_part(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Measured:
    """Read one part through, in pieces, and count what it holds."""
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Invalid("workbook.broken")
    name = entry.filename.casefold()
    with package.open(entry) as part:
        start = part.read(_PIECE)
        is_text = name.endswith((".xml", ".rels"))
        if is_text and (start.startswith(_UTF_16) or b"\x00" in start[:200]):
            raise Invalid("workbook.broken")  # no program that makes workbooks writes UTF-16
        if name.startswith(_SHEETS) and is_text:
            return _Sheet().measure(_split(part, start, _ROW))
        if name == _SHARED_TEXTS:
            _count_texts(entry, _split(part, start, _TEXT))
        else:
            _check_held(name, entry, start, part)
    return Measured()


def _check_held(name: str, entry: zipfile.ZipInfo, start: bytes, part: IO[bytes]) -> None:
    """Check a part that is held in memory as a whole, so that it may not be large.

    What only sheets and texts may be, nothing else may claim to be: each has its own place.
    """
    most = _OTHER_PART if name.endswith((".xml", ".rels")) else MOST_BYTES
    if entry.file_size > most:
        raise Invalid("workbook.unpacks_too_large", most_mb=MOST_UNPACKED // 2**20)
    whole = start + part.read()
    if whole.count(b"<") > _MOST_MARKS_IN_PART:
        raise Invalid("workbook.unpacks_too_large", most_mb=MOST_UNPACKED // 2**20)
    if not name.endswith((".xml", ".rels")):
        return
    _refuse_definitions(whole)
    for tag in _TAG.findall(whole) if name in _POINTING else ():
        claims = tag.lower()
        for claim, place in _PLACES.items():
            if claim in claims and place not in claims:
                raise Invalid("workbook.broken")


def _count_texts(entry: zipfile.ZipInfo, pieces: Iterator[bytes]) -> None:
    if entry.file_size > _TEXTS:
        raise Invalid("workbook.too_much_text", most_mb=_TEXTS // 2**20)
    for at, piece in enumerate(pieces):
        if at > MOST_CELLS:
            raise Invalid("workbook.too_many_cells", most=MOST_CELLS)
        if piece.count(b"<") > _MOST_MARKS_IN_TEXT:
            raise Invalid("workbook.too_long_row", longest=LONGEST_CELL)


def _split(part: IO[bytes], start: bytes, at: re.Pattern[bytes]) -> Iterator[bytes]:
    """Give the part piece by piece, each beginning where the pattern stands (the first before it).

    A piece longer than any row or text can be is refused before it is read to its end.
    """
    kept = start
    _refuse_definitions(start)
    while True:
        more = part.read(_PIECE)
        starts = [found.start() for found in at.finditer(kept)]
        for begin, end in zip([0, *starts], starts, strict=False):
            if begin < end:
                yield kept[begin:end]
        kept = kept[starts[-1] :] if starts else kept
        if not more:
            yield kept
            return
        _refuse_definitions(more)
        if len(kept) > _LONGEST_PIECE:
            raise Invalid("workbook.too_long_row", longest=LONGEST_CELL)
        kept += more


def _refuse_definitions(piece: bytes) -> None:
    if _UNSAFE.search(piece):
        raise Invalid("workbook.unsafe_xml")


class _Sheet:
    """Counts the rows and cells of one sheet as its pieces come by."""

    def __init__(self) -> None:
        self.rows = 0
        self.cells = 0
        self.last = 0

    def measure(self, pieces: Iterator[bytes]) -> Measured:
        """Count; raise :class:`Invalid` for too many, or for rows that are not in order."""
        piece = next(pieces)  # what stands before the first row
        for piece in pieces:
            self._count(piece)
        merged = [found[1].decode() for found in _MERGE.finditer(piece)]
        return Measured(self.rows, self.cells, tuple(merged[:_MOST_MERGES]))

    def _count(self, piece: bytes) -> None:
        cells = sum(1 for _ in _CELL.finditer(piece))
        self.cells += cells
        self.rows += 1
        number = _ROW_NUMBER.match(piece, 3)
        at = int(number[1]) if number else self.last + 1
        if at <= self.last:  # no spreadsheet writes that, and openpyxl loses such a row
            raise Invalid("workbook.broken")
        self.last = at
        if self.rows > MOST_ROWS or at > 2**20:
            raise Invalid("workbook.too_many_rows", most=MOST_ROWS)
        if self.cells > MOST_CELLS:
            raise Invalid("workbook.too_many_cells", most=MOST_CELLS)
        if piece.count(b"<", 0, _end_of_rows(piece)) > _MOST_MARKS * (cells + 10):
            raise Invalid("workbook.too_long_row", longest=LONGEST_CELL)
        if cells > _MOST_IN_ROW:
            raise Invalid("workbook.too_many_columns", most=MOST_COLUMNS)


def _end_of_rows(piece: bytes) -> int:
    """Give where the rows end: after the last one stands what is said about the whole sheet."""
    at = piece.find(b"sheetData>")
    return len(piece) if at < 0 else at
