"""The table: printed, and kept in ``docs/performance.md`` between two marks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tests.benchmarks.figures import Figure
from tests.kept_tables import begun_by

BEGIN: Final = begun_by("make bench")


def head() -> str:
    """Give the first two lines."""
    return line(Figure("what", "target", "measured", "verdict")) + "\n|---|---|---|---|"


def line(figure: Figure) -> str:
    """Give one row."""
    return f"| {figure.what} | {figure.target} | {figure.measured} | {figure.verdict} |"


def whole(figures: Iterable[Figure], about: Iterable[str], day: str) -> str:
    """Give the table with where and when it was measured."""
    rows = "\n".join(line(figure) for figure in figures)
    where = "  \n".join(about)
    return f"Measured on {day}.  \n{where}\n\n{head()}\n{rows}"
