"""Starting: ``foljsam --help`` beside a bare typer program, imports beside their libraries."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import Figures, micro, ratio
from tests.benchmarks.measuring import cpu_of_program, medians
from tests.benchmarks.processes import ROOT, clean_environment

_LEAN: Final = (
    "import slack_bolt, sqlmodel, waitress, pydantic_settings, structlog, babel\n"
    "import apscheduler.schedulers.background\n"
)
_RUN: Final = (
    "import handlers.cli, handlers.logs, handlers.serving, handlers.app, handlers.listener\n"
    "import handlers.slack_side, handlers.socket_mode, handlers.ticks, bot.installation\n"
)


def helping(bench: Bench) -> Figures:
    """Measure ``foljsam --help``."""
    how = _how(bench)
    program = Path(sys.executable).with_name("foljsam")
    words = [str(program)] if program.exists() else [sys.executable, "-m", "bot"]
    bare = str(Path(__file__).with_name("bare_typer.py"))
    found = medians(
        {
            "ours": cpu_of_program([*words, "--help"], **how),
            "bare": cpu_of_program([sys.executable, bare, "--help"], **how),
        },
        bench.rounds,
    )
    told = f" ({micro(found['ours'])}; {micro(found['bare'])})"
    value = found["ours"] / found["bare"]
    yield ratio("`foljsam --help`: CPU", value, most=2, aim=1.5, of="bare typer", told=told)


def importing(bench: Bench) -> Figures:
    """Measure what ``run`` imports, beside the libraries that it cannot do without."""
    how = _how(bench)
    found = medians(
        {
            "ours": cpu_of_program([sys.executable, "-c", _RUN], **how),
            "lean": cpu_of_program([sys.executable, "-c", _LEAN], **how),
        },
        bench.rounds,
    )
    told = f" ({micro(found['ours'])}; {micro(found['lean'])})"
    value = found["ours"] / found["lean"]
    yield ratio("imports of `run`: CPU", value, most=1.3, of="its libraries alone", told=told)


def _how(bench: Bench) -> dict[str, Any]:
    return {"cwd": bench.folder, "env": clean_environment(PYTHONPATH=str(ROOT))}
