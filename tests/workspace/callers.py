"""Which process sits at the other end of a local connection (Linux only)."""

from __future__ import annotations

import contextlib
from pathlib import Path


def pid_behind(peer: tuple[str, int], own: tuple[str, int]) -> int | None:
    """Find the process that holds the socket bound to ``peer`` and connected to ``own``."""
    inode = _inode(_as_hex(peer), _as_hex(own))
    if inode is None:
        return None
    wanted = f"socket:[{inode}]"
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and _holds(process / "fd", wanted):
            return int(process.name)
    return None


def _as_hex(address: tuple[str, int]) -> str:
    """Write an IPv4 address as the kernel's table does: bytes backwards, then the port."""
    parts = reversed(address[0].split("."))
    return "".join(f"{int(part):02X}" for part in parts) + f":{address[1]:04X}"


def _inode(local: str, remote: str) -> str | None:
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        columns = line.split()
        if (columns[1], columns[2]) == (local, remote):
            return columns[9]
    return None


def _holds(descriptors: Path, wanted: str) -> bool:
    with contextlib.suppress(OSError):
        for descriptor in descriptors.iterdir():
            with contextlib.suppress(OSError):
                if str(descriptor.readlink()) == wanted:
                    return True
    return False
