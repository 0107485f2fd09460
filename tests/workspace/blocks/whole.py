"""A whole message or view: how many blocks, how much text, what must be there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.workspace.blocks.checks import (
    Place,
    Report,
    Shape,
    anything,
    boolean,
    by_type,
    many,
    plain,
    string,
)
from tests.workspace.blocks.layouts import IN_MESSAGE, IN_VIEW

MESSAGE_CHARACTERS = 13_000
VIEW_BYTES = 250_000

_MESSAGE_BLOCKS = many(by_type(IN_MESSAGE, "block"), 50, 0)
_VIEW_BLOCKS = many(by_type(IN_VIEW, "block"), 100)
_COMMON = {
    "type": anything,
    "blocks": _VIEW_BLOCKS,
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
}


def _submit_for_inputs(view: Mapping[str, Any], place: Place) -> None:
    if "submit" not in view and any(block["type"] == "input" for block in view["blocks"]):
        place.refuse("missing required field: submit (the view has input blocks)")


_MODAL = Shape(
    {
        **_COMMON,
        "title": plain(24),
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
    required=("title", "blocks"),
    rule=_submit_for_inputs,
)
_HOME = Shape(_COMMON, required=("blocks",))


def message_problems(blocks: Any) -> tuple[str | None, list[str]]:
    """Check a message's blocks; give Slack's error code (or None) and where it is wrong."""
    report = Report()
    _MESSAGE_BLOCKS(blocks, Place(report, "/blocks"))
    if not report.problems and sum(block["type"] == "table" for block in blocks) > 1:
        report.problems.append("[ERROR] only one table allowed [json-pointer:/blocks]")
    if report.problems:
        return "invalid_blocks", report.problems
    if report.characters > MESSAGE_CHARACTERS:
        place = f"{report.characters} characters over all blocks [json-pointer:/blocks]"
        return "msg_blocks_too_long", [f"[ERROR] {place}"]
    return None, []


def view_problems(view: Any, kind: str) -> tuple[str | None, list[str]]:
    """Check a view of a kind (modal or home); give the error code (or None) and the places."""
    report = Report(surface=kind)
    place = Place(report, "/view")
    if not isinstance(view, dict):
        place.refuse("must be an object")
    elif view.get("type") != kind:
        place.at("type").refuse(f"must be {kind}")
    else:
        (_MODAL if kind == "modal" else _HOME)(view, place)
    if report.problems:
        return "invalid_arguments", report.problems
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        return "view_too_large", ["[ERROR] view is larger than 250 kB [json-pointer:/view]"]
    return None, []
