"""What is wrong with a workbook, as facts: where it stands and which text tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bot.errors import Invalid
from bot.personal_numbers import without_personal_numbers

MOST_PROBLEMS: Final = 5_000
"""More are not kept: nobody reads them, and a hostile file could have millions."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, or to be looked at.

    ``sheet`` and ``column`` as they are called in the workbook, ``row`` as Excel numbers it;
    ``None`` where it is about the whole of what stands to the left of it.
    """

    sheet: str | None
    row: int | None
    column: str | None
    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Findings:
    """All problems of one workbook: errors stop an import, warnings do not."""

    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def error(
        self, key: str, sheet: str | None, row: int | None, column: str | None, **facts: Any
    ) -> None:
        """Keep an error."""
        self._keep(self.errors, Problem(sheet, row, column, key, facts))

    def warning(
        self, key: str, sheet: str | None, row: int | None, column: str | None, **facts: Any
    ) -> None:
        """Keep a warning."""
        self._keep(self.warnings, Problem(sheet, row, column, key, facts))

    def refusal(self, error: Invalid, sheet: str, row: int, column: str) -> None:
        """Keep what a reader of values has refused."""
        self._keep(self.errors, Problem(sheet, row, column, error.key, error.facts))

    def _keep(self, problems: list[Problem], problem: Problem) -> None:
        if len(problems) < MOST_PROBLEMS:
            problems.append(_without_persons(problem))
        elif len(problems) == MOST_PROBLEMS:
            problems.append(
                Problem(None, None, None, "workbook.more_problems", {"shown": MOST_PROBLEMS})
            )


def _without_persons(problem: Problem) -> Problem:
    """Take personnummer out of what a problem quotes: it is printed, and may be sent on."""
    facts = {name: _hidden(value) for name, value in problem.facts.items()}
    return replace(
        problem, sheet=_hidden(problem.sheet), column=_hidden(problem.column), facts=facts
    )


def _hidden(value: Any) -> Any:
    return without_personal_numbers(value) if isinstance(value, str) else value
