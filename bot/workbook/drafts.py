"""The register as it will be after an import: what is in it already, with the workbook's rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.workbook.reading import Row
from bot.workbook.sheets import Sheet
from storage.rows import AnyRow


@dataclass(slots=True, eq=False)
class Entry:
    """One row of one matter, as it will be: from the register, the workbook, or both.

    ``values`` are the fields as the table has them, ``changes`` those that differ from what the
    register holds (for a new row: all).
    """

    existing: AnyRow | None
    row: Row | None
    values: dict[str, Any]
    changes: dict[str, Any]
    id: int | None = None
    party: PartyEntry | None = None  # whose contact or commitment it is

    @property
    def is_new(self) -> bool:
        """Tell whether the register lacks it."""
        return self.existing is None

    @property
    def is_touched(self) -> bool:
        """Tell whether there is anything to write."""
        return self.existing is None or bool(self.changes)


@dataclass(slots=True, eq=False)
class PartyEntry(Entry):
    """A party, or with an umbrella a member of one."""

    umbrella: PartyEntry | None = None

    @property
    def name(self) -> str:
        """The organisation's name."""
        return str(self.values["organisation"])


@dataclass(slots=True, eq=False)
class Draft(Entry):
    """An agreement with its parties and everything of it that the workbook speaks of."""

    number: str = ""
    parties: list[PartyEntry] = field(default_factory=list)
    parts: dict[str, list[Entry]] = field(default_factory=dict)  # by matter, without parties

    def touched(self, matter: str) -> list[Entry]:
        """List what is to be written of one matter."""
        entries = self.parties if matter == "party" else self.parts.get(matter, [])
        return [entry for entry in entries if entry.is_touched]

    @property
    def is_changed(self) -> bool:
        """Tell whether anything of it is to be written, itself or a part."""
        parts: list[Entry] = [*self.parties]
        for entries in self.parts.values():
            parts += entries
        return self.is_touched or any(entry.is_touched for entry in parts)


def differing(existing: AnyRow, values: dict[str, Any]) -> dict[str, Any]:
    """Give the values that differ from what the register holds."""
    return {name: value for name, value in values.items() if getattr(existing, name) != value}


def with_defaults(sheet: Sheet, values: dict[str, Any]) -> dict[str, Any]:
    """Fill the columns that a sheet lacks with what an empty cell would mean."""
    return {column.field: values.get(column.field, column.empty) for column in sheet.columns}
