"""A large workbook: how long it takes to import, from a fresh process to the last commit."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Final

from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import Figure, Figures, judge
from tests.benchmarks.processes import ROOT, clean_environment

_SECONDS: Final = 60


def workbook(bench: Bench) -> Figures:
    """Export the large register and import it into an empty one."""
    many = bench.sizes[1]
    book = bench.folder / "register.xlsx"
    written = _timed(bench, bench.register(many), "export", str(book))
    read = _timed(bench, f"sqlite:///{bench.folder / 'imported.db'}", "import", str(book))
    told = f"**{read:.0f} s** (written in {written:.0f} s)"
    what = f"importing {many:,} agreements from a workbook"
    yield Figure(what, f"< {_SECONDS} s", told, judge(read, _SECONDS))


def _timed(bench: Bench, database: str, *words: str) -> float:
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=bench.folder,
        env=clean_environment(PYTHONPATH=str(ROOT), DATABASE_URL=database),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{words[0]} failed: {done.stderr[-1000:]}")
    return time.monotonic() - begun
