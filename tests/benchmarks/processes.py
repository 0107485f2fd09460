"""Servers under load: started pinned to one core, weighed over their whole process tree."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from tests.benchmarks.figures import Skipped
from tests.benchmarks.surroundings import cores

ROOT: Final = Path(__file__).resolve().parents[2]
START_SECONDS: Final = 240.0  # the first round of `run` plans the whole register
_PROC: Final = Path("/proc")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where it answers, and what it has used."""

    port: int
    pid: int

    def cpu(self) -> dict[str, int]:
        """Give the nanoseconds that each thread of the tree has been on a processor."""
        used: dict[str, int] = {}
        for process in self._tree():
            with contextlib.suppress(OSError):
                for task in (_PROC / str(process.pid) / "task").iterdir():
                    used[task.name] = int((task / "schedstat").read_text().split()[0])
        return used

    def cpu_since(self, before: dict[str, int]) -> float:
        """Give the CPU seconds used since then, of threads that are still there."""
        now = self.cpu()
        return sum(used - before.get(task, 0) for task, used in now.items()) / 1e9

    def memory(self) -> float:
        """Give megabytes of the tree, shared pages counted once (PSS)."""
        kilobytes = 0
        for process in self._tree():
            rollup = (_PROC / str(process.pid) / "smaps_rollup").read_text()
            kilobytes += int(rollup.partition("\nPss:")[2].split()[0])
        return kilobytes / 1024

    def _tree(self) -> list[psutil.Process]:
        top = psutil.Process(self.pid)
        return [top, *top.children(recursive=True)]


def pinned(core: int) -> list[str]:
    """Give the words that hold a command to one core, where there is more than one."""
    return ["taskset", "-c", str(core)] if shutil.which("taskset") and cores() > 1 else []


@contextmanager
def held_to(core: int) -> Iterator[None]:
    """Hold this thread to one core meanwhile, where there is more than one."""
    if not hasattr(os, "sched_setaffinity") or cores() == 1:
        yield
        return
    usual = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, usual)


def clean_environment(**named: str) -> dict[str, str]:
    """Give an environment without settings of ours, in which compiled modules are kept."""
    ours = ("SLACK_", "FOLJSAM_", "DATABASE_URL", "HOST", "PORT", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | named


@contextmanager
def serving(
    *words: str, port: int, folder: Path, named: Mapping[str, str], ready: Callable[[int], bool]
) -> Iterator[Server]:
    """Run a Python program on core 0 until the block ends; what it logs goes to a file."""
    if not (_PROC / "self" / "schedstat").exists():
        raise Skipped("needs Linux's /proc")
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"server-{port}.log"
    with log.open("wb") as opened:
        process = subprocess.Popen(
            [*pinned(0), sys.executable, *words],
            cwd=folder,
            env=clean_environment(PYTHONPATH=str(ROOT), **named),
            stdout=opened,
            stderr=opened,
        )
    try:
        _await(lambda: ready(port), process, log)
        yield Server(port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"a server ended at once:\n{log.read_text()[-2000:]}")
        with contextlib.suppress(OSError, http.client.HTTPException):
            if ready():
                return
        time.sleep(0.1)
    raise RuntimeError(f"a server was not ready in time:\n{log.read_text()[-2000:]}")


def ask(
    port: int, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> tuple[int, bytes]:
    """Ask once over a connection of its own."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        line.request(method, path, body or None, dict(headers or {}))
        answer = line.getresponse()
        return answer.status, answer.read()
    finally:
        line.close()
