"""The whole log in a workbook of one sheet, to be read without us."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot import log_words
from bot.log import Entry
from bot.texts import Texts
from bot.workbook import values
from bot.workbook.sheets import Column, Sheet
from bot.workbook.writing import Values, write_one_sheet

_MOMENT_FORMAT: Final = "yyyy-mm-dd hh:mm:ss"
_WIDTHS: Final = {
    "id": 8,
    "at": 20,
    "who": 30,
    "what": 50,
    "whom": 16,
    "number": 14,
    "name": 40,
    "registry_number": 20,
    "before": 60,
    "after": 60,
}


def write_log(target: Path, entries: Iterable[Entry], texts: Texts, zone: ZoneInfo) -> None:
    """Write one row an entry; moments as the clock on the wall in the zone shows them."""
    columns = tuple(_column(field, width, texts) for field, width in _WIDTHS.items())
    sheet = Sheet(texts("log.sheet.title"), "log", columns)
    write_one_sheet(target, sheet, (_row(entry, texts, zone) for entry in entries))


def _column(field: str, width: int, texts: Texts) -> Column:
    heading = texts(f"log.sheet.{field}")
    form = _MOMENT_FORMAT if field == "at" else None
    return Column(heading, field, values.text, _as_it_is, width=width, number_format=form)


def _as_it_is(value: Any) -> Any:
    return value


def _row(entry: Entry, texts: Texts, zone: ZoneInfo) -> Values:
    about = entry.number is not None
    missing = texts("log.sheet.no_registry_number") if about else None
    return {
        "id": entry.id,
        "at": _on_the_wall(entry.at, zone),
        "who": log_words.who_in_full(entry, texts),
        "what": log_words.what(entry, texts),
        "whom": ", ".join(log_words.subject_people(entry)) or None,
        "number": entry.number,
        "name": entry.name,
        "registry_number": entry.registry_number or missing,
        "before": log_words.before(entry, texts, zone) or None,
        "after": log_words.after(entry, texts, zone) or None,
    }


def _on_the_wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """Give the time without a zone: a spreadsheet knows none."""
    return moment.astimezone(zone).replace(tzinfo=None)
