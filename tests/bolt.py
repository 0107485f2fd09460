"""A plain Bolt app behind our own door."""

from __future__ import annotations

from typing import Any

from slack_bolt import App, BoltRequest

from handlers.app import as_http
from handlers.web import Answer, Handle


def handled_by(app: App) -> Handle:
    """Hand payloads to an app of Bolt's."""

    def handle(payload: dict[str, Any], headers: dict[str, str]) -> Answer:
        request = BoltRequest(mode="socket_mode", body=payload, headers=dict(headers))
        return as_http(app.dispatch(request))

    return handle
