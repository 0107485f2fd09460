"""The table: printed, and kept in ``docs/performance.md`` between two marks."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tests.benchmarks.figures import Figure

BEGIN: Final = "<!-- table: written by make bench ARGS=--write -->"
END: Final = "<!-- end of the table -->"


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


def keep(page: Path, table: str) -> None:
    """Put the table between the page's marks. Raises ``ValueError`` where there are none."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page.name} has no marks")
    page.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", encoding="utf-8")
