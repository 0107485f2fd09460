"""``python -m tests.benchmarks [--quick] [--only NAME …] [--write]``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.benchmarks import (
    inside_rows,
    socket_rows,
    start_rows,
    storage_rows,
    surroundings,
    table,
    tls_rows,
    web_rows,
    workbook_rows,
)
from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import Figure, Figures, Skipped
from tests.benchmarks.processes import ROOT
from tests.kept_tables import keep

BENCHMARKS: Final[dict[str, Callable[[Bench], Figures]]] = {
    "web": web_rows.web,
    "run": web_rows.run,
    "growth": web_rows.growth,
    "socket": socket_rows.socket,
    "statements": inside_rows.statements,
    "dispatch": inside_rows.dispatch,
    "door": inside_rows.door,
    "search": inside_rows.search,
    "due": storage_rows.due,
    "writing": storage_rows.writing,
    "workbook": workbook_rows.workbook,
    "tls": tls_rows.tls,
    "help": start_rows.helping,
    "imports": start_rows.importing,
}


def main() -> None:
    """Measure and print; write the page where asked to."""
    asked = _asked()
    about = surroundings.described()
    print("\n".join([*about, "", table.head()]))
    with tempfile.TemporaryDirectory(prefix="foljsam-bench-") as folder:
        bench = Bench(Path(folder))
        if asked.quick:
            bench.rounds, bench.calls = 3, 300
        figures = []
        for figure in _measured(bench, asked.only or list(BENCHMARKS)):
            print(table.line(figure), flush=True)
            figures.append(figure)
    if asked.write:
        day = datetime.now(UTC).date().isoformat()
        page = ROOT / "docs" / "performance.md"
        keep(page, table.BEGIN, table.whole(figures, about, day))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=", description="Measure the bot.")
    parser.add_argument("--quick", action="store_true", help="few rounds: a first impression")
    parser.add_argument("--only", action="append", choices=BENCHMARKS, metavar="NAME", help="")
    parser.add_argument("--write", action="store_true", help="keep the table in docs/")
    return parser.parse_args()


def _measured(bench: Bench, names: list[str]) -> Iterator[Figure]:
    for name in names:
        print(f"{name} …", end="\r", file=sys.stderr, flush=True)
        try:
            yield from BENCHMARKS[name](bench)
        except Skipped as why:
            yield Figure(name, "", f"not measured: {why}")


if __name__ == "__main__":
    main()
