"""What is read of a signed body, and whose installation a payload is for."""

from __future__ import annotations

import json
from contextlib import suppress
from copy import deepcopy
from typing import Any
from urllib.parse import parse_qsl, quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.payloads import belongs_here, read_payload
from handlers.shapes import Malformed, check_shapes
from tests.handlers.web.kinds import KINDS

FORM, JSON = "application/x-www-form-urlencoded", "application/json"


def nested(levels: int) -> bytes:
    return b'{"a":' * levels + b"1" + b"}" * levels


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (JSON, nested(61)),
        (JSON, nested(900)),
        (JSON, b'{"a":' + b"[" * 60 + b"]" * 60 + b"}"),
        (JSON, b'{"type":"x","type":"y"}'),
        (JSON, b'{"a":{"id":1,"id":1}}'),
        (JSON, b'{"a":1e999}'),
        (JSON, b'{"a":-1e999}'),
        (JSON, b'{"a":Infinity}'),
        (JSON, b'{"a":' + b"9" * 26 + b"}"),
        (JSON, b'{"a":-' + b"9" * 26 + b"}"),
        (JSON, b'{"a":"\\udc00"}'),
        (JSON, b'{"a":{"b":["\\u0000"]}}'),
        (JSON, b'{"\\ud800":1}'),
        (JSON, b'{"a":"x\x00"}'),
        (FORM, b"command=%2Fiop&command=%2Fiop"),
        (FORM, b"payload={}&payload=%7B%22a%22%3A1%7D"),
        (FORM, b"payload=" + quote('{"a":"\\u0000"}').encode()),
        (FORM, b'{"a":1}'),
        ("", b'{"a":1}'),
        ("", b"command=%2Fiop"),
        ("text/plain", b"command=%2Fiop"),
        ("text/json", b'{"a":1}'),
        ("multipart/form-data; boundary=x", b"command=%2Fiop"),
        (f"{JSON}; charset=utf-16", b'{"a":1}'),
        (f"{JSON}; charset=iso-8859-1", b'{"a":1}'),
        (f"{FORM}; charset=utf-7", b"command=%2Fiop"),
        (f"{FORM}; x=1", b"command=%2Fiop"),
    ],
)
def test_what_slack_never_sends_is_not_read(kind: str, body: bytes) -> None:
    with pytest.raises(Malformed):
        read_payload(body, kind)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (JSON, nested(60)),
        (JSON, b'{"a":' + b"9" * 25 + b"}"),
        (JSON, b'{"a":1.5,"b":-0.1e10}'),
        (JSON, '{"a":"\\ud83d\\ude00 å"}'.encode()),
        (JSON, b'{"a":"a backslash and u0000: \\\\u0000"}'),
        (f"{JSON}; charset=utf-8", b'{"a":1}'),
        (f'{JSON};charset="UTF-8"', b'{"a":1}'),
        ("Application/JSON", b'{"a":1}'),
        (f"{FORM};charset=utf-8", b"command=%2Fiop&text="),
        (FORM, b"command=%2Fiop&text=100%2500"),
    ],
)
def test_what_slack_may_send_is_read(kind: str, body: bytes) -> None:
    opened = b'{"type":"app_rate_limited",'
    assert read_payload(body.replace(b"{", opened, 1), kind)


@given(st.binary(max_size=300), st.sampled_from([FORM, JSON, "", "x; y=z"]) | st.text(max_size=20))
def test_any_bytes_are_read_or_refused(body: bytes, kind: str) -> None:
    with suppress(Malformed):
        assert isinstance(read_payload(body, kind), dict)


ODD: tuple[Any, ...] = (5, 1.5, True, [], {}, ["x"], {"id": 5})


@pytest.mark.parametrize("kind", KINDS)
def test_what_slack_sends_has_the_shapes_it_must_have(kind: str) -> None:
    check_shapes(KINDS[kind])


@pytest.mark.parametrize(
    ("kind", "way"),
    [
        ("press show_status", ("actions",)),
        ("press show_status", ("actions", 0, "action_id")),
        ("press show_status", ("actions", 0, "block_id")),
        ("press show_status", ("actions", 0, "type")),
        ("submission", ("view",)),
        ("submission", ("view", "callback_id")),
        ("closing", ("view", "type")),
        ("options", ("action_id",)),
        ("shortcut", ("callback_id",)),
        ("message shortcut", ("callback_id",)),
        ("event app_mention", ("event",)),
        ("event app_mention", ("event", "type")),
        ("address", ("challenge",)),
        ("command status", ("command",)),
    ],
)
def test_what_a_kind_needs_has_to_be_there(kind: str, way: tuple[str | int, ...]) -> None:
    for odd in (None, *ODD):
        with pytest.raises(Malformed):
            check_shapes(_with(KINDS[kind], way, odd))
    with pytest.raises(Malformed):
        check_shapes({**KINDS[kind], "type": "interactive_message"})


@pytest.mark.parametrize(
    "way",
    [
        ("api_app_id",),
        ("enterprise",),
        ("is_enterprise_install",),
        ("response_url",),
        ("thread_ts",),
        ("message", "user"),
        ("message", "thread_ts"),
        ("message", "event"),
        ("container", "channel_id"),
        ("user", "id"),
        ("team", "enterprise_id"),
        ("channel", "id"),
        ("actions", 0, "value"),
        ("authorizations",),
        ("message", "authorizations"),
        ("response_urls",),
    ],
)
def test_a_name_has_its_shape_wherever_it_stands(way: tuple[str | int, ...]) -> None:
    odd: Any
    for odd in (5, ["x"], [{"team_id": []}], [{"event": {"team": 1}}], [{"authorizations": 5}]):
        with pytest.raises(Malformed):
            check_shapes(_with(KINDS["press show_status"], way, odd))
    check_shapes(_with(KINDS["press show_status"], way, None))


def _with(payload: Any, way: tuple[Any, ...], value: Any) -> Any:
    made = deepcopy(payload)
    holder = made
    for step in way[:-1]:
        holder = holder[step]
    holder[way[-1]] = value
    return made


OURS: dict[str, dict[str, Any]] = {
    "command": {"command": "/iop", "team_id": "T_HOME", "api_app_id": "A_OURS"},
    "command of another workspace of ours": {
        "command": "/iop",
        "team_id": "T_SECOND",
        "enterprise_id": "E_HOME",
        "api_app_id": "A_OURS",
    },
    "click": {"type": "block_actions", "team": {"id": "T_HOME"}, "api_app_id": "A_OURS"},
    "click of an outsider": {
        "type": "block_actions",
        "team": {"id": "T_THEIRS"},
        "user": {"id": "U1", "team_id": "T_THEIRS"},
        "api_app_id": "A_OURS",
    },
    "click in an organisation's app": {
        "type": "block_actions",
        "team": None,
        "enterprise": {"id": "E_HOME"},
        "is_enterprise_install": True,
        "api_app_id": "A_OURS",
    },
    "submission": {
        "type": "view_submission",
        "team": {"id": "T_HOME"},
        "view": {"team_id": "T_HOME", "app_installed_team_id": "T_HOME"},
        "api_app_id": "A_OURS",
    },
    "submission of an outsider": {
        "type": "view_submission",
        "team": {"id": "T_THEIRS"},
        "view": {"team_id": "T_THEIRS", "app_installed_team_id": "T_HOME"},
        "api_app_id": "A_OURS",
    },
    "view without a word of where": {"type": "view_closed", "view": {"id": "V1"}},
    "event": {
        "type": "event_callback",
        "team_id": "T_HOME",
        "context_team_id": "T_HOME",
        "api_app_id": "A_OURS",
        "authorizations": [{"team_id": "T_HOME", "enterprise_id": None}],
        "event": {"type": "app_mention"},
    },
    "event of an outsider": {
        "type": "event_callback",
        "team_id": "T_THEIRS",
        "context_team_id": "T_HOME",
        "authorizations": [{"team_id": "T_HOME"}],
        "event": {"type": "app_mention", "team": "T_HOME", "user_team": "T_THEIRS"},
    },
    "event in an organisation's app": {
        "type": "event_callback",
        "team_id": "T_SECOND",
        "context_team_id": None,
        "context_enterprise_id": "E_HOME",
        "authorizations": [{"team_id": None, "enterprise_id": "E_HOME"}],
        "event": {"type": "app_mention"},
    },
    "event without authorizations": {"event": {"type": "user_change"}, "authorizations": []},
    "the question of the address": {"type": "url_verification", "challenge": "c0de"},
    "the probe": {"ssl_check": "1", "token": "x"},
}
PLACES: dict[str, list[tuple[Any, ...]]] = {
    "command": [("team_id",)],
    "submission": [("view", "app_installed_team_id")],
    "submission of an outsider": [("view", "app_installed_team_id")],
    "event": [("context_team_id",), ("authorizations", 0, "team_id")],
    "event of an outsider": [("context_team_id",), ("authorizations", 0, "team_id")],
    "event in an organisation's app": [
        ("context_enterprise_id",),
        ("authorizations", 0, "enterprise_id"),
    ],
    "command of another workspace of ours": [("enterprise_id",)],
}
"""Where each names the installation."""


def ours(payload: dict[str, Any], app_id: str | None = "A_OURS") -> bool:
    return belongs_here(payload, app_id, "T_HOME", "E_HOME")


@pytest.mark.parametrize("kind", OURS)
def test_a_payload_of_ours_is_ours_whoever_sent_it(kind: str) -> None:
    assert ours(OURS[kind])
    assert ours(OURS[kind], None)


@pytest.mark.parametrize("kind", [kind for kind, each in OURS.items() if "api_app_id" in each])
def test_a_payload_of_another_app_is_refused(kind: str) -> None:
    for other in ("A_OTHER", "", 5, ["A_OURS"]):
        assert not ours({**OURS[kind], "api_app_id": other})
    assert ours({**OURS[kind], "api_app_id": "A_OTHER"}, None), "Slack has not told which we are"


@pytest.mark.parametrize(
    ("kind", "place"), [(kind, place) for kind, places in PLACES.items() for place in places]
)
def test_a_payload_of_another_teams_installation_is_refused(
    kind: str, place: tuple[str | int, ...]
) -> None:
    swapped = _with(OURS[kind], place, "T_OTHER")
    assert not ours(swapped)
    assert not belongs_here(swapped, None, "T_HOME")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["team_id", "enterprise_id", "app_installed_team_id", "id"]), inner
            )
        ),
        max_leaves=8,
    ),
    st.sampled_from(["command", "view", "enterprise", "api_app_id", "context_team_id", "event"]),
)
def test_an_odd_payload_is_judged_without_a_fault(value: Any, name: str) -> None:
    body = {"type": "event_callback", "event": {"type": "x"}, "view": {}}
    body[name] = value
    raw = json.dumps(body).encode()
    try:
        payload = read_payload(raw, JSON)
    except Malformed:
        return
    assert isinstance(ours(payload), bool)


# -- forms


@given(written=st.text(st.sampled_from("ab=&+%2041åC3"), max_size=30))
def test_a_form_is_read_as_python_reads_it_when_it_is_strict(written: str) -> None:
    def theirs() -> dict[str, str] | None:
        if "%00" in written:  # no database takes it
            return None
        try:
            pairs = parse_qsl(
                f"command=x&{written}", keep_blank_values=True, strict_parsing=True, errors="strict"
            )
        except ValueError:
            return None
        return dict(pairs) if len(dict(pairs)) == len(pairs) else None

    def ours() -> dict[str, str] | None:
        try:
            return read_payload(f"command=x&{written}".encode(), FORM)
        except Malformed:
            return None

    assert ours() == theirs()
