"""What most commands begin with: the settings, and a register that can be used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.office import Office


@contextmanager
def office() -> Iterator[Office]:
    """Open the office with the settings as they are, whatever state its database is in."""
    from bot import installation  # noqa: PLC0415  # SQLModel: not for --help
    from bot.settings import load_settings  # noqa: PLC0415
    from handlers import logs  # noqa: PLC0415

    logs.set_up(logs.WARNING)  # before anything logs: standard output belongs to the answer
    opened = installation.open_office(load_settings())
    try:
        yield opened
    finally:
        opened.database.close()


@contextmanager
def register(*, may_make: bool = False) -> Iterator[Office]:
    """Open the office with a database whose schema is this program's own.

    ``may_make`` brings an empty database up to date, so that an import can be the first thing.
    """
    from bot import installation  # noqa: PLC0415

    with office() as opened:
        if may_make:
            installation.make_ready(opened)
        else:
            installation.require_current(opened.database)
        yield opened
