"""Importing a workbook into the register: all of it, or nothing and every reason why not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlmodel import Session

from bot.access import require_operator
from bot.audit import Act, record
from bot.office import Office
from bot.upkeep import keep_up
from bot.workbook.calendar_rows import CommonRows, calendar_with, decide_common
from bot.workbook.deciding import Decider, Known
from bot.workbook.drafts import Draft, Entry
from bot.workbook.evaluation_rows import decide_evaluations
from bot.workbook.opening import opened
from bot.workbook.parts import decide_parts
from bot.workbook.problems import Findings, Problem
from bot.workbook.reading import SheetRows, read, rows_in
from bot.workbook.returning import tell_of_erased
from bot.workbook.sheets import SHEETS
from bot.workbook.storing import Store
from storage import evaluations, installation, register

Progress = Callable[[int, int], None]
"""Told how many steps of how many are done."""

_PARTS: Final = tuple(
    sheet.matter
    for sheet in SHEETS
    if sheet.matter not in {"agreement", "board_meeting", "closed_period"}
)
_KEPT_IN_MEMORY: Final = {"name", "number", "responsible_board", "coordinator", "deputy"}
"""What searching keeps of an agreement, names and who may read it."""
_PERSONAL: Final = {"contact"}  # the log tells that they changed, not from what to what


@dataclass(frozen=True, slots=True)
class SheetCount:
    """How many rows of a sheet were new, differed, or said what the register said already."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do.

    ``errors`` stop it; ``warnings`` do not. ``counts`` are by the sheet's title, in the order
    of the workbook, for the sheets that were there. ``saved`` is false after errors and after
    a dry run.
    """

    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    counts: Mapping[str, SheetCount]
    agreements_added: tuple[str, ...]
    agreements_changed: tuple[str, ...]
    dry_run: bool
    saved: bool


@dataclass(slots=True)
class _Steps:
    """Counts steps and tells of them."""

    progress: Progress | None
    total: int = 1
    done: int = 0

    def advance(self, steps: int) -> None:
        self.done = min(self.done + steps, self.total)
        if self.progress is not None:
            self.progress(self.done, self.total)


@dataclass(slots=True)
class _Decided:
    """Everything an import would write."""

    drafts: dict[str, Draft]
    common: CommonRows

    @property
    def changed(self) -> list[Draft]:
        return [draft for draft in self.drafts.values() if draft.is_changed]

    def entries(self, matter: str) -> list[Entry]:
        if matter == "board_meeting":
            return self.common.meetings
        if matter == "closed_period":
            return self.common.closed
        if matter == "agreement":
            return list(self.drafts.values())
        if matter == "party":
            return [entry for draft in self.drafts.values() for entry in draft.parties]
        return [entry for draft in self.drafts.values() for entry in draft.parts.get(matter, ())]


def import_register(
    session: Session,
    office: Office,
    source: Path,
    *,
    actor: str,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Import a workbook in the session's transaction; with any error nothing is written.

    1. The file is measured, opened and read; every row becomes values or problems.
    2. Rows are paired with the register's and compared; what cannot be is told.
    3. Without errors all is written inside a savepoint, with history, log, plan and reminders;
       a dry run then takes the savepoint back, so it foretells exactly what an import does.

    Raises :class:`Invalid` (``workbook.…``) for a file that cannot be read at all.
    """
    require_operator(actor)
    findings = Findings()
    steps = _Steps(progress)
    with opened(source) as book:
        steps.total = 2 * max(rows_in(book), 1)
        sheets = read(book, findings, steps.advance)
    decided = _decide(session, office, sheets, findings)
    if not findings.errors:
        with _taken_back(session, when=dry_run):
            _store(session, office, decided, actor, steps)
    steps.advance(steps.total)
    return _report(sheets, decided, findings, dry_run=dry_run)


def _decide(
    session: Session, office: Office, sheets: Mapping[str, SheetRows], findings: Findings
) -> _Decided:
    known = _known(session, sheets)
    decider = Decider(sheets, known, findings, office.today())
    drafts = decider.agreements()
    decider.parties(drafts)
    decide_parts(decider, drafts)
    common = decide_common(decider)
    calendar = calendar_with(decider, common.closed, office.settings.quiet_months)
    decide_evaluations(decider, drafts, calendar)
    tell_of_erased(session, office, drafts.values(), findings)
    return _Decided(drafts, common)


def _known(session: Session, sheets: Mapping[str, SheetRows]) -> Known:
    """Read what the register holds of everything that the workbook names."""
    connection = session.connection()
    numbers = {
        row.values["number"]
        for read in sheets.values()
        for row in read.rows
        if "number" in row.values
    }
    agreements = register.agreements_numbered(connection, numbers)
    ids = [row.id for row in agreements]
    rows: dict[str, Sequence[Any]] = {"agreement": agreements}
    for matter in _PARTS:
        if ids and (matter in sheets or matter == "party"):
            rows[matter] = register.rows_of(connection, matter, ids)
    for matter in ("board_meeting", "closed_period"):
        rows[matter] = register.all_rows(connection, matter)
    return Known(rows)


@contextmanager
def _taken_back(session: Session, *, when: bool) -> Iterator[None]:
    """Write inside a savepoint, and take it back at the end if so asked."""
    savepoint = session.begin_nested()
    try:
        yield
    except BaseException:
        savepoint.rollback()
        raise
    if when:
        savepoint.rollback()
    else:
        savepoint.commit()


def _store(session: Session, office: Office, decided: _Decided, actor: str, steps: _Steps) -> None:
    store = Store(session.connection(), office.now(), actor, steps.advance)
    changed = decided.changed
    store.common(decided.common)
    store.agreements(changed)
    store.parties(changed)
    store.parts(changed)
    store.evaluations(changed)
    record(session, actor, office.now(), [_act(draft) for draft in changed])
    if any(map(_is_named_anew, changed)):
        installation.raise_register_revision(session)
    keep_up(session, office, _to_keep_up(session, decided, changed))


def _to_keep_up(session: Session, decided: _Decided, changed: Sequence[Draft]) -> list[int]:
    """Give the agreements whose plans may move: those changed, or all when closed days are."""
    if any(entry.is_touched for entry in decided.common.closed):
        return list(evaluations.every_agreement(session, 0, 2**31 - 1))
    return [draft.id for draft in changed if draft.id is not None]


def _is_named_anew(draft: Draft) -> bool:
    named = draft.is_new or bool(_KEPT_IN_MEMORY & draft.changes.keys())
    return named or any(entry.is_touched for entry in draft.parties)


def _act(draft: Draft) -> Act:
    """Tell what was done to one agreement: what differed before, and what it is now."""
    before: dict[str, Any] = {}
    after = {name: _written(value) for name, value in draft.changes.items() if _is_said(value)}
    if draft.existing is not None:
        before = {name: _written(getattr(draft.existing, name)) for name in draft.changes}
        after = {name: _written(value) for name, value in draft.changes.items()}
    for matter in _PARTS:
        touched = draft.touched(matter)
        added = sum(entry.is_new for entry in touched)
        changed = [entry for entry in touched if not entry.is_new]
        if added:
            after[f"{matter}_added"] = added
        if changed:
            before[matter] = [_told(entry, matter, after=False) for entry in changed]
            after[matter] = [_told(entry, matter, after=True) for entry in changed]
    return Act(
        "agreement.imported", f"agreement:{draft.id}", draft.id, before or None, after or None
    )


def _told(entry: Entry, matter: str, *, after: bool) -> dict[str, Any]:
    if matter in _PERSONAL:
        return {"id": entry.id, "fields": sorted(entry.changes)}
    if after:
        told = entry.changes
    else:
        told = {name: getattr(entry.existing, name) for name in entry.changes}
    return {"id": entry.id, **{name: _written(value) for name, value in told.items()}}


def _written(value: object) -> object:
    """Give a value as the log holds it."""
    return value if value is None or isinstance(value, bool | int) else str(value)


def _is_said(value: object) -> bool:
    return value is not None and value is not False


def _report(
    sheets: Mapping[str, SheetRows], decided: _Decided, findings: Findings, *, dry_run: bool
) -> ImportReport:
    order = {sheet.title: at for at, sheet in enumerate(SHEETS)}

    def place(problem: Problem) -> tuple[int, int]:
        return (order.get(problem.sheet or "", len(order)), problem.row or 0)

    return ImportReport(
        errors=tuple(sorted(findings.errors, key=place)),
        warnings=tuple(sorted(findings.warnings, key=place)),
        counts={
            sheet.title: _count(decided.entries(sheet.matter))
            for sheet in SHEETS
            if sheet.matter in sheets
        },
        agreements_added=tuple(draft.number for draft in decided.changed if draft.is_new),
        agreements_changed=tuple(draft.number for draft in decided.changed if not draft.is_new),
        dry_run=dry_run,
        saved=not findings.errors and not dry_run,
    )


def _count(entries: Sequence[Entry]) -> SheetCount:
    """Count the rows that stood in the workbook."""
    read = [entry for entry in entries if entry.row is not None]
    added = sum(entry.is_new for entry in read)
    changed = sum(not entry.is_new and bool(entry.changes) for entry in read)
    return SheetCount(added, changed, len(read) - added - changed)
