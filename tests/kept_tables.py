"""Tables of measured figures that a program writes into a page of the documentation."""

from __future__ import annotations

from pathlib import Path
from typing import Final

END: Final = "<!-- end of the table -->"


def begun_by(command: str) -> str:
    """Give the mark that a table begins with: which command writes it."""
    return f"<!-- table: written by {command} ARGS=--write -->"


def keep(page: Path, begin: str, table: str) -> None:
    """Put the table between the page's marks. Raises ``ValueError`` where there are none."""
    before, begun, rest = page.read_text(encoding="utf-8").partition(begin)
    _, end, after = rest.partition(END)
    if not begun or not end:
        raise ValueError(f"{page.name} has no marks")
    page.write_text(f"{before}{begin}\n\n{table}\n\n{END}{after}", encoding="utf-8")
