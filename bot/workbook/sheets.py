"""The register workbook as a table of facts: its sheets and columns, in the order they stand.

Reading, writing and the template all follow this; a new column is a new row here.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from bot.workbook import values
from bot.workbook.values import Reader
from storage.models import AgreementStatus, Decision, PartyKind, PartyRole, Recurrence
from storage.types import PartialDate

READ_ME: Final = "Läs mig"
PROBLEMS: Final = "Fel"  # the column in which a workbook comes back with its problems
MONEY_FORMAT: Final = "#,##0.00"
DAY_FORMAT: Final = "yyyy-mm-dd"

STATUSES: Final[Mapping[str, enum.StrEnum]] = {
    "under beredning": AgreementStatus.preparing,
    "gäller": AgreementStatus.in_force,
    "avslutad": AgreementStatus.ended,
}
ROLES: Final[Mapping[str, enum.StrEnum]] = {
    "offentlig": PartyRole.public,
    "idéburen": PartyRole.civil,
    "övrig": PartyRole.other,
}
KINDS: Final[Mapping[str, enum.StrEnum]] = {
    "kommun": PartyKind.municipality,
    "region": PartyKind.region,
    "myndighet": PartyKind.authority,
    "förening": PartyKind.association,
    "stiftelse": PartyKind.foundation,
    "trossamfund": PartyKind.faith_community,
    "paraplyorganisation": PartyKind.umbrella,
    "annan": PartyKind.other,
}
DECISIONS: Final[Mapping[str, enum.StrEnum]] = {
    "beslutat": Decision.decided,
    "preliminärt": Decision.preliminary,
}
RECURRENCES: Final[Mapping[str, enum.StrEnum]] = {
    "årligen": Recurrence.yearly,
    "halvårsvis": Recurrence.half_yearly,
}


def _as_it_is(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, the field it is, and how a value is read and written.

    ``required``: a row without it is an error. ``key``: a sheet without the column cannot be
    read; other required columns may be left out where every row is in the register already.
    ``empty`` is what an empty cell means.
    """

    heading: str
    field: str
    read: Reader
    write: Callable[[Any], Any] = _as_it_is
    required: bool = False
    key: bool = False
    empty: Any = None
    choices: tuple[str, ...] = ()
    width: int = 16
    number_format: str | None = None
    example: object = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its title, the matter it is about, and its columns."""

    title: str
    matter: str
    columns: tuple[Column, ...]

    def column(self, field: str) -> Column:
        """Find a column by its field."""
        return next(column for column in self.columns if column.field == field)

    def heading(self, field: str) -> str:
        """Give the heading of a field."""
        return self.column(field).heading


def _date(heading: str, field: str, *, required: bool = False, example: object = None) -> Column:
    return Column(
        heading, field, values.partial, values.day_or_text, required=required, example=example
    )


def _day(heading: str, field: str, *, required: bool = False, example: object = None) -> Column:
    return Column(
        heading, field, values.whole_day, required=required, key=required, example=example
    )


def _choice(
    heading: str,
    field: str,
    words: Mapping[str, enum.StrEnum],
    *,
    required: bool = False,
    empty: enum.StrEnum | None = None,
    example: str | None = None,
) -> Column:
    names = {value: word for word, value in words.items()}
    return Column(
        heading,
        field,
        values.choice(words),
        names.__getitem__,
        required=required,
        empty=empty,
        choices=tuple(words),
        example=example,
    )


def _yes_no(heading: str, field: str, *, example: str | None = None) -> Column:
    return Column(
        heading, field, values.yes_no, _ja_nej, empty=False, choices=("ja", "nej"), example=example
    )


def _ja_nej(value: bool) -> str | None:  # noqa: FBT001  # a truth value is what it writes
    return "ja" if value else None


def _name(
    heading: str,
    field: str,
    *,
    required: bool = False,
    key: bool = False,
    example: str | None = None,
) -> Column:
    return Column(
        heading, field, values.name, required=required, key=key, width=32, example=example
    )


def _text(
    heading: str,
    field: str,
    *,
    required: bool = False,
    key: bool = False,
    example: str | None = None,
) -> Column:
    return Column(
        heading, field, values.text, required=required, key=key, width=60, example=example
    )


def _whole(heading: str, field: str, low: int, high: int, *, example: int | None = None) -> Column:
    return Column(heading, field, values.whole(low, high), width=14, example=example)


def _slack_user(heading: str, field: str, *, example: str | None = None) -> Column:
    return Column(heading, field, values.slack_user, example=example)


def _year(*, example: int | None = None) -> Column:
    return Column("År", "year", values.year, width=8, example=example)


def _kronor(ore: int) -> Decimal:
    """Give öre as kronor; whole kronor without decimals."""
    return Decimal(ore) / 100


def _end(value: PartialDate | values.OpenEnd) -> date | str:
    if isinstance(value, values.OpenEnd):
        return values.UNTIL_FURTHER_NOTICE
    return values.day_or_text(value)


def _place(value: int | values.Extra) -> int | str:
    return values.EXTRA if isinstance(value, values.Extra) else value


_EXAMPLE_NUMBER: Final = "EXEMPEL-1"
_NUMBER: Final = Column(
    "Nummer",
    "number",
    values.number,
    required=True,
    key=True,
    width=14,
    example=_EXAMPLE_NUMBER,
)
_KOMMUN: Final = "Exempelkommunen"
_FORENING: Final = "Föreningen Exemplet"

AGREEMENTS: Final = Sheet(
    "Överenskommelser",
    "agreement",
    (
        _NUMBER,
        Column(
            "Namn",
            "name",
            values.name,
            required=True,
            width=40,
            example="Exempelkommunen – Föreningen Exemplet",
        ),
        _name("Diarienummer", "registry_number", example="KFN 2026/00118"),
        _choice("Status", "status", STATUSES, example="gäller"),
        _date("Beslutad", "decided_on", example=date(2026, 1, 20)),
        _name("Beslutad av", "decided_by", example="Kultur- och fritidsnämnden"),
        _name("Ansvarig nämnd", "responsible_board", example="Kultur- och fritidsnämnden"),
        _date("Undertecknad", "signed_on", example=date(2026, 2, 3)),
        _date("Gäller från", "starts_on", example=date(2026, 3, 1)),
        Column("Gäller till", "ends_on", values.end, _end, example=date(2029, 2, 28)),
        _whole("Avtalstid månader", "term_months", 1, 1200),
        _whole("Uppsägning månader", "notice_months", 0, 120, example=6),
        _whole("Utvärderingar per år", "evaluations_per_year", 0, 12, example=2),
        Column("Utvärderingsmånader", "evaluation_months", values.months, example="4, 10"),
        _text(
            "Syfte",
            "purpose",
            example="Fler barn och unga får vara med och skapa kultur på fritiden.",
        ),
        _slack_user("Samordnare", "coordinator"),
        _slack_user("Ersättare", "deputy"),
        Column("Kanal", "channel_id", values.slack_channel),
        _yes_no("Skyddade uppgifter", "sheltered", example="nej"),
        _yes_no("Medel visas", "funding_visible", example="ja"),
        Column("Steg", "steps", values.steps, width=24),
        Column("Länk", "link", values.link, width=40, example="https://www.example.com/iop"),
    ),
)
PARTIES: Final = Sheet(
    "Parter",
    "party",
    (
        _NUMBER,
        _name("Organisation", "organisation", required=True, key=True, example=_KOMMUN),
        _choice("Roll", "role", ROLES, required=True, example="offentlig"),
        _choice("Typ", "kind", KINDS, example="kommun"),
        Column("Organisationsnummer", "organisation_number", values.organisation_number),
        _yes_no("Samlande", "coordinating"),
        _date("Från", "joined_on"),
        _date("Till", "left_on"),
        _name("Medlem i", "umbrella"),
    ),
)
CONTACTS: Final = Sheet(
    "Kontakter",
    "contact",
    (
        _NUMBER,
        _name("Organisation", "organisation", required=True, key=True, example=_FORENING),
        _name("Namn", "name", required=True, key=True, example="Kim Exempel"),
        _name("Roll", "title", example="Ordförande"),
        Column("E-post", "email", values.email, width=32, example="kim@example.com"),
        Column("Telefon", "phone", values.phone, width=18, example="070-174 06 05"),
        _slack_user("Slack", "slack_id"),
        _date("Bekräftad", "confirmed_on", example=date(2026, 2, 3)),
    ),
)
GRANTS: Final = Sheet(
    "Medel",
    "grant",
    (
        _NUMBER,
        _year(example=2026),
        Column(
            "Belopp",
            "amount_ore",
            values.granted,
            _kronor,
            number_format=MONEY_FORMAT,
            example=Decimal(300_000),
        ),
        _choice("Beslut", "decision", DECISIONS, empty=Decision.decided, example="beslutat"),
        _text("Anteckning", "note"),
    ),
)
PAYMENTS: Final = Sheet(
    "Utbetalningar",
    "payment",
    (
        _NUMBER,
        _year(example=2026),
        _date("Planerad", "planned_on", example=date(2026, 3, 15)),
        Column(
            "Belopp",
            "amount_ore",
            values.money,
            _kronor,
            required=True,
            key=True,
            number_format=MONEY_FORMAT,
            example=Decimal(150_000),
        ),
        _date("Utbetald", "paid_on"),
        _text("Villkor", "condition", example="När verksamhetsplanen har kommit in"),
        _name("Referens", "reference", example="2026-1"),
        _text("Rättelse", "correction"),
    ),
)
COMMITMENTS: Final = Sheet(
    "Åtaganden",
    "commitment",
    (
        _NUMBER,
        _name("Organisation", "organisation", required=True, key=True, example=_FORENING),
        _text(
            "Åtagande", "promise", required=True, key=True, example="Ordnar en öppen skaparkväll"
        ),
        _date("Klar senast", "due_on", example=date(2026, 11, 30)),
        _choice("Återkommer", "recurs", RECURRENCES, example="årligen"),
        _date("Klart", "done_on"),
    ),
)
KEY_FIGURES: Final = Sheet(
    "Nyckeltal",
    "key_figure",
    (
        _NUMBER,
        _name("Nyckeltal", "name", required=True, key=True, example="Skaparkvällar"),
        _name("Enhet", "unit", example="tillfällen"),
        Column(
            "Från",
            "from_on",
            values.partial,
            values.day_or_text,
            required=True,
            key=True,
            example=date(2026, 3, 1),
        ),
        Column(
            "Till",
            "to_on",
            values.partial,
            values.day_or_text,
            required=True,
            key=True,
            example=date(2026, 6, 30),
        ),
        Column("Värde", "value", values.decimal, required=True, example=Decimal(12)),
    ),
)
EVALUATIONS: Final = Sheet(
    "Utvärderingar",
    "evaluation",
    (
        _NUMBER,
        Column("Nr", "place", values.place, _place, width=8),
        _date("Senast", "due", required=True, example=date(2026, 10, 30)),
        _date("Bokad", "booked_on", example=date(2026, 10, 14)),
        _date("Genomförd", "held_on"),
        _text("Utfall", "outcome"),
    ),
)
MEETINGS: Final = Sheet(
    "Nämnder",
    "board_meeting",
    (
        _name("Nämnd", "board", required=True, key=True, example="Kultur- och fritidsnämnden"),
        _day("Sammanträde", "meets_on", required=True, example=date(2026, 9, 17)),
        _day("Handlingar senast", "papers_due_on", example=date(2026, 9, 3)),
    ),
)
CLOSED: Final = Sheet(
    "Stängt",
    "closed_period",
    (
        _day("Från", "from_on", required=True, example=date(2026, 12, 28)),
        _day("Till", "to_on", example=date(2026, 12, 30)),
        _name("Orsak", "reason", example="Mellandagarna"),
    ),
)
SHEETS: Final = (
    AGREEMENTS,
    PARTIES,
    CONTACTS,
    GRANTS,
    PAYMENTS,
    COMMITMENTS,
    KEY_FIGURES,
    EVALUATIONS,
    MEETINGS,
    CLOSED,
)
"""Every sheet, in the order of the workbook."""
