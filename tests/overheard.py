"""Everything that is logged while tests run, in one file, and a search through it.

``FOLJSAM_TEST_LOGS=FILE make test`` runs the suite with every logger at DEBUG, as though somebody
had lowered the libraries' by mistake, behind the configuration that is used in service; what
processes of the bot write is in the file too. At the end the file is searched, and the run fails
where it holds a token, a name, an address or a number of anybody's.
"""

from __future__ import annotations

import io
import logging
import os
import re
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, Final

import structlog

from handlers import logs

SETTING: Final = "FOLJSAM_TEST_LOGS"
LIBRARIES: Final = (
    "slack_bolt",
    "slack_bolt.App",
    "slack_sdk",
    "slack_sdk.web.base_client",
    "slack_sdk.webhook.client",
    "slack_sdk.socket_mode",
    "sqlalchemy",
    "sqlalchemy.engine",
    "apscheduler",
    "waitress",
    "urllib3",
    "asyncio",
)
_TOKENS: Final = (
    "8f742231b10e8888abcd99yyyzzz85a5",  # the signing secret of the tests, and the next one
    "the-next-secret",
    "/response/",
    "Traceback",
)
_CAST: Final = ("Anna Ek", "Björn Al", "Cissi Dal", "Kjell", "Greta", "kanarie", "canary")
_SHAPES: Final = {
    "a token": re.compile(r"xox[a-z]-[\w-]+|xapp-[\w-]+|hooks\.slack\.com/\S+|wss?://\S+"),
    "an address": re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"),
    "a telephone": re.compile(r"(?<![\w.:/-])(?:\+46|0)[ -]?\d{1,3}-?[ -]\d{2,3}[ -]?\d{2}"),
    "a personnummer": re.compile(r"(?<!\d)(?:\d{2})?\d{6}[-+]\d{4}(?!\d)"),
}
_NAMING: Final = ("Namn", "Organisation", "E-post", "Telefon", "Kontaktperson", "Paraply")


@cache
def words() -> tuple[str, ...]:
    """Give what may stand in no log: the demonstration's names and addresses, and the cast's."""
    from tests.workspace_demo.make_register import ROWS  # noqa: PLC0415  # openpyxl: only here

    held = {
        value
        for rows in ROWS.values()
        for row in rows
        for heading, value in row.items()
        if heading in _NAMING and len(value) > 4
    }
    return (*_TOKENS, *_CAST, *sorted(held))


def search(text: str) -> Counter[str]:
    """Count what should not be there."""
    folded = text.casefold()
    counts = {word: folded.count(word.casefold()) for word in words()}
    found = Counter({word: many for word, many in counts.items() if many})
    for name, shape in _SHAPES.items():
        found.update(f"{name}: {each}" for each in shape.findall(text))
    return found


def file_asked_for() -> Path | None:
    """Give the file that everything is to be written to, where one is asked for."""
    name = os.environ.get(SETTING)
    return Path(name).resolve() if name else None


def heard(line: str) -> None:
    """Keep a line that a process of the bot has written."""
    if (file := file_asked_for()) is not None:
        with file.open("a", encoding="utf-8") as opened:
            opened.write(line if line.endswith("\n") else f"{line}\n")


class _ToFile(io.TextIOBase):
    """Writes into the file; and, where asked to, to what standard error is at the moment."""

    def __init__(self, *, aloud: bool = False) -> None:
        super().__init__()
        self._aloud = aloud

    def write(self, text: str) -> int:
        if self._aloud:
            sys.stderr.write(text)
        if text != "\n":  # the end of a line comes by itself
            heard(text)
        return len(text)


def listen() -> None:
    """Log as in service, every level down to DEBUG, and into the file beside."""
    logs.set_up(logging.DEBUG)
    lower_everything()
    both: Any = _ToFile(aloud=True)
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(both))
    for handler in list(logging.getLogger().handlers):
        beside = logging.StreamHandler(_ToFile())
        beside.setLevel(handler.level)
        beside.setFormatter(handler.formatter)
        logging.getLogger().addHandler(beside)


def lower_everything() -> None:
    """Do what must not help: set each library's logger to DEBUG."""
    logging.getLogger().setLevel(logging.DEBUG)
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.DEBUG)


def report(file: Path) -> Counter[str]:
    """Search the file and say on standard error what was found."""
    text = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
    found = search(text)
    lines = text.count("\n")
    print(f"logs: {lines:,} lines, {found.total():,} finds in {file}", file=sys.stderr)  # noqa: T201
    for what, many in found.most_common(20):
        print(f"  {many:,} × {what}", file=sys.stderr)  # noqa: T201
    return found


# -- as a plugin of pytest


def pytest_runtest_call(item: Any) -> None:
    """Listen anew before each test: some set the logging up themselves."""
    del item
    if file_asked_for() is not None:
        listen()


def pytest_sessionfinish(session: Any) -> None:
    """Search, once all are done."""
    file = file_asked_for()
    if file is not None and not hasattr(session.config, "workerinput") and report(file):
        session.exitstatus = 1
