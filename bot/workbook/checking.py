"""What cannot be true together, told cell by cell: terms, spans, money, doubled rows."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date
from typing import Any

from bot.evaluations.planning import EvaluationRule, parse_months
from bot.periods import Term
from bot.workbook.drafts import Draft, Entry
from bot.workbook.problems import Findings
from bot.workbook.reading import Row, SheetRows
from bot.workbook.sheets import AGREEMENTS, GRANTS, PAYMENTS, Sheet
from storage.models import Decision
from storage.types import PartialDate

_TERM_COLUMNS = {
    "invalid.end_before_start": "ends_on",
    "invalid.end_before_signing": "signed_on",
    "invalid.open_with_end": "ends_on",
    "invalid.length_differs": "term_months",
}
_ONLY_ODD = {"invalid.end_before_signing", "invalid.length_differs"}


def rule_of(values: dict[str, Any]) -> EvaluationRule:
    """Give the rule by which an agreement's evaluations are planned."""
    term = Term(
        starts_on=values["starts_on"],
        ends_on=values["ends_on"],
        open_ended=values["open_ended"],
        term_months=values["term_months"],
        signed_on=values["signed_on"],
        decided_on=values["decided_on"],
    )
    per_year = values["evaluations_per_year"]
    months = parse_months(values["evaluation_months"] or "")
    return EvaluationRule(term, 2 if per_year is None else per_year, months)


def check_term(draft: Draft, findings: Findings) -> None:
    """Tell what in an agreement's dates cannot be true together, and what is only odd."""
    if draft.row is None:
        return
    rule = rule_of(draft.values)
    for found in rule.term.contradictions():
        tell = findings.warning if found.key in _ONLY_ODD else findings.error
        column = AGREEMENTS.heading(_TERM_COLUMNS[found.key])
        tell(found.key, AGREEMENTS.title, draft.row.at, column, **found.facts)
    if rule.falls_short:
        findings.warning(
            "workbook.months_fall_short",
            AGREEMENTS.title,
            draft.row.at,
            AGREEMENTS.heading("evaluation_months"),
            months=len(rule.months),
            per_year=rule.per_year,
        )


def check_span(sheet: Sheet, entry: Entry, first: str, last: str, findings: Findings) -> None:
    """Tell of a span that ends before it begins."""
    begins, ends = entry.values.get(first), entry.values.get(last)
    if entry.row is None or begins is None or ends is None:
        return
    if _first_day(begins) > _last_day(ends):
        findings.error(
            "workbook.ends_before_it_begins",
            sheet.title,
            entry.row.at,
            sheet.heading(last),
            begins=str(begins),
            ends=str(ends),
        )


def check_not_ahead(
    sheet: Sheet, entry: Entry, field: str, today: date, findings: Findings
) -> None:
    """Warn of something said to be done on a day that has not come."""
    done = entry.values.get(field)
    if entry.row is not None and done is not None and done.first_day > today:
        findings.warning(
            "workbook.done_ahead", sheet.title, entry.row.at, sheet.heading(field), date=str(done)
        )


def check_payment(entry: Entry, findings: Findings) -> None:
    """Refuse a negative amount without a reason, and any change of a payment that was made."""
    if entry.row is None:
        return
    at = (PAYMENTS.title, entry.row.at)
    if entry.values["amount_ore"] < 0 and not entry.values["correction"]:
        findings.error("workbook.negative_payment", *at, PAYMENTS.heading("amount_ore"))
    if entry.existing is None or entry.existing.paid_on is None:
        return
    for changed in entry.changes:
        findings.error(
            "workbook.payment_was_made",
            *at,
            PAYMENTS.heading(changed),
            paid=str(entry.existing.paid_on),
        )


def check_totals(draft: Draft, findings: Findings) -> None:
    """Tell where a sum for the whole term and sums for its years do not agree.

    Years that come to more than the whole are an error; to less, a warning: some may be missing.
    """
    entries = draft.parts.get("grant", [])
    for decision in Decision:
        of_kind = [entry for entry in entries if entry.values["decision"] == decision]
        totals = [entry for entry in of_kind if entry.values["year"] is None]
        years = [entry for entry in of_kind if entry.values["year"] is not None]
        known = [entry.values["amount_ore"] for entry in (*totals, *years)]
        if not totals or not years or None in known:
            continue
        total = sum(entry.values["amount_ore"] for entry in totals)
        in_years = sum(entry.values["amount_ore"] for entry in years)
        row = next((entry.row for entry in (*totals, *years) if entry.row), None)
        if row and total != in_years:
            tell = findings.error if in_years > total else findings.warning
            tell(
                "workbook.totals_differ",
                GRANTS.title,
                row.at,
                GRANTS.heading("amount_ore"),
                total_ore=total,
                years_ore=in_years,
            )


def check_twice(
    read: SheetRows, keyed: Iterable[tuple[Hashable, Row]], findings: Findings, *, fatal: bool
) -> set[int]:
    """Tell of rows that stand twice where once is meant; give the numbers of the later ones."""
    first: dict[Hashable, int] = {}
    later: set[int] = set()
    tell = findings.error if fatal else findings.warning
    for key, row in keyed:
        before = first.setdefault(key, row.at)
        if before != row.at:
            later.add(row.at)
            tell("workbook.row_twice", read.sheet.title, row.at, None, first=before)
    return later


def has_all(read: SheetRows, entry: Entry, told: set[str], findings: Findings) -> bool:
    """Tell whether a new row has what it must; a column that is not there is told of once."""
    if entry.existing is not None or entry.row is None:
        return True
    complete = True
    for column in read.sheet.columns:
        if column.required and column.field not in entry.row.values:
            complete = False
            if column.field not in read.fields and not column.key and column.field not in told:
                told.add(column.field)
                findings.error("workbook.column_missing", read.sheet.title, 1, column.heading)
    return complete


def _first_day(day: PartialDate | date) -> date:
    return day.first_day if isinstance(day, PartialDate) else day


def _last_day(day: PartialDate | date) -> date:
    return day.last_day if isinstance(day, PartialDate) else day
