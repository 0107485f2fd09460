"""A file may be anything. Each that cannot be a register is refused at once, in words."""

from __future__ import annotations

import io
import os
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from bot.errors import Invalid
from bot.office import Office
from bot.workbook.cells import Meanings, rows_of
from storage.types import PartialDate
from tests.bot.workbook.conftest import KULTUR, Importer, bring_in, keys, rows, write
from tests.sampling import EVERYTHING

SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SOUND = {"Överenskommelser": KULTUR["Överenskommelser"]}
HEADINGS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Nummer</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>Namn</t></is></c></row>'
)


def sheet_of(*rows: str, after: str = "", before: str = "") -> bytes:
    data = f"<worksheet {MAIN}>{before}<sheetData>{HEADINGS}{''.join(rows)}</sheetData>{after}"
    return f"{data}</worksheet>".encode()


def repacked(path: Path, changes: dict[str, bytes | None], *, stored: bool = False) -> Path:
    """Write a sound workbook again with some parts changed, added or left out."""
    sound = write(path.with_suffix(".sound.xlsx"), SOUND)
    with zipfile.ZipFile(sound) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    how = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(path, "w", how) as target:
        for name, content in {**parts, **changes}.items():
            if content is not None:
                target.writestr(name, content)
    return path


def _raw(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def _parts(stored: bool = False, **changes: bytes | None) -> Callable[[Path], object]:
    named = {
        {
            "sheet": SHEET,
            "types": "[Content_Types].xml",
            "book": "xl/workbook.xml",
            "rels": "xl/_rels/workbook.xml.rels",
            "styles": "xl/styles.xml",
            "macros": "xl/vbaProject.bin",
            "strings": "xl/sharedStrings.xml",
            "media": "xl/media/image1.png",
        }[name]: content
        for name, content in changes.items()
    }
    return lambda path: repacked(path, named, stored=stored)


def _many_parts(path: Path) -> None:
    repacked(path, {f"xl/media/{at}.png": b"x" for at in range(300)})


def _very_many_parts(path: Path) -> None:
    repacked(path, {f"xl/media/{at}.png": b"" for at in range(60_000)}, stored=True)


def _cut_short(path: Path) -> None:
    repacked(path, {})
    path.write_bytes(path.read_bytes()[:-200])


def _corrupted(path: Path) -> None:
    repacked(path, {}, stored=True)
    content = bytearray(path.read_bytes())
    at = content.index(b"Kultur 1740")
    content[at : at + 6] = b"Vultur"
    path.write_bytes(bytes(content))


def _locked(path: Path) -> None:
    repacked(path, {})
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    path.write_bytes(bytes(content))


def _lying_about_sizes(path: Path) -> None:
    """Say of a part that it unpacks to a little, when it unpacks to a lot."""
    repacked(path, {SHEET: sheet_of("<row><c/></row>" * 400_000)})
    content = bytearray(path.read_bytes())
    at = content.index(SHEET.encode(), content.index(b"PK\x01\x02")) - 46
    content[at + 24 : at + 28] = struct.pack("<I", 1000)
    path.write_bytes(bytes(content))


def _workbook_elsewhere(path: Path) -> None:
    """Let the list of parts name a sheet as the workbook, which is read in one piece."""
    with zipfile.ZipFile(repacked(path, {})) as book:
        types = book.read("[Content_Types].xml")
    repacked(path, {"[Content_Types].xml": types.replace(b"/xl/workbook.xml", SHEET.encode())})


def _twice(path: Path) -> None:
    repacked(path, {})
    with zipfile.ZipFile(path, "a") as book, pytest.warns(UserWarning, match="Duplicate"):
        book.writestr(SHEET, sheet_of())


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
)
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
_ROWS = "".join(f'<row r="{at}"><c r="A{at}"><v>{at}</v></c></row>' for at in range(2, 200_100))
_WIDE = "".join("<c><v>1</v></c>" for _ in range(17_000))
_NESTED = "<a>" * 50_000

HOSTILE: dict[str, tuple[str, Callable[[Path], object]]] = {
    "empty": ("workbook.not_a_workbook", _raw(b"")),
    "text": ("workbook.not_a_workbook", _raw(b"Nummer;Namn\nIOP-1;Kultur 1740\n")),
    "picture": ("workbook.not_a_workbook", _raw(b"\x89PNG\r\n\x1a\n" + b"x" * 1000)),
    "web page": ("workbook.not_a_workbook", _raw(b"<html><table></table></html>")),
    "old or locked": ("workbook.old_or_locked", _raw(bytes.fromhex("d0cf11e0a1b11ae1") * 100)),
    "zip of nothing": ("workbook.broken", _raw(b"PK\x03\x04" + b"x" * 100)),
    "empty zip": ("workbook.not_a_workbook", _raw(b"PK\x05\x06" + bytes(18))),
    "too large": ("workbook.too_large", _raw(b"PK" + bytes(26 * 2**20))),
    "cut short": ("workbook.broken", _cut_short),
    "corrupted": ("workbook.broken", _corrupted),
    "locked part": ("workbook.old_or_locked", _locked),
    "lying about sizes": ("workbook.broken", _lying_about_sizes),
    "a part twice": ("workbook.broken", _twice),
    "macros": ("workbook.macros", _parts(macros=b"x")),
    "no list of parts": ("workbook.not_a_workbook", _parts(types=None)),
    "no workbook part": ("workbook.not_a_workbook", _parts(book=None)),
    "no relations": ("workbook.broken", _parts(rels=None)),
    "no sheet part": ("workbook.no_sheets", _parts(sheet=None)),
    "empty list of parts": ("workbook.broken", _parts(types=b"<x/>")),
    "broken styles": ("workbook.broken", _parts(styles=b"<styleSheet")),
    "many parts": ("workbook.too_many_parts", _many_parts),
    "very many parts": ("workbook.too_many_parts", _very_many_parts),
    "bomb": ("workbook.unpacks_too_large", _parts(sheet=sheet_of(" " * 90_000_000))),
    "bomb of another kind": ("workbook.unpacks_too_large", _parts(media=bytes(300 * 2**20))),
    "workbook in a sheet's place": ("workbook.broken", _workbook_elsewhere),
    "bomb that is not dense": (
        "workbook.unpacks_too_large",
        _parts(media=b"".join(os.urandom(2**14) + bytes(2**20) for _ in range(30))),
    ),
    "many styles": (
        "workbook.unpacks_too_large",
        _parts(stored=True, styles=b"<styleSheet>" + b"<xf/>" * 300_000 + b"</styleSheet>"),
    ),
    "rows of markup": (
        "workbook.too_long_row",
        _parts(stored=True, sheet=sheet_of('<row r="2">', "<x/>" * 500_000, "</row>")),
    ),
    "many texts": (
        "workbook.too_many_cells",
        _parts(stored=True, strings=b"<sst>" + b"<si/>" * 2_100_000 + b"</sst>"),
    ),
    "large styles": (
        "workbook.unpacks_too_large",
        _parts(stored=True, styles=b"<styleSheet>" + b" " * 9_000_000 + b"</styleSheet>"),
    ),
    "billion laughs": ("workbook.unsafe_xml", _parts(sheet=LAUGHS + sheet_of())),
    "laughs in the texts": ("workbook.unsafe_xml", _parts(strings=LAUGHS + b"<sst><si/></sst>")),
    "a look outside": ("workbook.unsafe_xml", _parts(book=OUTSIDE + b"<workbook/>")),
    "too many rows": ("workbook.too_many_rows", _parts(sheet=sheet_of(_ROWS))),
    "too wide": (
        "workbook.too_many_columns",
        _parts(sheet=sheet_of(f'<row r="2">{_WIDE}</row>'), stored=True),
    ),
    "column far out": (
        "workbook.too_many_columns",
        _parts(sheet=sheet_of('<row r="2"><c r="ZZ2"><v>1</v></c></row>')),
    ),
    "row far out": (
        "workbook.too_many_rows",
        _parts(sheet=sheet_of('<row r="999999999"><c r="A999999999"><v>1</v></c></row>')),
    ),
    "rows out of order": (
        "workbook.broken",
        _parts(sheet=sheet_of('<row r="5"><c r="A5"/></row><row r="3"><c r="A3"/></row>')),
    ),
    "row without end": (
        "workbook.too_long_row",
        _parts(sheet=sheet_of('<row r="2">', "<x/>" * 2_000_000), stored=True),
    ),
    "text without end": (
        "workbook.too_long_row",
        _parts(strings=b"<sst><si><t>" + b"x y z" * 1_500_000 + b"</t></si></sst>", stored=True),
    ),
    "sheet that breaks off": ("workbook.broken", _parts(sheet=sheet_of()[:-30])),
    "sheet that is no sheet": ("workbook.broken", _parts(sheet=b"hej")),
    "sheet in UTF-16": (
        "workbook.broken",
        _parts(sheet=sheet_of().decode().encode("utf-16")),
    ),
    "deep": ("workbook.broken", _parts(sheet=sheet_of(before=_NESTED))),
    "unknown text": (
        "workbook.broken",
        _parts(sheet=sheet_of('<row r="2"><c r="A2" t="s"><v>99</v></c></row>')),
    ),
    "odd address": (
        "workbook.broken",
        _parts(sheet=sheet_of('<row r="2"><c r="!!"><v>1</v></c></row>')),
    ),
    "number that is none": (
        "workbook.broken",
        _parts(sheet=sheet_of('<row r="2"><c r="A2"><v>hej</v></c></row>')),
    ),
    "number of ten thousand digits": (
        "workbook.broken",
        _parts(sheet=sheet_of(f'<row r="2"><c r="A2"><v>{"9" * 10_000}</v></c></row>')),
    ),
}


LARGE = ("many texts", "very many parts")
"""What takes seconds to make."""
TRIED = {name: one for name, one in HOSTILE.items() if EVERYTHING or name not in LARGE}


@pytest.mark.parametrize(("key", "make"), TRIED.values(), ids=TRIED)
def test_a_file_that_cannot_be_a_register_is_refused_soon_and_in_little_memory(
    sqlite_office: Office, tmp_path: Path, key: str, make: Callable[[Path], object]
):
    path = tmp_path / "register.xlsx"
    make(path)
    tracemalloc.start()
    before = time.process_time()
    with pytest.raises(Invalid) as refused:
        bring_in(sqlite_office, path)
    taken = time.process_time() - before
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused.value.key == key
    assert peak < 150 * 2**20
    assert taken < 10  # two seconds when memory is not being traced


def test_a_file_that_is_not_there_is_said_to_be_missing(sqlite_office: Office, tmp_path: Path):
    with pytest.raises(Invalid) as refused:
        bring_in(sqlite_office, tmp_path / "ingen.xlsx")
    assert (refused.value.key, refused.value.facts) == (
        "workbook.not_found",
        {"file": "ingen.xlsx"},
    )
    with pytest.raises(Invalid) as refused:
        bring_in(sqlite_office, tmp_path)
    assert refused.value.key == "workbook.not_readable"


def test_a_workbook_without_any_of_our_sheets_is_refused(take_sqlite: Importer):
    with pytest.raises(Invalid) as refused:
        take_sqlite({"Blad1": [["Hej"]]})
    assert refused.value.key == "workbook.no_sheets"


def test_formulas_errors_and_endless_cells_are_problems_of_their_cells(
    sqlite_office: Office, tmp_path: Path
):
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Överenskommelser"
    sheet.append(["Nummer", "Namn", "Diarienummer", "Beslutad av", "Kanal"])
    sheet.append(["A", "=1+1", None, None, None])
    sheet["C2"] = "#N/A"
    sheet["D2"] = "x" * 32_767
    sheet["E2"] = True
    path = tmp_path / "register.xlsx"
    book.save(path)
    assert keys(bring_in(sqlite_office, path)) == [
        ("Överenskommelser", 2, "Namn", "workbook.formula"),
        ("Överenskommelser", 2, "Diarienummer", "workbook.error_value"),
        ("Överenskommelser", 2, "Beslutad av", "workbook.too_long"),
        ("Överenskommelser", 2, "Kanal", "workbook.not_text"),
    ]


def test_a_hundred_thousand_characters_are_too_many_for_a_cell(
    sqlite_office: Office, tmp_path: Path
):
    text = "x" * 100_000
    row = (
        f'<row r="2"><c r="A2" t="inlineStr"><is><t>{text}</t></is></c><c r="B2"><v>1</v></c></row>'
    )
    path = repacked(tmp_path / "register.xlsx", {SHEET: sheet_of(row)})
    assert ("Överenskommelser", 2, "Nummer", "workbook.too_long") in keys(
        bring_in(sqlite_office, path)
    )


def test_merged_cells_are_a_problem_and_hidden_sheets_are_not(
    sqlite_office: Office, tmp_path: Path
):
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Överenskommelser"
    for row in (["Nummer", "Namn"], ["A", "Ett"], ["B", None]):
        sheet.append(row)
    sheet.merge_cells("B2:B3")
    sheet.sheet_state = "hidden"
    book.create_sheet("Mer").merge_cells("A1:B1")
    path = tmp_path / "register.xlsx"
    book.save(path)
    assert keys(bring_in(sqlite_office, path))[0] == (
        "Överenskommelser",
        None,
        "B2:B3",
        "workbook.merged",
    )


def test_a_sheet_that_lies_about_its_size_is_read_to_its_end(sqlite_office: Office, tmp_path: Path):
    rows = "".join(
        f'<row r="{at}"><c r="A{at}"><v>{at}</v></c><c r="B{at}"><v>{at}</v></c></row>'
        for at in range(2, 12)
    )
    lying = sheet_of(rows, before='<dimension ref="A1:B2"/>')
    path = repacked(tmp_path / "register.xlsx", {SHEET: lying})
    report = bring_in(sqlite_office, path)
    assert len(report.agreements_added) == 10


def test_more_problems_than_anybody_reads_are_cut_off(take_sqlite: Importer):
    heads = ["Nummer", "Namn", "Beslutad", "Undertecknad", "Gäller från", "Kanal", "Samordnare"]
    bad = ["x" * 41, None, "?", "?", "?", "?", "?"]
    report = take_sqlite({"Överenskommelser": [heads, *([bad] * 1000)]})
    assert len(report.errors) == 5001
    assert report.errors[-1].key == "workbook.more_problems"


def test_a_workbook_as_excel_writes_it_is_read(sqlite_office: Office, tmp_path: Path):
    texts = ["Nummer", "Namn", "Gäller från", "IOP-1", "Syfte", "ett_x000D_\ntvå"]
    shared = "".join(f"<si><t>{text}</t></si>" for text in texts)
    rich = "<si><r><t>Kultur</t></r><r><rPr><b/></rPr><t xml:space='preserve'> 1740</t></r></si>"
    heads = "".join(f'<c t="s"><v>{at}</v></c>' for at in (0, 1, 2, 4))
    values = '<c t="s"><v>3</v></c><c t="s"><v>6</v></c><c t="str"><v>maj 2021</v></c>'
    sheet = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet {MAIN}>'
        f'<dimension ref="A1:C2"/><sheetData><row>{heads}</row>'
        f'<row>{values}<c t="s"><v>5</v></c></row></sheetData></worksheet>'
    )
    types = (
        b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.'
        b'openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    )
    path = tmp_path / "register.xlsx"
    with zipfile.ZipFile(repacked(path, {})) as book:
        listed = book.read("[Content_Types].xml")
    if b"sharedStrings" not in listed:
        listed = listed.replace(b"</Types>", types)
    strings = f"<sst {MAIN}>{shared}{rich}</sst>".encode()
    changes = {SHEET: sheet.encode(), "[Content_Types].xml": listed}
    repacked(path, {**changes, "xl/sharedStrings.xml": strings})
    report = bring_in(sqlite_office, path)
    assert (report.errors, report.warnings) == ((), ())
    assert rows(sqlite_office, "agreement", "number", "name", "starts_on", "purpose") == [
        ("IOP-1", "Kultur 1740", PartialDate(2021, 5), "ett\ntvå")
    ]


def test_a_sheet_with_definitions_is_refused_also_by_its_reader():
    meanings = Meanings((), (), (), datetime(1899, 12, 30))  # noqa: DTZ001
    with pytest.raises(Invalid) as refused:
        list(rows_of(io.BytesIO(LAUGHS + sheet_of()), meanings))
    assert refused.value.key == "workbook.unsafe_xml"
