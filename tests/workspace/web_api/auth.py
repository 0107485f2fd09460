"""Who am I, and where do I connect."""

from __future__ import annotations

import secrets
from typing import Any

from tests.workspace.ids import APP_ID, BOT_ID, BOT_USER, HOME_DOMAIN, HOME_TEAM
from tests.workspace.web_api.calls import Call, method


@method("auth.test", tier="special")
def test(call: Call) -> dict[str, Any]:
    """Tell a bot token's team, user and bot id."""
    return {
        "url": f"https://{HOME_DOMAIN}.slack.com/",
        "team": "Kommunen",
        "user": "foljsam",
        "team_id": HOME_TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": call.world.settings.organisation_install,
    }


@method("api.test", tier=4, token="none")
def api_test(call: Call) -> dict[str, Any]:
    """Answer, with or without a token."""
    return {"args": {k: v for k, v in call.fields.items() if k != "token"}}


@method("apps.connections.open", tier=1, token="app")
def open_connection(call: Call) -> dict[str, Any]:
    """Give a single-use address for a WebSocket."""
    world = call.world
    ticket = secrets.token_hex(16)
    world.tickets.add(ticket)
    host = world.address.replace("http://", "ws://", 1)
    return {"url": f"{host}/link/?ticket={ticket}&app_id={APP_ID}"}
