"""The register of the demonstration: four published agreements, and a fifth known by name.

Everything stands as the municipalities and the region have published it, and nothing else: what
they leave out is left out here. Numbers, coordinators and channels are the demonstration's own.
Run ``python -m tests.workspace_demo.make_register`` to write ``docs/demo/foljsam-demo.xlsx``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from bot.workbook.sheets import SHEETS, Sheet
from bot.workbook.writing import write_workbook

TARGET: Final = Path(__file__).parents[2] / "docs" / "demo" / "foljsam-demo.xlsx"

KULTUR, KONST, VARMLAND, GRANNSTOD, BROTTSOFFER = (f"IOP-{number}" for number in range(1, 6))
_NATVERKET = "Nätverket Värmlands Idéburna"

ROWS: Final[Mapping[str, list[dict[str, str]]]] = {
    "Överenskommelser": [
        {
            "Nummer": KULTUR,
            "Namn": "Kultur 1740",
            "Undertecknad": "2020-10-29",
            "Avtalstid månader": "36",
            "Utvärderingar per år": "2",
            "Syfte": "På lång sikt ett socialt hållbart samhälle genom starkare samspel mellan "
            "sektorerna. Kultur och fritid får föreningens ideella kraft som komplement till "
            "kommunens egen verksamhet.",
            "Samordnare": "U_ANNA",
            "Ersättare": "U_BJORN",
            "Kanal": "C_KULTUR",
            "Medel visas": "ja",
        },
        {
            "Nummer": KONST,
            "Namn": "Konstkollektivet",
            "Beslutad av": "Kultur- och fritidsnämnden",
            "Gäller från": "2019",
            "Gäller till": "2021",
            "Syfte": "Stärka kulturen som plattform för möten, tillhörighet och integration.",
            "Samordnare": "U_ANNA",
            "Ersättare": "U_BJORN",
        },
        {
            "Nummer": VARMLAND,
            "Namn": _NATVERKET,
            "Beslutad av": "Kultur- och bildningsnämnden",
            "Beslutad": "mars 2021",
            "Undertecknad": "april 2021",
            "Gäller från": "2021-06-01",
            "Syfte": "Öka och fördjupa samverkan inom den idéburna sektorn och mellan den och "
            "regionen.",
            "Samordnare": "U_ANNA",
            "Kanal": "C_VARMLAND",
        },
        {
            "Nummer": GRANNSTOD,
            "Namn": "Grannstöd Huddinge",
            "Beslutad av": "Kommunstyrelsen",
            "Syfte": "Ge föreningen tydligare och mer långsiktiga villkor för det "
            "brottsförebyggande arbetet.",
            "Samordnare": "U_ANNA",
            "Länk": "http://www.grannstodhuddinge.se",
        },
        {
            "Nummer": BROTTSOFFER,
            "Namn": "Brottsofferjouren",
            "Samordnare": "U_ANNA",
        },
    ],
    "Parter": [
        {
            "Nummer": number,
            "Organisation": organisation,
            "Roll": role,
            "Typ": kind,
        }
        for number, organisation, role, kind in (
            (KULTUR, "Tranemo kommun", "offentlig", "kommun"),
            (KULTUR, "Kultur 1740", "idéburen", "förening"),
            (KONST, "Mölndals stad", "offentlig", "kommun"),
            (KONST, "Konstkollektivet", "idéburen", "förening"),
            (VARMLAND, "Region Värmland", "offentlig", "region"),
            (VARMLAND, _NATVERKET, "idéburen", "paraplyorganisation"),
            (GRANNSTOD, "Huddinge kommun", "offentlig", "kommun"),
            (GRANNSTOD, "Grannstöd Huddinge", "idéburen", "förening"),
            (BROTTSOFFER, "Huddinge kommun", "offentlig", "kommun"),
            (BROTTSOFFER, "Brottsofferjouren", "idéburen", ""),
        )
    ],
    "Kontakter": [
        {
            "Nummer": KONST,
            "Organisation": "Mölndals stad",
            "Namn": "Åsa Tollbom",
            "Roll": "Enhetschef konst och kultur, Kultur- och fritidsförvaltningen",
            "E-post": "asa.tollbom@molndal.se",
            "Telefon": "031-315 16 28",
        },
        {
            "Nummer": VARMLAND,
            "Organisation": "Region Värmland",
            "Namn": "Elisabeth Kihlström",
            "Roll": "Ordförande i Kultur- och bildningsnämnden",
            "E-post": "elisabeth.kihlström@regionvarmland.se",
            "Telefon": "070-550 56 65",
        },
        {
            "Nummer": VARMLAND,
            "Organisation": _NATVERKET,
            "Namn": "Lena Olsson",
            "Roll": "Ordförande i Nätverket Värmlands Idéburna",
            "E-post": "lena.j.olsson@svenskakyrkan.se",
            "Telefon": "070-892 44 90",
        },
    ],
    "Medel": [
        {
            "Nummer": KULTUR,
            "Belopp": "2,1 miljoner kronor",
            "Anteckning": "För tre år. Hur beloppet fördelas på åren är inte känt.",
        },
        {"Nummer": VARMLAND, "År": "2021", "Belopp": "380 000 kr"},
        {"Nummer": VARMLAND, "År": "2022", "Belopp": "650 000 kr"},
        {
            "Nummer": VARMLAND,
            "År": "2023",
            "Beslut": "preliminärt",
            "Anteckning": "Från 2023 återstår att diskutera.",
        },
    ],
    "Åtaganden": [
        {"Nummer": number, "Organisation": organisation, "Åtagande": promise, "Återkommer": recurs}
        for number, organisation, promise, recurs in (
            (KULTUR, "Tranemo kommun", "Hjälper till att utveckla kulturarrangemang", ""),
            (KULTUR, "Tranemo kommun", "Hjälper till att utveckla museet Glasets hus", ""),
            (KULTUR, "Tranemo kommun", "Hjälper till att ordna en kulturfestival", "årligen"),
            (
                KULTUR,
                "Kultur 1740",
                "Bidrar med ideell kraft som komplement till kommunens egen verksamhet",
                "",
            ),
            (
                VARMLAND,
                "Region Värmland",
                "Håller Rådet för idéburna organisationer vid liv som arena",
                "",
            ),
            (
                VARMLAND,
                "Region Värmland",
                "Ställer upp med en samverkansresurs inom Hållbar utveckling",
                "",
            ),
            (VARMLAND, _NATVERKET, "Utvecklar kunskapen inom den idéburna sektorn", ""),
            (VARMLAND, _NATVERKET, "Visar vilken kompetens organisationerna har", ""),
        )
    ],
    "Nyckeltal": [
        {
            "Nummer": KONST,
            "Nyckeltal": "Öppen Kulturell Mötesplats, tillfällen",
            "Enhet": "tillfällen",
            "Från": "2019",
            "Till": "2019",
            "Värde": "26",
        },
        {
            "Nummer": KONST,
            "Nyckeltal": "Öppen Kulturell Mötesplats, besökare i snitt",
            "Enhet": "besökare per tillfälle",
            "Från": "2019",
            "Till": "2019",
            "Värde": "40",
        },
        {
            "Nummer": VARMLAND,
            "Nyckeltal": "Medlemsorganisationer i nätverket",
            "Enhet": "organisationer",
            "Från": "2021",
            "Till": "2021",
            "Värde": "14",
        },
    ],
}


def write_register(target: Path) -> None:
    """Write the demonstration register, each value as an export would write it."""
    rows = {
        sheet.matter: [_understood(sheet, row) for row in ROWS.get(sheet.title, [])]
        for sheet in SHEETS
    }
    write_workbook(target, rows)


def _understood(sheet: Sheet, row: Mapping[str, str]) -> dict[str, Any]:
    assert row.keys() <= {column.heading for column in sheet.columns}
    return {
        column.field: column.read(row[column.heading], _unwarned)
        for column in sheet.columns
        if row.get(column.heading)
    }


def _unwarned(key: str, **facts: Any) -> None:
    """Say nothing here: the import warns of the address with an ö."""


if __name__ == "__main__":
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    write_register(TARGET)
