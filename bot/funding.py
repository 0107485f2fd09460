"""Money: what is granted, paid, planned and remaining, and the rows behind each figure.

*Remaining = decided − paid.* Preliminary and planned stand beside it under their own names. An
unknown amount is never counted as zero: a sum with an unknown part gives the known part and says
so. Nothing is ever divided: money for the whole term without a split stays whole. Where a grant
for the whole term and its split per year both stand, the whole is the total and the years explain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import Connection

from storage import funding as storage
from storage.models import Decision
from storage.rows import AnyRow
from storage.types import PartialDate


class Amount(NamedTuple):
    """A sum in whole öre; ``unknown`` rows have no amount; without rows nothing is known at all."""

    ore: int = 0
    unknown: int = 0
    rows: int = 0

    @property
    def is_known(self) -> bool:
        """There is at least one known amount."""
        return self.rows > self.unknown

    @property
    def is_whole(self) -> bool:
        """Every part of it is known."""
        return self.rows > 0 and self.unknown == 0


class Figures(NamedTuple):
    """The figures of the whole term or of one year, all in öre."""

    decided: Amount
    preliminary: Amount
    paid_ore: int
    planned_ore: int

    @property
    def has_grants(self) -> bool:
        """Something is said about money at all."""
        return self.decided.rows + self.preliminary.rows > 0

    @property
    def remaining_ore(self) -> int | None:
        """Decided less paid, of what is known; None where no decided amount is known.

        With only preliminary money nothing is decided yet: then it is zero less what was paid.
        """
        if self.decided.is_known or (self.preliminary.rows and not self.decided.rows):
            return self.decided.ore - self.paid_ore
        return None

    @property
    def is_without_money(self) -> bool:
        """The agreement says in so many words that no money is in it."""
        known = self.decided.is_whole and not self.preliminary.rows
        return known and self.decided.ore == 0 and not self.paid_ore and not self.planned_ore


@dataclass(frozen=True, slots=True)
class GrantLine:
    """One row of granted money; no year is the whole term, no amount is unknown."""

    year: int | None
    ore: int | None
    decision: Decision
    note: str | None


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One payment, planned or made."""

    year: int | None
    planned_on: PartialDate | None
    ore: int
    paid_on: PartialDate | None
    condition: str | None
    reference: str | None
    correction: str | None

    @property
    def counts_for(self) -> int | None:
        """The year it belongs to: its own, else that of its payment, else of its plan."""
        for day in (self.paid_on, self.planned_on):
            if self.year is None and day is not None:
                return day.year
        return self.year


@dataclass(frozen=True, slots=True)
class Ledger:
    """All money of an agreement: the rows and the figures made of them."""

    grants: tuple[GrantLine, ...]
    payments: tuple[PaymentLine, ...]

    @property
    def whole(self) -> Figures:
        """The figures of the whole term."""
        return Figures(
            decided=total(self._amounts(Decision.decided)),
            preliminary=total(self._amounts(Decision.preliminary)),
            paid_ore=sum(line.ore for line in self.payments if line.paid_on is not None),
            planned_ore=sum(line.ore for line in self.payments if line.paid_on is None),
        )

    @property
    def years(self) -> tuple[int, ...]:
        """The years that have a row of their own."""
        of_grants = {line.year for line in self.grants}
        of_payments = {line.counts_for for line in self.payments}
        return tuple(sorted(year for year in of_grants | of_payments if year is not None))

    @property
    def is_split(self) -> bool:
        """Granted money is known per year; otherwise only for the whole term."""
        return any(line.year is not None for line in self.grants)

    def of_year(self, year: int | None) -> Figures:
        """Give the figures of one year; None: what belongs to no year."""
        grants = [line for line in self.grants if line.year == year]
        payments = [line for line in self.payments if line.counts_for == year]
        return Figures(
            decided=_add(line.ore for line in grants if line.decision is Decision.decided),
            preliminary=_add(line.ore for line in grants if line.decision is Decision.preliminary),
            paid_ore=sum(line.ore for line in payments if line.paid_on is not None),
            planned_ore=sum(line.ore for line in payments if line.paid_on is None),
        )

    def only(self, year: int) -> Ledger:
        """Give the rows that a year's figures are made of."""
        return Ledger(
            tuple(line for line in self.grants if line.year == year),
            tuple(line for line in self.payments if line.counts_for == year),
        )

    def _amounts(self, decision: Decision) -> tuple[Amount, Amount]:
        mine = [line for line in self.grants if line.decision is decision]
        return (
            _add(line.ore for line in mine if line.year is None),
            _add(line.ore for line in mine if line.year is not None),
        )


def total(parts: tuple[Amount, Amount]) -> Amount:
    """Make one sum of what is granted for the whole term and what is granted per year.

    A known amount for the whole term is the total, and years beside it are its split. Where the
    whole is unknown, even in part, the larger of the two sums is the known part.
    """
    term, years = parts
    if term.is_whole or not years.rows:
        return term
    known = max(term.ore, years.ore)
    return Amount(known, years.unknown + term.unknown, years.rows + term.rows)


_NOTHING: Final = Amount()


def _add(amounts: Iterable[int | None]) -> Amount:
    every = list(amounts)
    if not every:
        return _NOTHING
    unknown = every.count(None)
    return Amount(sum(filter(None, every)), unknown, len(every))


def figures_of(row: AnyRow) -> Figures:
    """Read the whole term's figures from a status row, where SQL has done the sums."""
    amounts: defaultdict[tuple[Decision, bool], list[int | None]] = defaultdict(list)
    for decision, year, ore in row.grants:
        amounts[decision, year is not None].append(ore)
    decided, preliminary = (
        total((_add(amounts[decision, False]), _add(amounts[decision, True])))
        for decision in (Decision.decided, Decision.preliminary)
    )
    return Figures(decided, preliminary, int(row.paid or 0), int(row.planned or 0))


def ledger(connection: Connection, agreement_id: int) -> Ledger:
    """Read all money of an agreement."""
    return Ledger(
        grants=_grants(storage.grants(connection, agreement_id)),
        payments=_payments(storage.payments(connection, agreement_id)),
    )


def _grants(rows: Sequence[AnyRow]) -> tuple[GrantLine, ...]:
    return tuple(GrantLine(row.year, row.amount_ore, row.decision, row.note) for row in rows)


def _payments(rows: Sequence[AnyRow]) -> tuple[PaymentLine, ...]:
    return tuple(
        PaymentLine(
            row.year,
            row.planned_on,
            row.amount_ore,
            row.paid_on,
            row.condition,
            row.reference,
            row.correction,
        )
        for row in rows
    )
