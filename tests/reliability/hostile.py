"""``python -m tests.reliability.hostile [--requests N] [--texts N] [--write]``: a long attack.

Hostile requests through the real door to the real app, every single bit of a signed request,
everything twice at two doors, texts in every card and in workbooks. ``--suite`` runs the whole
suite with every logger at DEBUG as well, and searches what it wrote. Ends with 1 if anything broke,
got in, or became more than text.
"""

# ruff: noqa: T201  # prints its table

from __future__ import annotations

import argparse
import logging
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from bot.texts import LANGUAGES
from storage import migrations
from storage.database import Database
from tests import overheard
from tests.benchmarks import surroundings
from tests.bot.workbook.test_literal_cells import CELLS, round_trip
from tests.handlers.literal import ANY_TEXT, HONEST, escapes, lost
from tests.handlers.web.hostility import Request, read, requests, signed
from tests.handlers.web.kinds import KINDS, wrapped
from tests.handlers.web.test_hostile import held, noted
from tests.handlers.web.town_hall import TownHall, opened
from tests.kept_tables import begun_by, keep

ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = ROOT / "docs" / "security.md"
BEGIN: Final = begun_by("make soak")
HEAD: Final = "| what | tried | found | seconds |\n|---|---|---|---|"
IN_A_BOOK: Final = 500  # texts


@dataclass(slots=True)
class Line:
    """One row of the table: what was tried how often, and what was found that may not be."""

    what: str
    wrong: Counter[str]
    tried: int = 0
    seconds: float = 0.0
    told: list[str] = field(default_factory=list)

    def note(self, wrong: str, *said: str) -> None:
        """Count something that may not be, and keep a few examples."""
        self.wrong[wrong] += 1
        if len(self.told) < 10:
            self.told.append(f"{wrong}: {' '.join(said)}")

    @property
    def is_good(self) -> bool:
        """Whether nothing was found."""
        return not self.wrong.total()

    def __str__(self) -> str:
        """Give the row."""
        found = ", ".join(f"**{many:,}** {what}" for what, many in self.wrong.items())
        return f"| {self.what} | {self.tried:,} | {found} | {self.seconds:,.0f} |"


@contextmanager
def row(lines: list[Line], what: str, *wrong: str) -> Iterator[Line]:
    """Begin a row, time it, and print it."""
    line = Line(what, Counter(dict.fromkeys(wrong, 0)))
    lines.append(line)
    began = time.monotonic()
    yield line
    line.seconds = time.monotonic() - began
    print(line, flush=True)
    for each in line.told:
        print(f"    {each}", file=sys.stderr, flush=True)


def drawn(
    strategy: st.SearchStrategy[Any], many: int, first: int, use: Callable[[Any], None]
) -> None:
    """Draw so many examples from a seed, and use each."""
    done = 0

    @seed(first)
    @settings(
        max_examples=many,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def each(value: Any) -> None:
        nonlocal done
        done += 1
        use(value)

    while done < many:  # it ends early where it has seen an example before
        each = seed(first + done)(each)
        each()


# -- the door


def attack(hall: TownHall, line: Line, many: int, first: int) -> None:
    """Send hostile requests, and see what comes of each."""
    statuses: Counter[int] = Counter()

    def send(request: Request) -> None:
        before = len(hall.unhandled())
        status, _ = hall.ask(request)
        line.tried += 1
        statuses[status] += 1
        if status >= 500:
            line.note("× 5xx", read(request.raw))
        for each in hall.unhandled()[before:]:
            line.note("unhandled", each, read(request.raw))
        if status < 400 and not request.is_signed and not _is_open(request):
            line.note("let in unsigned", read(request.raw))

    drawn(requests(), many, first, send)
    if not hall.still_answers(first):
        line.note("× no answer afterwards")
    print(f"    answered: {dict(sorted(statuses.items()))}", file=sys.stderr, flush=True)


def _is_open(request: Request) -> bool:
    return request.path == "/health" or b"ssl_check=1" in request.raw


def every_bit(hall: TownHall, line: Line) -> None:
    """Change every single bit of a request of every kind, and of its signature and timestamp."""
    for kind, payload in KINDS.items():
        content_type, raw = wrapped(kind, payload)
        if kind == "probe":
            continue  # needs no signature
        whole = signed(raw + b" " if raw[:1] == b"{" else raw + b"&bits=1", content_type)
        for changed in _one_bit_off(whole):
            line.tried += 1
            if hall.ask(changed)[0] < 400:
                line.note("let in", kind)


def _one_bit_off(whole: Request) -> Iterator[Request]:
    for at in range(len(whole.raw) * 8):
        yield replace(whole, raw=_flipped(whole.raw, at))
    assert whole.signature is not None
    assert whole.timestamp is not None
    for other in _one_bit_of(whole.signature):
        yield replace(whole, signature=other)
    for other in _one_bit_of(whole.timestamp):
        yield replace(whole, timestamp=other)


def _one_bit_of(text: str) -> Iterator[str]:
    letters = text.encode()
    for at in range(len(letters) * 8):
        yield _flipped(letters, at).decode("latin-1")


def _flipped(raw: bytes, at: int) -> bytes:
    changed = bytearray(raw)
    changed[at // 8] ^= 1 << (at % 8)
    return bytes(changed)


def twice(hall: TownHall, line: Line, many: int, first: int) -> None:
    """Send each request to one door and again to both, and see that no more comes of it."""
    chance = random.Random(first)
    for number in range(many):
        kind = chance.choice(tuple(KINDS))
        payload = {**KINDS[kind], "trigger_id": f"twice.{first}.{number}"}
        content_type, raw = wrapped(kind, payload)
        request = signed(raw, content_type)
        hall.ask(request, number % 2)
        once = held(hall), noted(hall)
        for door in (0, 1):
            hall.ask(request, door)
        line.tried += 1
        if (held(hall), noted(hall)) != once:
            line.note("done twice", kind)


# -- texts


def in_cards(line: Line, many: int, first: int) -> None:
    """Put texts into every field of every card."""

    def show(drawn_: tuple[str, int, str]) -> None:
        text, rows, language = drawn_
        line.tried += 1
        for each in escapes(text, rows, language):
            line.note("more than text", each, ascii(text))

    drawn(st.tuples(ANY_TEXT, st.integers(1, 3), st.sampled_from(LANGUAGES)), many, first, show)


def honest_in_cards(line: Line, many: int, first: int) -> None:
    """See that honest texts come out as they went in."""

    def show(text: str) -> None:
        line.tried += 1
        for each in lost(text, LANGUAGES[line.tried % 2]):
            line.note("came out otherwise", each, ascii(text))

    drawn(HONEST.filter(lambda text: len(text.rstrip(". ")) > 1), many, first, show)


def in_workbooks(line: Line, many: int, first: int, folder: Path) -> None:
    """Write texts into workbooks and read them with openpyxl and by ourselves."""
    texts: list[str] = []
    drawn(CELLS, many, first, texts.append)
    for start in range(0, len(texts), IN_A_BOOK):
        some = texts[start : start + IN_A_BOOK]
        for each in round_trip(some, folder / "register.xlsx"):
            line.note("formulas" if each.startswith("a formula") else "read otherwise", each)
        line.tried += len(some)


# -- the logs


def in_logs(line: Line, folder: Path) -> None:
    """Run the suite with every logger at DEBUG, and search all that was written."""
    file = folder / "suite.log"
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal"]
    environment = {**os.environ, overheard.SETTING: str(file)}
    subprocess.run(command, cwd=ROOT, env=environment, check=False, stdout=subprocess.DEVNULL)
    text = file.read_text(encoding="utf-8", errors="replace")
    line.tried = text.count("\n")
    for what, many in overheard.search(text).items():
        line.wrong["names, tokens and addresses"] += many
        line.told.append(f"{many} × {what}")


# -- the whole


def main() -> None:
    """Do everything and print it; write the page where asked to."""
    asked = _asked()
    logging.getLogger("slack_bolt").setLevel(logging.CRITICAL)
    logging.getLogger("slack_sdk").setLevel(logging.CRITICAL)
    lines: list[Line] = []
    about = surroundings.described()[:2]
    print("\n".join([*about, "", HEAD]), flush=True)
    with tempfile.TemporaryDirectory(prefix="foljsam-hostile-") as name:
        _at_the_door(asked, lines, Path(name))
        _in_texts(asked, lines, Path(name))
        if asked.suite:
            what = "lines logged by the whole suite at DEBUG"
            with row(lines, what, "names, tokens and addresses") as line:
                in_logs(line, Path(name))
    if asked.write:
        keep(PAGE, BEGIN, whole(lines, about))
    sys.exit(0 if all(line.is_good for line in lines) else 1)


def _at_the_door(asked: argparse.Namespace, lines: list[Line], folder: Path) -> None:
    url = f"sqlite:///{folder / 'register.db'}"
    database = Database(url)
    migrations.upgrade(database)
    database.close()
    with opened(url, doors=2) as hall:
        wrong = ("unhandled", "× 5xx", "let in unsigned", "× no answer afterwards")
        with row(lines, "hostile requests, four in five of them signed", *wrong) as line:
            attack(hall, line, asked.requests, asked.seed)
        with row(lines, "single bits of signed requests changed", "let in") as line:
            every_bit(hall, line)
        with row(lines, "requests sent again to two doors on one register", "done twice") as line:
            twice(hall, line, max(asked.requests // 10, 1), asked.seed)


def _in_texts(asked: argparse.Namespace, lines: list[Line], folder: Path) -> None:
    with row(lines, "texts in every field of every card", "more than text") as line:
        in_cards(line, asked.texts, asked.seed)
    with row(lines, "honest texts in every card", "came out otherwise") as line:
        honest_in_cards(line, asked.texts // 4, asked.seed)
    with row(lines, "texts in workbooks and back", "formulas", "read otherwise") as line:
        in_workbooks(line, asked.texts, asked.seed, folder)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make soak ARGS=", description="Attack the bot.")
    parser.add_argument("--requests", type=int, default=10_000, help="hostile ones")
    parser.add_argument("--texts", type=int, default=10_000, help="in cards, and in workbooks")
    parser.add_argument("--seed", type=int, default=1, help="what is drawn follows from it")
    parser.add_argument("--suite", action="store_true", help="search the logs of the whole suite")
    parser.add_argument("--write", action="store_true", help="keep the table in docs/")
    return parser.parse_known_args()[0]  # the other parts of the soak have words of their own


def whole(lines: list[Line], about: list[str]) -> str:
    """Give the table with where and when."""
    rows = "\n".join(str(line) for line in lines)
    day = datetime.now(UTC).date().isoformat()
    where = "  \n".join(about)
    return f"Run on {day}.  \n{where}\n\n{HEAD}\n{rows}"


if __name__ == "__main__":
    main()
