"""Interactive elements: buttons, menus, pickers and fields."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from tests.workspace.blocks.checks import (
    Check,
    Place,
    Shape,
    action_id,
    anything,
    boolean,
    many,
    matching,
    one_of,
    plain,
    string,
    text,
    url,
    whole,
)
from tests.workspace.blocks.rich_text import RICH_TEXT


def focus(value: Any, place: Place) -> None:
    """Take the wish to be in focus first; one element at most may have it."""
    boolean(value, place)
    place.report.focused += value is True
    if place.report.focused > 1:
        place.refuse("only one element may have focus_on_load")


CONFIRM = Shape(
    {
        "title": plain(100),
        "text": text(300),
        "confirm": plain(30),
        "deny": plain(30),
        "style": one_of("primary", "danger"),
    },
    required=("title", "text", "confirm", "deny"),
)
_TYPED: dict[str, Check] = {"type": anything, "action_id": action_id}
_FOCUSED: dict[str, Check] = {"focus_on_load": focus}
_PICKED: dict[str, Check] = {**_TYPED, **_FOCUSED, "confirm": CONFIRM}
_MENU: dict[str, Check] = {**_PICKED, "placeholder": plain(150)}
_DATE = matching(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "a date as YYYY-MM-DD")
_TIME = matching(r"([01]\d|2[0-3]):[0-5]\d", "a time as HH:mm")
_NUMBER = matching(r"-?\d+(\.\d+)?", "a number written as a string")
_DISPATCH = Shape(
    {
        "trigger_actions_on": many(one_of("on_enter_pressed", "on_character_entered"), 2),
    }
)


def _option(label: Check, *, link: bool = False) -> Shape:
    fields: dict[str, Check] = {"text": label, "value": string(150), "description": label}
    if link:
        fields["url"] = url
    return Shape(fields, required=("text", "value"))


_PLAIN_OPTION = _option(plain(75))
_RICH_OPTION = _option(text(75))
_GROUP = Shape(
    {"label": plain(75), "options": many(_PLAIN_OPTION, 100)},
    required=("label", "options"),
)


def _all_options(element: Mapping[str, Any]) -> list[Any]:
    grouped = [o for group in element.get("option_groups", []) for o in group["options"]]
    return [*element.get("options", []), *grouped]


def _initial_among_options(element: Mapping[str, Any], place: Place) -> None:
    offered = _all_options(element)
    if "initial_option" in element and element["initial_option"] not in offered:
        place.at("initial_option").refuse("must exactly match one of the options")
    for number, chosen in enumerate(element.get("initial_options", [])):
        if chosen not in offered:
            place.at("initial_options").at(number).refuse("must exactly match one of the options")
    values = [option["value"] for option in offered]
    if len(values) != len(set(values)):
        place.refuse("option values must be unique")


def _static(element: Mapping[str, Any], place: Place) -> None:
    if ("options" in element) == ("option_groups" in element):
        place.refuse("exactly one of options and option_groups is required")
    else:
        _initial_among_options(element, place)


def _bounded(lower: str, upper: str) -> Any:
    def rule(element: Mapping[str, Any], place: Place) -> None:
        low, high = element.get(lower), element.get(upper)
        if low is not None and high is not None and Decimal(str(low)) > Decimal(str(high)):
            place.refuse(f"{lower} must not be greater than {upper}")

    return rule


def _number_rule(element: Mapping[str, Any], place: Place) -> None:
    _bounded("min_value", "max_value")(element, place)
    _bounded("min_value", "initial_value")(element, place)
    _bounded("initial_value", "max_value")(element, place)
    for name in ("min_value", "max_value", "initial_value"):
        try:
            whole_number = Decimal(element.get(name, "0")) % 1 == 0
        except InvalidOperation:
            continue
        if not element["is_decimal_allowed"] and not whole_number:
            place.at(name).refuse("decimals are not allowed here")


def _modal_only(value: Any, place: Place) -> None:
    boolean(value, place)
    if value is True and place.report.surface != "modal":
        place.refuse("only allowed in modals")


_FILTER = Shape(
    {
        "include": many(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    }
)
_CHOSEN_ID = matching(r"[A-Z0-9_]+", "an id")
_MANY: dict[str, Check] = {**_MENU, "max_selected_items": whole(1, 100)}


def _menus() -> dict[str, Shape]:
    """Build the menus for one choice and for several, which differ in a few fields."""
    static: dict[str, Check] = {
        "options": many(_PLAIN_OPTION, 100),
        "option_groups": many(_GROUP, 100),
    }
    found: dict[str, Check] = {"min_query_length": whole(0, 100)}
    talk: dict[str, Check] = {"filter": _FILTER, "default_to_current_conversation": boolean}
    single: dict[str, Check] = {"response_url_enabled": _modal_only}
    one: dict[str, Check] = {"initial_option": _PLAIN_OPTION}
    several: dict[str, Check] = {"initial_options": many(_PLAIN_OPTION, 100)}
    ids = many(_CHOSEN_ID, 100)
    return {
        "static_select": Shape({**_MENU, **static, **one}, ("type",), _static),
        "multi_static_select": Shape({**_MANY, **static, **several}, ("type",), _static),
        "external_select": Shape({**_MENU, **found, **one}),
        "multi_external_select": Shape({**_MANY, **found, **several}),
        "users_select": Shape({**_MENU, "initial_user": _CHOSEN_ID}),
        "multi_users_select": Shape({**_MANY, "initial_users": ids}),
        "conversations_select": Shape(
            {**_MENU, **talk, **single, "initial_conversation": _CHOSEN_ID}
        ),
        "multi_conversations_select": Shape({**_MANY, **talk, "initial_conversations": ids}),
        "channels_select": Shape({**_MENU, **single, "initial_channel": _CHOSEN_ID}),
        "multi_channels_select": Shape({**_MANY, "initial_channels": ids}),
    }


def _fields() -> dict[str, Shape]:
    """Build the fields that people write in."""
    written: dict[str, Check] = {
        **_TYPED,
        **_FOCUSED,
        "placeholder": plain(150),
        "dispatch_action_config": _DISPATCH,
    }
    return {
        "plain_text_input": Shape(
            {
                **written,
                "initial_value": string(3000, 0),
                "multiline": boolean,
                "min_length": whole(0, 3000),
                "max_length": whole(1, 3000),
            },
            rule=_bounded("min_length", "max_length"),
        ),
        "number_input": Shape(
            {
                **written,
                "is_decimal_allowed": boolean,
                "initial_value": _NUMBER,
                "min_value": _NUMBER,
                "max_value": _NUMBER,
            },
            required=("is_decimal_allowed",),
            rule=_number_rule,
        ),
        "email_text_input": Shape({**written, "initial_value": string(3000)}),
        "url_text_input": Shape({**written, "initial_value": string(3000)}),
        "rich_text_input": Shape({**written, "initial_value": RICH_TEXT}),
        "file_input": Shape(
            {**_TYPED, "filetypes": many(string(20), 100), "max_files": whole(1, 10)}
        ),
    }


_BUTTON = Shape(
    {
        **_TYPED,
        "text": plain(75),
        "url": url,
        "value": string(2000, 0),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
    required=("text",),
)


def _pickers() -> dict[str, Shape]:
    """Build buttons, boxes and pickers."""
    boxes = many(_RICH_OPTION, 10)
    dated: dict[str, Check] = {**_MENU, "initial_date": _DATE}
    timed: dict[str, Check] = {**_MENU, "initial_time": _TIME, "timezone": string(100)}
    moment: dict[str, Check] = {**_PICKED, "initial_date_time": whole(1_000_000_000, 9_999_999_999)}
    return {
        "button": _BUTTON,
        "overflow": Shape(
            {
                **_TYPED,
                "options": many(_option(plain(75), link=True), 5),
                "confirm": CONFIRM,
            },
            required=("options",),
            rule=_initial_among_options,
        ),
        "checkboxes": Shape(
            {**_PICKED, "options": boxes, "initial_options": boxes},
            required=("options",),
            rule=_initial_among_options,
        ),
        "radio_buttons": Shape(
            {**_PICKED, "options": boxes, "initial_option": _RICH_OPTION},
            required=("options",),
            rule=_initial_among_options,
        ),
        "datepicker": Shape(dated),
        "timepicker": Shape(timed),
        "datetimepicker": Shape(moment),
    }


SLACK_FILE = Shape({"id": string(255), "url": url})


def one_source(image: Mapping[str, Any], place: Place) -> None:
    """Ask for exactly one place to fetch a picture from."""
    if ("image_url" in image) == ("slack_file" in image):
        place.refuse("exactly one of image_url and slack_file is required")


IMAGE = Shape(
    {"type": anything, "image_url": url, "slack_file": SLACK_FILE, "alt_text": string(2000)},
    required=("alt_text",),
    rule=one_source,
)

MENUS = _menus()
FIELDS = _fields()
PICKERS = _pickers()
_CHOICES = {name: shape for name, shape in PICKERS.items() if name not in ("button", "overflow")}

IN_ACTIONS: dict[str, Check] = {
    **MENUS,
    **PICKERS,
    "rich_text_input": FIELDS["rich_text_input"],
}
IN_SECTION: dict[str, Check] = {
    **MENUS,
    **{name: shape for name, shape in PICKERS.items() if name != "datetimepicker"},
    "image": IMAGE,
}
IN_INPUT: dict[str, Check] = {**MENUS, **FIELDS, **_CHOICES}
