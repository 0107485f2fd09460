"""When an agreement is to be evaluated.

Here: the plan, computed from the term and never stored as the truth, and what has
to change for the rows in the register to follow it.
Not here: reminding of them (``bot/reminders/planning.py``).

An evaluation keeps its number for good: number *n* is counted from the anchor, so a
moved start or a new holiday moves the row and never makes a second one.
"""

from __future__ import annotations

import calendar as calendars
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Final, Literal

from dateutil.relativedelta import relativedelta

from bot.errors import Invalid
from bot.periods import Anchor, End, Term
from bot.working_days import Closed, WorkingDays

MONTHS_AHEAD: Final = 24
"""How far ahead of today the plan runs where the end is open or not known."""


@dataclass(frozen=True, slots=True)
class EvaluationRule:
    """What the parties agreed on: the term, and how often or in which months.

    ``per_year`` is 0 to 12 and 0 means none. ``months`` (1 to 12), where given,
    decide instead of an even spread. Raises :class:`Invalid`: ``invalid.per_year``
    (number) or ``invalid.months`` (text).
    """

    term: Term
    per_year: int = 2
    months: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no year has."""
        if not 0 <= self.per_year <= 12:
            raise Invalid("invalid.per_year", number=self.per_year)
        if len(set(self.months)) < len(self.months) or not set(self.months) <= set(range(1, 13)):
            raise Invalid("invalid.months", text=", ".join(map(str, self.months)))

    @property
    def falls_short(self) -> bool:
        """Tell whether the chosen months are fewer than the evaluations agreed on."""
        return bool(self.months) and len(self.months) < self.per_year


@dataclass(frozen=True, slots=True)
class PlannedEvaluation:
    """One evaluation that should take place.

    ``agreed_on`` is the day the rule gives, ``due_on`` the last working day on or
    before it, ``moved`` why they differ.
    """

    number: int
    due_on: date
    agreed_on: date
    moved: Closed | None


@dataclass(frozen=True, slots=True)
class EvaluationPlan:
    """Every evaluation that should take place, in order, and what it was counted from.

    ``missing`` is ``no_anchor`` where neither start, signing nor decision is known
    and nothing can be planned. None agreed on is not missing: the plan is empty.
    """

    evaluations: tuple[PlannedEvaluation, ...]
    missing: Literal["no_anchor"] | None
    anchor: Anchor | None
    end: End


@dataclass(frozen=True, slots=True)
class ExistingEvaluation:
    """A row in the register.

    ``number`` is its place in the plan, None for an extra. ``typed``: a person set
    its day. ``held``: it is settled, held or not needed.
    """

    number: int | None
    due_on: date
    typed: bool = False
    held: bool = False

    @property
    def is_fixed(self) -> bool:
        """Tell whether the plan has no say over it."""
        return self.typed or self.held


@dataclass(frozen=True, slots=True)
class PlanChanges:
    """What makes the register follow the plan: rows to add, to move, and numbers to drop."""

    add: tuple[PlannedEvaluation, ...] = ()
    move: tuple[PlannedEvaluation, ...] = ()
    drop: tuple[int, ...] = ()


def plan_evaluations(rule: EvaluationRule, calendar: WorkingDays, today: date) -> EvaluationPlan:
    """Plan every evaluation of an agreement, past ones too.

    1. Number *n* is agreed for ⌊12·n / per year⌋ months after the anchor, or with
       chosen months for the *n*:th end of such a month after the anchor.
    2. It falls due on the last working day on or before that.
    3. It is left out if it falls due after the end, also an estimated one. With an
       open or unknown end the plan runs ``MONTHS_AHEAD`` months ahead of today.
    """
    anchor, end = rule.term.anchor(), rule.term.end()
    if rule.per_year == 0 or anchor is None:
        return EvaluationPlan((), "no_anchor" if rule.per_year else None, anchor, end)
    last = end.day or today + relativedelta(months=MONTHS_AHEAD)
    agreed = _month_ends(rule, anchor.day) if rule.months else _spread(rule, anchor.day)
    return EvaluationPlan(tuple(_until(last, agreed, calendar=calendar)), None, anchor, end)


def reconcile(plan: EvaluationPlan, existing: Sequence[ExistingEvaluation]) -> PlanChanges:
    """Compare the plan with the register and say what has to change.

    Rows that were held or typed are never moved, dropped or doubled: such a row
    stands for the planned one of its number. Extras are left alone.
    """
    planned = {evaluation.number: evaluation for evaluation in plan.evaluations}
    taken = {row.number for row in existing}
    loose = [row for row in existing if row.number is not None and not row.is_fixed]
    return PlanChanges(
        add=tuple(evaluation for number, evaluation in planned.items() if number not in taken),
        move=tuple(
            planned[row.number]
            for row in loose
            if row.number in planned and planned[row.number].due_on != row.due_on
        ),
        drop=tuple(
            row.number for row in loose if row.number is not None and row.number not in planned
        ),
    )


def unclaimed(
    plan: EvaluationPlan, existing: Iterable[ExistingEvaluation]
) -> tuple[PlannedEvaluation, ...]:
    """Give the planned evaluations that no held or typed row stands for yet."""
    claimed = {row.number for row in existing if row.is_fixed}
    return tuple(found for found in plan.evaluations if found.number not in claimed)


def match_typed_row(due_on: date, free: Iterable[PlannedEvaluation]) -> int | None:
    """Give the number of the planned evaluation that a row without a number stands for.

    ``free`` are the planned ones without a row (:func:`unclaimed`, less those already
    matched). The nearest in days wins, of two equally near the earlier; None: an extra.
    """
    nearest = min(
        free,
        key=lambda planned: (abs((planned.due_on - due_on).days), planned.number),
        default=None,
    )
    return None if nearest is None else nearest.number


def label_when_moved(label: str) -> str:
    """Give the name that an evaluation has for its reminders once a person has moved it.

    *3* becomes *3.1*, that *3.2*: the new day has steps of its own, also where some were sent
    for the old one. The plan itself moves an evaluation without a new name.
    """
    first, _, times = label.partition(".")
    return f"{first}.{int(times or 0) + 1}"


def parse_months(text: str) -> tuple[int, ...]:
    """Read chosen months such as ``4, 10``; empty text means none are chosen.

    Numbers 1 to 12 apart by comma, semicolon or blank, each once, given back in
    order. Raises :class:`Invalid` ``invalid.months`` (text).
    """
    words = [word for word in re.split(r"[,;\s]+", text) if word]
    if not all(re.fullmatch(r"0?[1-9]|1[0-2]", word) for word in words):
        raise Invalid("invalid.months", text=text[:60])
    months = sorted(int(word) for word in words)
    if len(set(months)) < len(months):
        raise Invalid("invalid.months", text=text[:60])
    return tuple(months)


def _spread(rule: EvaluationRule, anchor: date) -> Iterator[date]:
    """Give the days of an even spread, each counted from the anchor itself.

    Stepping from one to the next would turn 31 August into 28 February, 28 August …
    """
    for number in count(1):
        yield anchor + relativedelta(months=12 * number // rule.per_year)


def _month_ends(rule: EvaluationRule, anchor: date) -> Iterator[date]:
    """Give the last days of the chosen months that come after the anchor."""
    for year in count(anchor.year):
        for month in sorted(rule.months):
            day = date(year, month, calendars.monthrange(year, month)[1])
            if day > anchor:
                yield day


def _until(
    last: date, agreed: Iterator[date], *, calendar: WorkingDays
) -> Iterator[PlannedEvaluation]:
    """Give each agreed day a number, move it to a working day, and stop after the last one."""
    for number, agreed_on in enumerate(agreed, 1):
        due_on = calendar.on_or_before(agreed_on)
        if due_on > last:
            return
        moved = None if due_on == agreed_on else calendar.why_closed(agreed_on)
        yield PlannedEvaluation(number, due_on, agreed_on, moved)
