"""From rows to the register as it will be: which row is which, what is new, what differs.

Nothing is written here, and nothing is read but what is handed in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.folding import fold
from bot.workbook import checking
from bot.workbook.drafts import Draft, PartyEntry, differing, with_defaults
from bot.workbook.pairing import Pairs, same
from bot.workbook.problems import Findings
from bot.workbook.reading import Row, SheetRows
from bot.workbook.sheets import AGREEMENTS, PARTIES, Sheet
from bot.workbook.values import quoted
from storage.rows import AnyRow


@dataclass(frozen=True, slots=True)
class Known:
    """What the register holds of the agreements in a workbook, by matter."""

    rows: Mapping[str, Sequence[AnyRow]]

    def by_agreement(self, matter: str) -> dict[int, list[AnyRow]]:
        """Group the rows of a matter by their agreement."""
        grouped: dict[int, list[AnyRow]] = defaultdict(list)
        for row in self.rows.get(matter, ()):
            grouped[row.agreement_id].append(row)
        return grouped

    def of(self, grouped: Mapping[int, list[AnyRow]], draft: Draft) -> list[AnyRow]:
        """Give one agreement's rows among the grouped; a new one has none."""
        return [] if draft.id is None else grouped.get(draft.id, [])


@dataclass(slots=True)
class Decider:
    """Everything that deciding needs at hand."""

    read: Mapping[str, SheetRows]
    known: Known
    findings: Findings
    today: date

    def agreements(self) -> dict[str, Draft]:
        """Draft every agreement that the workbook names, by number."""
        existing = {row.number: row for row in self.known.rows.get("agreement", ())}
        drafts = {number: _kept(row) for number, row in existing.items()}
        read = self.read.get(AGREEMENTS.matter)
        if read is not None:
            told: set[str] = set()
            for row in self._unique_agreements(read):
                number = row.values["number"]
                draft = _draft(row, existing.get(number))
                drafts[number] = draft
                checking.has_all(read, draft, told, self.findings)
                checking.check_term(draft, self.findings)
        return drafts

    def _unique_agreements(self, read: SheetRows) -> list[Row]:
        named = [row for row in read.rows if "number" in row.values]
        keyed = ((row.values["number"], row) for row in named)
        later = checking.check_twice(read, keyed, self.findings, fatal=True)
        return [row for row in named if row.at not in later]

    def rows_by_draft(
        self, read: SheetRows, drafts: Mapping[str, Draft]
    ) -> list[tuple[Draft, list[Row]]]:
        """Group a sheet's rows by their agreement; tell of numbers that nobody knows."""
        grouped: dict[str, list[Row]] = defaultdict(list)
        for row in read.rows:
            number: str | None = row.values.get("number")
            if number is not None and number in drafts:
                grouped[number].append(row)
            elif number is not None:
                self._unknown_number(read.sheet, row, number, drafts)
        return [(drafts[number], rows) for number, rows in grouped.items()]

    def _unknown_number(
        self, sheet: Sheet, row: Row, number: str, drafts: Mapping[str, Draft]
    ) -> None:
        near = next((known for known in _some(drafts) if fold(known) == fold(number)), None)
        key = "workbook.number_written_otherwise" if near else "workbook.unknown_number"
        facts = {"number": number, **({"nearest": near} if near else {})}
        self.findings.error(key, sheet.title, row.at, sheet.heading("number"), **facts)

    def parties(self, drafts: Mapping[str, Draft]) -> None:
        """Fill in the parties: those the register has, changed or joined by the workbook's."""
        known = self.known.by_agreement("party")
        read = self.read.get(PARTIES.matter)
        rows: dict[str, list[Row]] = {}
        if read is not None:
            rows = {draft.number: some for draft, some in self.rows_by_draft(read, drafts)}
        told: set[str] = set()
        for draft in drafts.values():
            self._parties_of(draft, rows.get(draft.number, []), self.known.of(known, draft))
            for entry in draft.parties:
                if read is not None:
                    checking.has_all(read, entry, told, self.findings)
                checking.check_span(PARTIES, entry, "joined_on", "left_on", self.findings)

    def _parties_of(self, draft: Draft, rows: list[Row], existing: list[AnyRow]) -> None:
        rows = [row for row in rows if "organisation" in row.values]
        names = {row.id: row.organisation for row in existing}
        pairs = Pairs(rows, existing)
        pairs.take(
            lambda row: (row.values["organisation"], row.values.get("umbrella")),
            lambda row: (row.organisation, names.get(row.umbrella_id)),
        )
        pairs.take(lambda row: row.values["organisation"], lambda row: row.organisation)
        pairs.take(lambda row: same(row.values["organisation"]), lambda row: same(row.organisation))
        of_existing = {found.id: row for row, found in pairs.all() if found is not None}
        kept = [_party(of_existing.get(found.id), found) for found in existing]
        added = [_party(row, None) for row, found in pairs.all() if found is None]
        draft.parties = [*kept, *added]
        self._umbrellas(draft)
        read = self.read[PARTIES.matter] if rows else None
        if read is not None:
            keyed = (
                ((same(row.values["organisation"]), same(row.values.get("umbrella"))), row)
                for row in rows
            )
            checking.check_twice(read, keyed, self.findings, fatal=False)

    def _umbrellas(self, draft: Draft) -> None:
        """Find each member's umbrella among the parties; a member cannot be one."""
        by_id = {entry.id: entry for entry in draft.parties if entry.id is not None}
        for entry in draft.parties:
            if entry.row is None or "umbrella" not in entry.row.values:
                if entry.existing is not None and entry.existing.umbrella_id is not None:
                    entry.umbrella = by_id.get(entry.existing.umbrella_id)
                continue
            name = entry.row.values["umbrella"]
            if name is None:
                continue
            parties = [party for party in draft.parties if _is_party(party) and party is not entry]
            entry.umbrella = find_party(name, parties)
            if entry.umbrella is None:
                self._no_umbrella(entry, name)
        for entry in draft.parties:
            if entry.umbrella is not None and entry.umbrella.umbrella is not None:
                self._no_umbrella(entry, entry.umbrella.name)
            _note_umbrella(entry)

    def _no_umbrella(self, entry: PartyEntry, name: str) -> None:
        at = entry.row or (entry.umbrella.row if entry.umbrella else None)
        self.findings.error(
            "workbook.umbrella_no_party",
            PARTIES.title,
            at.at if at else None,
            PARTIES.heading("umbrella"),
            organisation=quoted(name),
        )

    def party_of(self, sheet: Sheet, draft: Draft, row: Row) -> PartyEntry | None:
        """Find the organisation that a row names among the agreement's parties."""
        name = row.values.get("organisation")
        if name is None:
            return None
        found = find_party(name, draft.parties)
        if found is None:
            self.findings.error(
                "workbook.not_a_party",
                sheet.title,
                row.at,
                sheet.heading("organisation"),
                organisation=quoted(name),
                number=draft.number,
            )
        return found


def find_party(name: str, parties: Sequence[PartyEntry]) -> PartyEntry | None:
    """Find an organisation: as it is written, else in other case; a party before a member."""
    ranked = [
        (party.name != name, party.umbrella is not None, at)
        for at, party in enumerate(parties)
        if same(party.name) == same(name)
    ]
    return parties[min(ranked)[2]] if ranked else None


def _is_party(entry: PartyEntry) -> bool:
    """Tell whether a row is a party itself; one whose umbrella is not read yet is no party."""
    if entry.row is not None and "umbrella" in entry.row.values:
        return entry.row.values["umbrella"] is None
    return entry.existing is None or entry.existing.umbrella_id is None


def _note_umbrella(entry: PartyEntry) -> None:
    """Count a member that gets another umbrella as changed."""
    if entry.existing is None:
        return
    umbrella_id = entry.umbrella.id if entry.umbrella else None
    if umbrella_id != entry.existing.umbrella_id:
        entry.changes["umbrella_id"] = entry.umbrella.name if entry.umbrella else None


def _kept(row: AnyRow) -> Draft:
    values = {**row._asdict()}
    return Draft(row, None, values, {}, row.id, number=row.number)


def _draft(row: Row, existing: AnyRow | None) -> Draft:
    if existing is None:
        values = {"open_ended": False, **with_defaults(AGREEMENTS, row.values)}
        values["open_ended"] = row.values.get("open_ended", False)
        return Draft(None, row, values, dict(values), number=row.values["number"])
    changes = differing(existing, row.values)
    values = {**existing._asdict(), **row.values}
    return Draft(existing, row, values, changes, existing.id, number=existing.number)


def _party(row: Row | None, existing: AnyRow | None) -> PartyEntry:
    """Make the entry of a party; the umbrella is found afterwards, among all of them."""
    named = {} if row is None else {**row.values}
    named.pop("number", None)
    named.pop("umbrella", None)
    if existing is None:
        filled = with_defaults(PARTIES, named)
        return PartyEntry(None, row, filled, dict(filled))
    values: dict[str, Any] = {**existing._asdict(), **named}
    return PartyEntry(existing, row, values, differing(existing, named), existing.id)


def _some(drafts: Mapping[str, Draft]) -> Iterable[str]:
    """Give the numbers to compare a wrong one with; among very many none is looked for."""
    return drafts if len(drafts) <= 1_000 else ()
