"""Every message in a workbook of one sheet, to be kept or sent on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.reminders import proof_words
from bot.reminders.proof import MessageProof
from bot.texts import Texts
from bot.workbook import values
from bot.workbook.sheets import Column, Sheet
from bot.workbook.writing import Values, write_one_sheet

_MOMENT_FORMAT: Final = "yyyy-mm-dd hh:mm"
_WIDTHS: Final = {
    "number": 14,
    "name": 40,
    "evaluation": 44,
    "step": 24,
    "recipient": 16,
    "planned_for": 18,
    "state": 16,
    "sent_at": 18,
    "slack_ts": 20,
    "attempts": 8,
    "reason": 60,
    "held_on": 14,
}
_MOMENTS: Final = {"planned_for", "sent_at"}


def write_proof(target: Path, lines: Iterable[MessageProof], texts: Texts, zone: ZoneInfo) -> None:
    """Write one row a message; moments as the clock on the wall in the zone shows them."""
    sheet = Sheet(texts("proof.sheet.title"), "proof", tuple(_columns(texts)))
    write_one_sheet(target, sheet, (_row(line, texts, zone) for line in lines))


def _columns(texts: Texts) -> Iterator[Column]:
    for field, width in _WIDTHS.items():
        yield Column(
            texts(f"proof.sheet.{field}"),
            field,
            values.text,
            values.day_or_text if field == "held_on" else _as_it_is,
            width=width,
            number_format=_MOMENT_FORMAT if field in _MOMENTS else None,
        )


def _as_it_is(value: Any) -> Any:
    return value


def _row(line: MessageProof, texts: Texts, zone: ZoneInfo) -> Values:
    return {
        "number": line.agreement_number,
        "name": line.agreement_name,
        "evaluation": proof_words.subject(line, texts),
        "step": proof_words.step(line, texts),
        "recipient": line.recipient,
        "planned_for": line.planned_for,
        "state": proof_words.state(line, texts),
        "sent_at": _on_the_wall(line.sent_at, zone),
        "slack_ts": line.slack_ts,
        "attempts": line.attempts,
        "reason": proof_words.reason(line, texts),
        "held_on": line.held_on,
    }


def _on_the_wall(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Give the time without a zone: a spreadsheet knows none."""
    return None if moment is None else moment.astimezone(zone).replace(tzinfo=None)
