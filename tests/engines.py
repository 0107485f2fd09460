"""Engines of one test process share the statements that they have compiled.

Each test has a database and so an engine of its own, and SQLAlchemy would compile every statement
for every engine anew: a third of the time of tests that ask a database much.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Dialect, Engine, event
from sqlalchemy.engine import URL

from storage import database


@contextmanager
def that_share_their_statements() -> Iterator[None]:
    """Let engines that are made meanwhile speak by the first of their kind that was connected."""
    make = database._engine
    spoken: dict[str, Dialect] = {}
    compiled: dict[Any, Any] = {}

    def shared(url: URL, pool_size: int) -> Engine:
        engine = make(url, pool_size)
        name, own = engine.dialect.name, engine.dialect
        if name in spoken:
            engine.dialect = spoken[name]
        else:  # once connected it knows the server
            event.listen(engine, "connect", lambda *_: spoken.setdefault(name, own))
        engine.update_execution_options(compiled_cache=compiled)
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_engine", shared)
        yield
