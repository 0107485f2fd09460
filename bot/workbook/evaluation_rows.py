"""Which evaluation a row of the workbook is: one of the plan, one that was typed, or an extra."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.evaluations.planning import (
    ExistingEvaluation,
    match_typed_row,
    plan_evaluations,
    unclaimed,
)
from bot.workbook import checking
from bot.workbook.deciding import Decider
from bot.workbook.drafts import Draft, Entry, differing
from bot.workbook.pairing import Pairs
from bot.workbook.reading import Row, SheetRows
from bot.workbook.sheets import EVALUATIONS
from bot.workbook.values import Extra
from bot.working_days import WorkingDays
from storage.rows import AnyRow

_KEPT_WHEN_HELD = ("held_on", "outcome")


def decide_evaluations(
    decider: Decider, drafts: Mapping[str, Draft], calendar: WorkingDays
) -> None:
    """Draft the evaluations that the workbook speaks of.

    1. A row with a place is the evaluation of that place.
    2. A row without one is the typed or held one with the same day; else the nearest planned
       one without a row; else an extra. *extra* says so outright.
    """
    read = decider.read.get(EVALUATIONS.matter)
    if read is None:
        return
    known = decider.known.by_agreement(EVALUATIONS.matter)
    told: set[str] = set()
    for draft, rows in decider.rows_by_draft(read, drafts):
        existing = decider.known.of(known, draft)
        placed = _Placing(decider, draft, existing, calendar).place(read, rows)
        entries = [_entry(decider, row, found, number) for row, found, number in placed]
        for entry in entries:
            checking.check_not_ahead(EVALUATIONS, entry, "held_on", decider.today, decider.findings)
        draft.parts[EVALUATIONS.matter] = [
            entry for entry in entries if checking.has_all(read, entry, told, decider.findings)
        ]


class _Placing:
    """Finds the place of each row of one agreement."""

    def __init__(
        self, decider: Decider, draft: Draft, existing: Sequence[AnyRow], calendar: WorkingDays
    ) -> None:
        self._decider = decider
        self._draft = draft
        self._existing = existing
        self._calendar = calendar

    def place(
        self, read: SheetRows, rows: Sequence[Row]
    ) -> list[tuple[Row, AnyRow | None, int | None]]:
        """Give each row with the one of the register it is, and its place in the plan."""
        rows = [row for row in rows if "place" in row.values or "place" not in read.fields]
        by_number = {found.number: found for found in self._existing if found.number is not None}
        placed = [row for row in rows if isinstance(row.values.get("place"), int)]
        keyed = ((row.values["place"], row) for row in placed)
        later = checking.check_twice(read, keyed, self._decider.findings, fatal=True)
        found: list[tuple[Row, AnyRow | None, int | None]] = [
            (row, by_number.get(row.values["place"]), row.values["place"])
            for row in placed
            if row.at not in later
        ]
        taken = {number for _, _, number in found}
        found += self._extras([row for row in rows if row.values.get("place") is Extra.extra])
        loose = [row for row in rows if row.values.get("place") is None and "due" in row.values]
        found += self._loose(loose, taken, {id(known) for _, known, _ in found})
        return sorted(found, key=lambda one: one[0].at)

    def _extras(self, rows: list[Row]) -> list[tuple[Row, AnyRow | None, int | None]]:
        pairs = Pairs(rows, [row for row in self._existing if row.number is None])
        pairs.take(lambda row: row.values.get("due"), lambda row: row.due)
        return [(row, found, None) for row, found in pairs.all()]

    def _loose(
        self, rows: list[Row], taken: set[int | None], known: set[int]
    ) -> list[tuple[Row, AnyRow | None, int | None]]:
        free = [row for row in self._existing if _is_fixed(row) and id(row) not in known]
        pairs = Pairs(rows, [row for row in free if row.number not in taken or row.number is None])
        pairs.take(lambda row: row.values["due"], lambda row: row.due)
        found: list[tuple[Row, AnyRow | None, int | None]] = []
        waiting: list[Row] = []
        for row, partner in pairs.all():
            if partner is None:
                waiting.append(row)
            else:
                found.append((row, partner, partner.number))
        return found + self._nearest(waiting, taken) if waiting else found

    def _nearest(
        self, rows: list[Row], taken: set[int | None]
    ) -> list[tuple[Row, AnyRow | None, int | None]]:
        """Give each row, the earliest first, the nearest planned evaluation that has none."""
        rule = checking.rule_of(self._draft.values)
        plan = plan_evaluations(rule, self._calendar, self._decider.today)
        existing = [
            ExistingEvaluation(row.number, row.due_on, _is_fixed(row), row.held_on is not None)
            for row in self._existing
        ]
        free = [one for one in unclaimed(plan, existing) if one.number not in taken]
        by_number = {row.number: row for row in self._existing}
        found: list[tuple[Row, AnyRow | None, int | None]] = []
        for row in sorted(rows, key=lambda row: (row.values["due"].last_day, row.at)):
            number = match_typed_row(row.values["due"].last_day, free)
            free = [one for one in free if one.number != number]
            found.append((row, None if number is None else by_number.get(number), number))
        return found


def _is_fixed(row: AnyRow) -> bool:
    return bool(row.typed or row.booked_on is not None or row.held_on is not None)


def _entry(decider: Decider, row: Row, existing: AnyRow | None, number: int | None) -> Entry:
    named: dict[str, Any] = {
        field: value for field, value in row.values.items() if field not in {"number", "place"}
    }
    if "due" in named:
        named["due_on"] = named["due"].last_day
        named["typed"] = True
    if existing is None:
        optional = dict.fromkeys(("booked_on", "held_on", "outcome"))
        values = {"number": number, **optional, **named}
        return Entry(None, row, values, dict(values))
    _keep_held(decider, row, existing, named)
    changes = differing(existing, named)
    values = {**existing._asdict(), **named}
    if changes.keys() & {"due", "typed"}:  # what a person has typed is late, not missing
        values["before_register"] = False
    if "due" in changes:
        values["agreed_on"] = None
    return Entry(existing, row, values, changes, existing.id)


def _keep_held(decider: Decider, row: Row, existing: AnyRow, named: dict[str, Any]) -> None:
    """Leave an evaluation held, whatever an older workbook leaves empty."""
    if existing.held_on is None or named.get("held_on") is not None:
        return
    if "held_on" in named:
        decider.findings.warning(
            "workbook.stays_held",
            EVALUATIONS.title,
            row.at,
            EVALUATIONS.heading("held_on"),
            held=str(existing.held_on),
        )
    for field in _KEPT_WHEN_HELD:
        if named.get(field) is None:
            named.pop(field, None)
