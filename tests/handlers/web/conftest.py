"""One door for a file of tests, with a real Bolt app behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from handlers.listener import Listener
from handlers.web import Door, SeenSignatures, make_wsgi
from tests.bolt import handled_by
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
    handle = handled_by(bolt_app())

    def noting(payload: dict[str, Any], headers: dict[str, str]) -> Any:
        street.let_in.append(payload)
        street.retries.append({name: [value] for name, value in headers.items()})
        return handle(payload, headers)

    clock = [0.0]
    door = Door(
        health=lambda: (200, {"status": "ok"}),
        handle=noting,
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
