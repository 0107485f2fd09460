"""Block Kit's limits: each just inside passes, each just outside is refused with its place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.workspace.blocks import message_problems, view_problems
from tests.workspace.blocks.elements import IN_INPUT, IN_SECTION
from tests.workspace.blocks.layouts import IN_MESSAGE
from tests.workspace.blocks.rich_text import PIECES
from tests.workspace_tests.conftest import Cast

LINK = "https://example.org/"


def plain(words: str = "x") -> dict[str, Any]:
    return {"type": "plain_text", "text": words}


def mrkdwn(words: str = "x") -> dict[str, Any]:
    return {"type": "mrkdwn", "text": words}


def section(**more: Any) -> dict[str, Any]:
    return {"type": "section", "text": plain(), **more}


def actions(*elements: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(), **more}


def options(count: int, label: str = "x") -> list[dict[str, Any]]:
    return [{"text": plain(label), "value": str(n)} for n in range(count)]


def select(**more: Any) -> dict[str, Any]:
    return {"type": "static_select", "options": options(1), **more}


def field(element: Any, **more: Any) -> dict[str, Any]:
    return {"type": "input", "label": plain(), "element": element, **more}


def rich(*elements: Any) -> dict[str, Any]:
    return {"type": "rich_text", "elements": list(elements)}


def rich_section(*pieces: Any) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(pieces)}


def confirm(**more: Any) -> dict[str, Any]:
    words = {"title": plain(), "text": plain(), "confirm": plain("Ja"), "deny": plain("Nej")}
    return {**words, **more}


def group(count: int) -> dict[str, Any]:
    return {"label": plain(), "options": options(count)}


WRITTEN = {"type": "plain_text_input"}
NUMBER = {"type": "number_input", "is_decimal_allowed": False}
OPTION = options(1)[0]
CELL = {"type": "raw_text", "text": "x"}

FITS = [
    [section(text=mrkdwn("x" * 3000))],
    [section(fields=[plain("x" * 1000)] * 10)],
    [{"type": "header", "text": plain("x" * 150)}],
    [{"type": "context", "elements": [plain()] * 10}],
    [actions(*[button() for _ in range(25)])],
    [section(block_id="b" * 255)],
    [{"type": "divider"}] * 50,
    [actions(button(value="x" * 2000, url=LINK, style="danger", confirm=confirm()))],
    [actions(select(options=options(100, "x" * 75)))],
    [actions(select(options=options(2), initial_option=OPTION))],
    [section(accessory={"type": "overflow", "options": options(5)})],
    [section(accessory={"type": "checkboxes", "options": options(10)})],
    [actions({"type": "datepicker", "initial_date": "2026-02-28"})],
    [actions({"type": "datetimepicker", "initial_date_time": 1_700_000_000})],
    [section(accessory={"type": "timepicker", "initial_time": "23:59"})],
    [rich(rich_section({"type": "text", "text": "a", "style": {"bold": True}}))],
    [rich(rich_section({"type": "link", "url": LINK}, {"type": "user", "user_id": "U1"}))],
    [rich({"type": "rich_text_list", "style": "bullet", "elements": [rich_section()]})],
    [rich({"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "a"}]})],
    [rich({"type": "rich_text_quote", "elements": [{"type": "emoji", "name": "tada"}]})],
    [rich(rich_section({"type": "date", "timestamp": 1, "format": "{date}"}))],
    [rich(rich_section({"type": "channel", "channel_id": "C1"}))],
    [{"type": "image", "image_url": LINK, "alt_text": "x"}],
    [{"type": "markdown", "text": "x" * 12_000}],
    [{"type": "table", "rows": [[CELL] * 20] * 100}],
]

FAULTY = [
    ([{"type": "data_table"}], "/blocks/0", "unsupported type"),
    ([{"type": "divider"}] * 51, "/blocks", "no more than 50"),
    ([None], "/blocks/0", "must be an object"),
    ([section(text=plain("x" * 3001))], "/blocks/0/text/text", "less than 3001"),
    ([section(text=plain(""))], "/blocks/0/text/text", "more than 0"),
    ([section(text={"type": "markdown", "text": "x"})], "/blocks/0/text/type", "plain_text or"),
    ([section(text={**mrkdwn(), "emoji": True})], "/blocks/0/text", "not allowed: emoji"),
    ([section(text={**plain(), "verbatim": True})], "/blocks/0/text", "not allowed: verbatim"),
    ([section(fields=[plain("x" * 2001)])], "/blocks/0/fields/0/text", "less than 2001"),
    ([section(fields=[plain()] * 11)], "/blocks/0/fields", "no more than 10"),
    ([section(fields=[])], "/blocks/0/fields", "no fewer than 1"),
    ([{"type": "section"}], "/blocks/0", "one of text and fields"),
    ([section(colour="red")], "/blocks/0", "not allowed: colour"),
    ([section(accessory=None)], "/blocks/0/accessory", "null"),
    ([section(accessory=WRITTEN)], "/blocks/0/accessory", "unsupported type"),
    ([{"type": "header", "text": mrkdwn()}], "/blocks/0/text/type", "must be plain_text"),
    ([{"type": "header", "text": plain("x" * 151)}], "/blocks/0/text/text", "less than 151"),
    ([{"type": "context", "elements": []}], "/blocks/0/elements", "no fewer"),
    ([{"type": "context", "elements": [button()]}], "/blocks/0/elements/0", "unsupported"),
    ([actions()], "/blocks/0/elements", "no fewer"),
    ([actions(*[button() for _ in range(26)])], "/blocks/0/elements", "no more than 25"),
    ([actions(WRITTEN)], "/blocks/0/elements/0", "unsupported type"),
    ([section(block_id="b" * 256)], "/blocks/0/block_id", "less than 256"),
    ([section(block_id="b"), section(block_id="b")], "/blocks/1/block_id", "already exists"),
    (
        [actions(button(action_id="a")), actions(button(action_id="a"))],
        "/blocks/1/elements/0/action_id",
        "already exists",
    ),
    ([actions(button(text=mrkdwn()))], "/blocks/0/elements/0/text/type", "must be plain_text"),
    ([actions(button(text=plain("x" * 76)))], "/blocks/0/elements/0/text/text", "less than 76"),
    ([actions(button(value="x" * 2001))], "/blocks/0/elements/0/value", "less than 2001"),
    ([actions(button(url="ftp://x"))], "/blocks/0/elements/0/url", "web address"),
    ([actions(button(style="warning"))], "/blocks/0/elements/0/style", "one of"),
    (
        [actions(button(accessibility_label="x" * 76))],
        "/blocks/0/elements/0/accessibility_label",
        "less than 76",
    ),
    (
        [actions(button(confirm=confirm(title=plain("x" * 101))))],
        "/blocks/0/elements/0/confirm/title/text",
        "less than 101",
    ),
    (
        [actions(button(confirm=confirm(text=plain("x" * 301))))],
        "/blocks/0/elements/0/confirm/text/text",
        "less than 301",
    ),
    (
        [actions(button(confirm=confirm(deny=plain("x" * 31))))],
        "/blocks/0/elements/0/confirm/deny/text",
        "less than 31",
    ),
    ([actions(select(options=[]))], "/blocks/0/elements/0/options", "no fewer"),
    ([actions(select(options=options(101)))], "/blocks/0/elements/0/options", "no more than 100"),
    ([actions({"type": "static_select"})], "/blocks/0/elements/0", "exactly one of options"),
    (
        [actions(select(option_groups=[group(1)]))],
        "/blocks/0/elements/0",
        "exactly one of options",
    ),
    (
        [actions({"type": "static_select", "option_groups": [group(0)]})],
        "/blocks/0/elements/0/option_groups/0/options",
        "no fewer",
    ),
    (
        [actions(select(options=options(1, "x" * 76)))],
        "/blocks/0/elements/0/options/0/text/text",
        "less than 76",
    ),
    (
        [actions(select(options=[{"text": plain(), "value": "x" * 151}]))],
        "/blocks/0/elements/0/options/0/value",
        "less than 151",
    ),
    (
        [actions(select(options=[{**OPTION, "description": plain("x" * 76)}]))],
        "/blocks/0/elements/0/options/0/description/text",
        "less than 76",
    ),
    (
        [actions(select(options=[{**OPTION, "url": LINK}]))],
        "/blocks/0/elements/0/options/0",
        "not allowed: url",
    ),
    (
        [actions(select(initial_option={"text": plain("y"), "value": "0"}))],
        "/blocks/0/elements/0/initial_option",
        "exactly match",
    ),
    (
        [actions(select(placeholder=plain("x" * 151)))],
        "/blocks/0/elements/0/placeholder/text",
        "less than 151",
    ),
    ([section(accessory={"type": "overflow", "options": options(6)})], "/accessory/options", "5"),
    ([section(accessory={"type": "checkboxes", "options": options(11)})], "/options", "than 10"),
    ([section(accessory={"type": "radio_buttons", "options": []})], "/options", "no fewer"),
    ([section(accessory={"type": "datetimepicker"})], "/blocks/0/accessory", "unsupported"),
    ([actions({"type": "datepicker", "initial_date": "2026-13-01"})], "/initial_date", "a date"),
    ([actions({"type": "timepicker", "initial_time": "24:00"})], "/initial_time", "a time"),
    (
        [actions({"type": "datetimepicker", "initial_date_time": 17})],
        "/initial_date_time",
        "must be from",
    ),
    ([field({**WRITTEN, "max_length": 3001})], "/element/max_length", "from 1 to 3000"),
    ([field({**WRITTEN, "min_length": 5, "max_length": 4})], "/element", "not be greater"),
    ([field({**WRITTEN, "initial_value": "x" * 3001})], "/initial_value", "less than 3001"),
    ([field({"type": "number_input"})], "/element", "is_decimal_allowed"),
    ([field({**NUMBER, "min_value": 1})], "/min_value", "written as a string"),
    ([field({**NUMBER, "min_value": "5", "max_value": "4"})], "/element", "not be greater"),
    ([field({**NUMBER, "initial_value": "1.5"})], "/initial_value", "decimals"),
    ([field(button())], "/blocks/0/element", "unsupported type"),
    ([field(WRITTEN, label=plain("x" * 2001))], "/label/text", "less than 2001"),
    ([field(WRITTEN, hint=plain("x" * 2001))], "/hint/text", "less than 2001"),
    ([field({"type": "file_input"})], "/element", "only allowed in modals"),
    (
        [actions({"type": "conversations_select", "response_url_enabled": True})],
        "/response_url_enabled",
        "only allowed in modals",
    ),
    (
        [field({**WRITTEN, "focus_on_load": True}), field({**WRITTEN, "focus_on_load": True})],
        "/blocks/1/element/focus_on_load",
        "only one element",
    ),
    ([rich(rich_section({"type": "mrkdwn", "text": "x"}))], "/elements/0/elements/0", "unsupp"),
    ([rich(rich_section({"type": "text", "text": ""}))], "/elements/0/elements/0/text", "than 0"),
    (
        [rich(rich_section({"type": "text", "text": "x", "style": {"big": True}}))],
        "/elements/0/elements/0/style",
        "not allowed: big",
    ),
    ([rich(rich_section({"type": "link", "url": "x"}))], "/elements/0/elements/0/url", "address"),
    ([rich({"type": "rich_text_list", "elements": []})], "/elements/0", "style"),
    (
        [rich({"type": "rich_text_list", "style": "bullet", "elements": [{"type": "text"}]})],
        "/elements/0/elements/0",
        "unsupported",
    ),
    ([{"type": "image", "alt_text": "x"}], "/blocks/0", "exactly one of image_url"),
    ([{"type": "image", "image_url": LINK}], "/blocks/0", "alt_text"),
    ([{"type": "markdown", "text": "x" * 7000}] * 2, "/blocks/1/text", "12000"),
    ([{"type": "table", "rows": [[CELL] * 21]}], "/blocks/0/rows/0", "no more than 20"),
    ([{"type": "table", "rows": [[CELL]] * 101}], "/blocks/0/rows", "no more than 100"),
    ([{"type": "table", "rows": [[CELL]]}] * 2, "/blocks", "only one table"),
]


@pytest.mark.parametrize("blocks", FITS)
def test_what_fits_is_taken(blocks: Any):
    assert message_problems(blocks) == (None, [])


@pytest.mark.parametrize(("blocks", "place", "why"), FAULTY)
def test_what_does_not_fit_is_refused_at_its_place(blocks: Any, place: str, why: str):
    error, problems = message_problems(blocks)
    assert error == "invalid_blocks"
    assert any(place in problem and why in problem for problem in problems), problems


def test_all_blocks_together_hold_thirteen_thousand_characters():
    blocks = [section(text=plain("x" * 2600)) for _ in range(5)]
    assert message_problems(blocks) == (None, [])
    blocks.append({"type": "header", "text": plain("x")})
    assert message_problems(blocks)[0] == "msg_blocks_too_long"


def modal(**more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain("Titel"), "blocks": [section()], **more}


VIEWS = [
    (modal(title=plain("x" * 25)), "/view/title/text", "less than 25"),
    (modal(submit=plain("x" * 25)), "/view/submit/text", "less than 25"),
    (modal(close=mrkdwn()), "/view/close/type", "plain_text"),
    ({"type": "modal", "blocks": [section()]}, "/view", "title"),
    (modal(blocks=[]), "/view/blocks", "no fewer"),
    (modal(blocks=[{"type": "divider"}] * 101), "/view/blocks", "no more than 100"),
    (modal(blocks=[{"type": "markdown", "text": "x"}]), "/view/blocks/0", "unsupported"),
    (modal(blocks=[field(WRITTEN)]), "/view", "submit"),
    (modal(private_metadata="x" * 3001), "/view/private_metadata", "less than 3001"),
    (modal(callback_id="x" * 256), "/view/callback_id", "less than 256"),
    (modal(external_id="x" * 256), "/view/external_id", "less than 256"),
    (modal(id="V1"), "/view", "not allowed: id"),
    ({"type": "home", "blocks": [section()]}, "/view/type", "must be modal"),
    ([], "/view", "must be an object"),
]


@pytest.mark.parametrize(("view", "place", "why"), VIEWS)
def test_a_view_that_does_not_fit_is_refused_at_its_place(view: Any, place: str, why: str):
    error, problems = view_problems(view, "modal")
    assert error == "invalid_arguments"
    assert any(place in problem and why in problem for problem in problems), problems


def test_views_fit_up_to_a_hundred_blocks_and_a_quarter_megabyte():
    assert view_problems(modal(blocks=[{"type": "divider"}] * 100), "modal") == (None, [])
    large = modal(blocks=[section(text=plain("x" * 2900)) for _ in range(90)])
    assert view_problems(large, "modal")[0] == "view_too_large"
    home = {"type": "home", "blocks": [field(WRITTEN)]}
    assert view_problems(home, "home") == (None, [])


def test_the_answer_names_the_places(client: WebClient, cast: Cast):
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(
            channel="C_KULTUR", text="x", blocks=[{"type": "header", "text": mrkdwn()}]
        )
    body = refused.value.response
    assert body["error"] == "invalid_blocks"
    assert "/blocks/0/text/type" in body["response_metadata"]["messages"][0]
    assert cast.kultur.messages() == []


def test_people_read_blocks_as_plain_text(client: WebClient, cast: Cast):
    blocks = [
        {"type": "header", "text": plain("Kultur 1740")},
        section(fields=[plain("Kvar"), plain("350 000 kr")], accessory=button(action_id="k")),
        rich(
            rich_section({"type": "text", "text": "Ring "}, {"type": "user", "user_id": "U1"}),
            {
                "type": "rich_text_list",
                "style": "bullet",
                "elements": [rich_section({"type": "text", "text": "punkt"})],
            },
        ),
        {"type": "context", "elements": [plain("uppgift saknas")]},
        actions(button(text=plain("Genomförd"), action_id="g", value="7")),
    ]
    client.chat_postMessage(channel="C_KULTUR", text="hela meningen", blocks=blocks)
    message = cast.anna.sees()[-1]
    for words in ("Kultur 1740", "350 000 kr", "Ring @U1", "• punkt", "saknas", "Genomförd"):
        assert words in message.plain()
    assert [b.action_id for b in message.buttons()] == ["k", "g"]
    assert message.buttons()[1].label == "Genomförd"
    assert message.text == "hela meningen"


WORDS = st.sampled_from([*IN_MESSAGE, *IN_SECTION, *IN_INPUT, *PIECES, "plain_text", "mrkdwn"])
NAMES = st.sampled_from(
    [
        *("type", "text", "elements", "element", "fields", "options", "option_groups", "value"),
        *("label", "accessory", "rows", "style", "block_id", "action_id", "initial_option"),
        *("min_value", "max_value", "url", "confirm", "title"),
    ]
)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=15,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.dictionaries(NAMES, JUNK, max_size=5) | JUNK, max_size=3))
def test_whatever_comes_is_judged_and_never_breaks_the_judge(blocks: Any):
    error, problems = message_problems(blocks)
    assert (error is None) == (problems == [])
    view_problems({"type": "modal", "title": plain(), "blocks": blocks}, "modal")
