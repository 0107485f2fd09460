"""Where a table was measured: versions, cores and how busy the machine was."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
from importlib.metadata import version
from typing import Final

_TOLD: Final = ("slack-bolt", "SQLAlchemy", "sqlmodel", "granian", "waitress", "rapidfuzz")


def cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def described() -> list[str]:
    """Tell the machine, the versions and the load, a line each."""
    parts = ", ".join(f"{name} {version(name)}" for name in _TOLD)
    load = os.getloadavg()[0]
    busy = " – **busier than it has cores: take the figures again**" if load > cores() else ""
    tool = "wrk" if shutil.which("wrk") else "our own (wrk is not installed)"
    python = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    return [
        f"{cores()} cores, {platform.system()} {platform.machine()}, {python}",
        parts,
        f"load average {load:.2f}{busy}; load generator: {tool}",
    ]
