"""The two sheets that belong to no agreement: meetings of nämnder, and days nobody works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.errors import Invalid
from bot.workbook import checking
from bot.workbook.deciding import Decider
from bot.workbook.drafts import Entry, differing, with_defaults
from bot.workbook.pairing import Pairs, same
from bot.workbook.reading import Row
from bot.workbook.sheets import CLOSED, MEETINGS, Sheet
from bot.working_days import ClosedPeriod, WorkingDays
from storage.rows import AnyRow


@dataclass(slots=True)
class CommonRows:
    """What is drafted of the two sheets."""

    meetings: list[Entry] = field(default_factory=list)
    closed: list[Entry] = field(default_factory=list)


def decide_common(decider: Decider) -> CommonRows:
    """Draft meetings and closed days; a row that stands twice is an error."""
    meetings = _decide(decider, MEETINGS, ("board", "meets_on"))
    closed = _decide(decider, CLOSED, ("from_on", "to_on"))
    for entry in closed:
        checking.check_span(CLOSED, entry, "from_on", "to_on", decider.findings)
    for entry in meetings:
        _check_papers(decider, entry)
    return CommonRows(meetings, closed)


def calendar_with(
    decider: Decider, closed: Sequence[Entry], quiet_months: tuple[int, ...]
) -> WorkingDays:
    """Give the calendar as it will be; closed days that leave no working day are an error."""
    periods = [
        ClosedPeriod(entry.values["from_on"], entry.values["to_on"])
        for entry in closed
        if entry.values["to_on"] is None or entry.values["to_on"] >= entry.values["from_on"]
    ]
    try:
        return WorkingDays(quiet_months, tuple(periods))
    except Invalid as error:
        rows = [entry.row.at for entry in closed if entry.row is not None]
        first = min(rows, default=None)
        heading = CLOSED.heading("to_on")
        decider.findings.error(error.key, CLOSED.title, first, heading, **error.facts)
        return WorkingDays(quiet_months)


def _decide(decider: Decider, sheet: Sheet, key: tuple[str, str]) -> list[Entry]:
    existing = list(decider.known.rows.get(sheet.matter, ()))
    read = decider.read.get(sheet.matter)
    if read is None:
        return [Entry(row, None, row._asdict(), {}, row.id) for row in existing]
    required = [column.field for column in sheet.columns if column.required]
    rows = [row for row in read.rows if all(field in row.values for field in required)]
    keyed = ((tuple(row.values.get(field) for field in key), row) for row in rows)
    later = checking.check_twice(read, keyed, decider.findings, fatal=True)
    rows = [row for row in rows if row.at not in later]
    pairs = Pairs(rows, existing)
    pairs.take(
        lambda row: tuple(row.values.get(field) for field in key),
        lambda row: tuple(getattr(row, field) for field in key),
    )
    if sheet is MEETINGS:
        pairs.take(_meeting, lambda row: (same(row.board), row.meets_on))
    of_existing = {found.id: row for row, found in pairs.all() if found is not None}
    kept = [_entry(sheet, of_existing.get(row.id), row) for row in existing]
    return kept + [_entry(sheet, row, None) for row, found in pairs.all() if found is None]


def _meeting(row: Row) -> tuple[str | None, object]:
    return (same(row.values["board"]), row.values["meets_on"])


def _entry(sheet: Sheet, row: Row | None, existing: AnyRow | None) -> Entry:
    named = row.values if row else {}
    if existing is None:
        values = with_defaults(sheet, named)
        return Entry(None, row, values, dict(values))
    changes = differing(existing, named)
    return Entry(existing, row, {**existing._asdict(), **named}, changes, existing.id)


def _check_papers(decider: Decider, entry: Entry) -> None:
    papers = entry.values["papers_due_on"]
    if entry.row is not None and papers is not None and papers > entry.values["meets_on"]:
        decider.findings.warning(
            "workbook.papers_after_meeting",
            MEETINGS.title,
            entry.row.at,
            MEETINGS.heading("papers_due_on"),
            meets=str(entry.values["meets_on"]),
            papers=str(papers),
        )
