"""The page's doors, without a browser: who may knock, and what is handed out."""

from __future__ import annotations

import asyncio
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.workspace import Workspace
from tests.workspace.page.clock import CannotMove, DemoClock
from tests.workspace.page.doors import STATIC

MOST_BYTES = 150_000


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with Workspace.start() as slack:
        yield slack


def knock(address: str, **headers: str) -> tuple[int, dict[str, str]]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=named)) as answer:
            return answer.status, dict(answer.headers)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, dict(refusal.headers)


def test_the_page_is_small_and_asks_nobody_else():
    files = [path for path in STATIC.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < MOST_BYTES
    addresses = {
        found
        for path in files
        for found in re.findall(r"https?://[\w./-]+", path.read_text(encoding="utf-8"))
    }
    assert addresses == {"http://www.w3.org/2000/svg"}
    written = "".join(path.read_text(encoding="utf-8") for path in files)
    for door in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert door not in written


def test_the_page_lets_no_text_become_markup(workspace: Workspace):
    status, headers = knock(workspace.address + "/")
    assert status == 200
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';")
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    "path", ["/page/../doors.py", "/page/%2e%2e/doors.py", "/page/js", "/page/nothing.js"]
)
def test_only_the_pages_own_files_are_given(workspace: Workspace, path: str):
    assert knock(workspace.address + path)[0] == 404


@pytest.mark.parametrize("path", ["/", "/page/live", "/_control/describe"])
def test_other_sites_and_names_are_refused(workspace: Workspace, path: str):
    address = workspace.address + path
    assert knock(address, Origin="https://example.se")[0] == 403
    assert knock(address, Host="example.se")[0] == 403
    assert knock(address, Origin="null")[0] == 403


CSV = "moment,recipient,agreement,evaluation,step,text\\n"
ROWS = (
    "2021-09-29T08:00:00+02:00,U_ANNA,IOP-1,1,-30,Snart dags\\n"
    "2021-09-03T08:00:00+02:00,U_ANNA,IOP-2,1,-30,Ännu tidigare\\n"
    "2021-08-01T08:00:00+02:00,U_ANNA,IOP-3,1,-30,Redan förbi\\n"
)


def clock(folder: Path, rows: str = ROWS) -> DemoClock:
    file = folder / "clock"
    file.write_text("2021-09-01T10:00:00+02:00", encoding="utf-8")
    said = f"import sys; sys.stdout.buffer.write('{CSV}{rows}'.encode())"
    return DemoClock(file, [sys.executable, "-c", said])


async def _nothing() -> None:
    return None


def test_the_clock_stops_wherever_something_is_sent(tmp_path: Path):
    standing = clock(tmp_path)
    stops: list[datetime] = []

    async def walk() -> datetime:
        assert [row.agreement for row in await standing.coming()] == ["IOP-2", "IOP-1"]
        return await standing.forward("date", "2021-10-01", wait=_nothing, tell=stops.append)

    assert asyncio.run(walk()).isoformat() == "2021-10-01T10:00:00+02:00"
    assert [stop.day for stop in stops] == [3, 29, 1]
    assert standing.now() == datetime.fromisoformat("2021-10-01T10:00:00+02:00")


@pytest.mark.parametrize(
    ("by", "to", "why"), [("date", "2021-08-31", "backwards"), ("next", None, "nothing_coming")]
)
def test_the_clock_says_why_it_stays(tmp_path: Path, by: str, to: str | None, why: str):
    standing = clock(tmp_path, rows="")
    with pytest.raises(CannotMove, match=why):
        asyncio.run(standing.forward(by, to, wait=_nothing, tell=lambda _: None))


def test_those_who_ask_what_is_coming_at_the_same_time_are_told_together(tmp_path: Path):
    file, counted = tmp_path / "clock", tmp_path / "counted"
    file.write_text("2021-09-01T10:00:00+02:00", encoding="utf-8")
    said = f"open({str(counted)!r}, 'a').write('.'); print('{CSV}{ROWS}')"
    standing, changes = DemoClock(file, [sys.executable, "-X", "utf8", "-c", said]), [0]

    async def ask(change: int) -> int:
        changes[0] = change
        return len(await standing.coming(lambda: changes[0]))

    async def ask_all() -> list[int]:
        return await asyncio.gather(*(ask(change) for change in range(6)))

    assert asyncio.run(ask_all()) == [2] * 6
    assert counted.read_text(encoding="utf-8") == "..", "the first, and once for all after it"


def test_without_options_there_is_no_clock_to_move(tmp_path: Path):
    standing = DemoClock(tmp_path / "none")
    assert standing.now() is None
    assert asyncio.run(standing.coming()) == []
