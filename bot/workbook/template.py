"""The empty workbook to begin with: headings, one worked example, lists to choose from."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from bot.workbook.sheets import PARTIES, SHEETS, Column, Sheet
from bot.workbook.writing import write_workbook

_INSTRUCTIONS: Final = (
    "Registret över idéburna offentliga partnerskap",
    "",
    "Varje blad har sina rubriker på rad 1. Kolumnerna får stå i vilken ordning som helst.",
    "På rad 2 står ett påhittat exempel. Skriv över det eller ta bort raden innan ni läser in.",
    "Nummer binder ihop bladen: samma nummer på alla rader som hör till samma överenskommelse.",
    "Organisation i Kontakter och Åtaganden skrivs som i bladet Parter.",
    "Det som inte är känt lämnas tomt. En tom ruta betyder att uppgiften saknas; 0 är noll.",
    "Datum: 2026-03-01 eller 1 mars 2026. Är dagen inte känd räcker månaden eller året: mars 2026.",
    "Gäller till: skriv tills vidare när slutet är öppet, lämna tomt när det inte är känt.",
    "Belopp: 300 000, 300 tkr eller 2,1 mnkr. Belopp utan år gäller hela avtalstiden.",
    "Utvärderingar räknas fram ur avtalstiden. Fyll bara i dem som ni själva har bestämt dag för.",
    "Skriv extra i kolumnen Nr för en utvärdering som inte ingår i planen.",
    "En utbetalning som är gjord ändras aldrig: lägg till en rad med minusbelopp och en rättelse.",
    "Samordnare, Ersättare, Slack och Kanal är id:n i Slack, till exempel U012ABCDEF.",
    "Inläsningen lägger till och uppdaterar. Rader och blad som saknas ändrar ingenting.",
    "Skriv inga personnummer och inga uppgifter om enskilda deltagare.",
)


def write_template(target: Path) -> None:
    """Write the template to a file."""
    rows = {sheet.matter: [_example(sheet)] for sheet in SHEETS}
    association = {
        "number": PARTIES.column("number").example,
        "organisation": "Föreningen Exemplet",
        "role": "idéburen",
        "kind": "förening",
        "coordinating": "ja",
    }
    rows["party"].append(_understood(PARTIES, association))
    write_workbook(target, rows, _INSTRUCTIONS)


def _example(sheet: Sheet) -> dict[str, Any]:
    return _understood(sheet, {column.field: column.example for column in sheet.columns})


def _understood(sheet: Sheet, written: dict[str, Any]) -> dict[str, Any]:
    """Read the example as an import would, so that it is written as an export would."""
    return {
        column.field: _read(column, written[column.field])
        for column in sheet.columns
        if written.get(column.field) is not None
    }


def _read(column: Column, example: Any) -> Any:
    plain = int(example) if column.number_format else example
    plain = str(plain) if column.field == "value" else plain
    return column.read(plain, _unwarned)


def _unwarned(key: str, **facts: Any) -> None:
    """Say nothing: a test holds that the examples give no cause for warnings."""
