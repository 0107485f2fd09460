"""The blocks themselves: which fields, which elements, how many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.workspace.blocks.checks import (
    Check,
    Place,
    Shape,
    anything,
    block_id,
    boolean,
    by_type,
    many,
    one_of,
    plain,
    string,
    text,
    url,
)
from tests.workspace.blocks.elements import (
    IMAGE,
    IN_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    SLACK_FILE,
    one_source,
)
from tests.workspace.blocks.rich_text import RICH_TEXT


def _block(required: str = "", rule: Any = None, **fields: Check) -> Shape:
    return Shape(
        {"type": anything, "block_id": block_id, **fields},
        required=tuple(required.split()),
        rule=rule,
    )


def _something_to_say(block: Mapping[str, Any], place: Place) -> None:
    if "text" not in block and "fields" not in block:
        place.refuse("one of text and fields is required")


def _field_fits_surface(block: Mapping[str, Any], place: Place) -> None:
    kind = block["element"]["type"]
    if kind == "file_input" and place.report.surface != "modal":
        place.at("element").refuse("file_input is only allowed in modals")
    if kind == "file_input" and block.get("dispatch_action"):
        place.at("dispatch_action").refuse("file_input cannot dispatch actions")


def _markdown(value: Any, place: Place) -> None:
    string(12_000)(value, place)
    if isinstance(value, str):
        place.report.markdown_characters += len(value)
        place.report.characters += len(value)
    if place.report.markdown_characters > 12_000:
        place.refuse("markdown blocks of one message hold at most 12000 characters together")


def _raw_text(value: Any, place: Place) -> None:
    string(3000, 0)(value, place)
    if isinstance(value, str):
        place.report.characters += len(value)


_CELL = by_type(
    {
        "rich_text": RICH_TEXT,
        "raw_text": Shape({"type": anything, "text": _raw_text}, ("text",)),
    },
    "cell",
)
_COLUMN = Shape({"align": one_of("left", "center", "right"), "is_wrapped": boolean})

_ANYWHERE: dict[str, Check] = {
    "section": _block(
        rule=_something_to_say,
        text=text(3000),
        fields=many(text(2000), 10),
        accessory=by_type(IN_SECTION, "section accessory"),
        expand=boolean,
    ),
    "header": _block("text", text=plain(150)),
    "divider": _block(),
    "context": _block(
        "elements",
        elements=many(
            by_type({"image": IMAGE, "plain_text": text(3000), "mrkdwn": text(3000)}, "context"),
            10,
        ),
    ),
    "actions": _block("elements", elements=many(by_type(IN_ACTIONS, "actions element"), 25)),
    "input": _block(
        "label element",
        rule=_field_fits_surface,
        label=plain(2000),
        element=by_type(IN_INPUT, "input element"),
        hint=plain(2000),
        optional=boolean,
        dispatch_action=boolean,
    ),
    "image": _block(
        "alt_text",
        rule=one_source,
        image_url=url,
        slack_file=SLACK_FILE,
        alt_text=string(2000),
        title=plain(2000),
    ),
    "video": _block(
        "alt_text title thumbnail_url video_url",
        alt_text=string(2000),
        title=plain(200),
        title_url=url,
        thumbnail_url=url,
        video_url=url,
        author_name=string(49),
        description=plain(200),
        provider_name=string(255),
        provider_icon_url=url,
    ),
    "rich_text": RICH_TEXT,
}

IN_MESSAGE: dict[str, Check] = {
    **_ANYWHERE,
    "markdown": _block("text", text=_markdown),
    "table": _block(
        "rows",
        rows=many(many(_CELL, 20), 100),
        column_settings=many(_COLUMN, 20),
    ),
}
IN_VIEW: dict[str, Check] = _ANYWHERE
