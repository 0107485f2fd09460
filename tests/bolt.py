"""A plain Bolt app behind our own door."""

from __future__ import annotations

from typing import Any

from slack_bolt import App, BoltRequest

from handlers.web import Handle


def handled_by(app: App) -> Handle:
    """Hand payloads to an app of Bolt's."""

    def handle(payload: dict[str, Any], headers: dict[str, str]) -> Any:
        return app.dispatch(BoltRequest(mode="socket_mode", body=payload, headers=dict(headers)))

    return handle
