"""How the database is doing as a thing on a disk or on a server."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from storage.database import Database

_MOUNTS = Path("/proc/self/mounts")
_NETWORKS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "ceph", "fuse.sshfs"}
LEAST_FREE = 200 * 1024 * 1024  # bytes on the disk of an SQLite file


def has_room(database: Database) -> bool:
    """Say whether there is room on the disk to go on writing. A server looks after its own."""
    path = database.path
    return path is None or shutil.disk_usage(path.parent).free >= LEAST_FREE


def is_whole(database: Database, *, thoroughly: bool = False) -> bool:
    """Say whether SQLite finds its file undamaged: 10 ms a megabyte. A server checks itself.

    ``thoroughly``: that every index tells the same as its table too, which takes several times as
    long.
    """
    if database.path is None:
        return True
    question = "PRAGMA integrity_check(1)" if thoroughly else "PRAGMA quick_check(1)"
    with database.reading() as connection:
        try:
            return connection.execute(text(question)).scalar() == "ok"
        except DBAPIError:  # damaged so badly that it cannot even be asked
            return False


def is_on_this_machine(database: Database) -> bool:
    """Say whether an SQLite file lies on a disk of this machine, as far as the kernel tells."""
    path = database.path
    if path is None or not _MOUNTS.exists():
        return True
    here = path.resolve()
    kinds = {}  # by where it is mounted
    for line in _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines():
        _, where, kind, *_ = line.split(" ")
        kinds[where.replace("\\040", " ")] = kind
    mounted = [where for where in kinds if here.is_relative_to(where)]
    return not mounted or kinds[max(mounted, key=len)] not in _NETWORKS


def server(database: Database) -> str | None:
    """Name the server and its timeline, which change when another one takes over.

    None on SQLite, and where the server does not tell.
    """
    if database.is_sqlite:
        return None
    asked = (
        "SELECT (SELECT system_identifier FROM pg_control_system())::text || '/' || "
        "(SELECT timeline_id FROM pg_control_checkpoint())::text"
    )
    try:
        with database.reading() as connection:
            return str(connection.execute(text(asked)).scalar_one())
    except ProgrammingError:
        return None
