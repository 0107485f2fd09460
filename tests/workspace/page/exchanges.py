"""What went between the bot and Slack, for the developers' drawer: requests and answers, raw."""

from __future__ import annotations

import json
from typing import Any

from tests.workspace.world import World

LATEST = 100


def latest(world: World) -> list[dict[str, Any]]:
    """List the latest exchanges in both directions, oldest first."""
    told = [_to_bot(delivery) for delivery in world.deliveries[-LATEST:]]
    asked = [_from_bot(call) for call in world.calls[-LATEST:]]
    return sorted([*told, *asked], key=lambda each: float(each["at"]))[-LATEST:]


def exchange_of(world: World, kind: str, facts: dict[str, Any]) -> dict[str, Any] | None:
    """Describe the exchange that a happening tells of, if it is still in the log."""
    log, number, describe = (
        (world.deliveries, facts["delivery"], _to_bot)
        if kind == "delivered"
        else (world.calls, facts["number"], _from_bot)
    )
    found = next((entry for entry in reversed(log) if entry["number"] == number), None)
    return describe(found) if found else None


def _to_bot(delivery: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"to-{delivery['number']}",
        "to_bot": True,
        "at": delivery["at"],
        "title": _title(delivery["kind"], delivery["payload"]),
        "status": delivery.get("how"),
        "ok": delivery.get("how") == "acknowledged",
        "took_ms": delivery.get("took_ms"),
        "sent": delivery["payload"],
        "answer": delivery.get("answer"),
    }


def _title(kind: str, payload: dict[str, Any]) -> str:
    if kind == "slash_commands":
        return f"{payload['command']} {payload['text']}".strip()
    if kind == "events_api":
        return f"event · {payload['event']['type']}"
    actions = payload.get("actions")
    acted = actions[0]["action_id"] if actions else payload.get("callback_id", "")
    return f"{payload.get('type', kind)} · {acted}".rstrip(" ·")


def _from_bot(call: dict[str, Any]) -> dict[str, Any]:
    done = call["carried_out_at"]
    return {
        "id": f"from-{call['number']}",
        "to_bot": False,
        "at": call["at"],
        "title": call["method"],
        "status": call["status"],
        "ok": bool(call["carried_out"]),
        "took_ms": (done - call["at"]) * 1000 if done else None,
        "sent": {name: _unpacked(value) for name, value in call["fields"].items()} or call["raw"],
        "answer": call["answer"],
    }


def _unpacked(value: Any) -> Any:
    """Read the JSON that forms carry as text, so that it can be read."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
