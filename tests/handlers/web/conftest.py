"""One door for a file of tests, with a real Bolt app behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from handlers.listener import Listener
from handlers.web import Door, SeenSignatures, make_wsgi
from tests.handlers.web.street import (
    NOW,
    OTHER,
    SECRET,
    Street,
    bolt_app,
)


@pytest.fixture(scope="module")
def outside() -> Iterator[Street]:
    street: Street
    app = bolt_app()

    class Noting:
        def dispatch(self, req: Any) -> Any:
            street.let_in.append(req.body)
            street.retries.append(dict(req.headers))
            return app.dispatch(req)

    clock = [0.0]
    door = Door(
        health=lambda: (200, {"status": "ok"}),
        app=Noting(),
        secrets=(SECRET, OTHER),
        seen=SeenSignatures(monotonic=lambda: clock[0]),
        now=lambda: float(NOW),
    )
    street = Street(Listener(make_wsgi(door), "127.0.0.1", 0), clock=clock)
    street.listener.start()
    yield street
    street.listener.stop(2)


@pytest.fixture
def street(outside: Street) -> Street:
    outside.let_in.clear()
    outside.retries.clear()
    outside.clock[0] += 10_000  # every signature is forgotten
    return outside
