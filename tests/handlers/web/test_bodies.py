"""What is signed and yet odd: whatever comes in, the door answers and goes on."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers import logs
from tests.handlers.web.street import (
    FORM,
    JSON,
    Street,
    mention,
    press,
    signed,
)

DEEP = "[" * 200_000
ODD: tuple[Any, ...] = ("x", 5, [], True)
ODD_ACTIONS: tuple[Any, ...] = ([], {}, "x", ["x"], None, 5)
MALFORMED = [
    (JSON, b""),
    (JSON, b"{nope"),
    (JSON, b"[]"),
    (JSON, b"null"),
    (JSON, b'"x"'),
    (JSON, b"1"),
    (JSON, b"{}"),
    (JSON, DEEP.encode()),
    (JSON, ('{"a":' * 100_000).encode()),
    (JSON, b'{"a":' + b"9" * 5000 + b"}"),
    (JSON, b'{"a":NaN}'),
    (JSON, b'{"text":"\\ud800"}'),
    (JSON, b'{"text":"\\u0000"}'),
    (JSON, b'{"text":"\xff"}'),
    (JSON, '{"text":"å"}'.encode("latin-1")),
    (JSON, '{"text":"å"}'.encode("utf-16")),
    (JSON, b'\xef\xbb\xbf{"type":"x"}'),
    (FORM, b""),
    (FORM, b"command"),
    (FORM, b"text=%ff"),
    (FORM, b"text=%00&command=%2Fiop"),
    (FORM, b"payload="),
    (FORM, b"payload={nope"),
    (FORM, b"payload=[]"),
    (FORM, b"payload=null"),
    (FORM, b"payload=" + DEEP.encode()),
    (FORM, b"&".join(b"a=1" for _ in range(1000))),
    (FORM, b"\xff\xfe"),
    (JSON, mention(authorizations={}).encode()),
    (JSON, mention(authorizations=["x"]).encode()),
    (JSON, mention(authorizations="x").encode()),
    (JSON, mention(event="x").encode()),
    (JSON, mention(event=[]).encode()),
    (JSON, mention(event=None).encode()),
    (JSON, mention(event={}).encode()),
    (JSON, mention(event={"type": 5}).encode()),
    (JSON, mention(event={"type": "app_mention", "user": 5}).encode()),
    (JSON, mention(event={"type": "app_mention", "channel": []}).encode()),
    (JSON, mention(type=["event_callback"]).encode()),
    (JSON, mention(team="T1").encode()),
    *[
        (FORM, press(**{name: value}).encode())
        for name in ("team", "user", "view", "event", "container")
        for value in ODD
    ],
    *[(FORM, press(actions=value).encode()) for value in ODD_ACTIONS],
]


@pytest.mark.parametrize(("kind", "body"), MALFORMED)
def test_what_is_signed_but_malformed_is_a_bare_400(
    street: Street, kind: str, body: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    status, answer, _ = street.ask(body, headers=signed(body, kind))
    assert (status, answer) == (400, b"")
    assert not street.let_in
    assert street.ask(body, headers={"Content-Type": kind})[0] == 401, "unsigned, it is not read"
    told = capfd.readouterr()
    assert "failed" not in told.out + told.err, "it is their mistake, not ours"


def test_the_word_payload_in_a_command_is_only_a_word(street: Street) -> None:
    body = urlencode({"command": "/iop", "text": "lista payload", "team_id": "T1", "user_id": "U1"})
    assert street.send(body) == 200
    assert street.let_in[0]["text"] == "lista payload"


def test_a_null_where_an_object_may_stand_is_let_in(street: Street) -> None:
    """In an organisation's app the team is null."""
    body = press(team=None, user={"id": "U1", "team_id": "T1"}, view=None)
    assert street.send(body) == 200


def test_a_broken_listener_is_a_400_with_a_number_in_the_log_and_nothing_else(
    street: Street, capfd: pytest.CaptureFixture[str]
) -> None:
    logs.set_up()
    body = urlencode({"command": "/iop", "text": "sönder", "team_id": "T1", "user_id": "U1"})
    status, answer, _ = street.ask(body, headers=signed(body))
    assert (status, answer) == (400, b"")
    told = capfd.readouterr().err
    assert "request_failed" in told
    assert '"number"' in told
    assert not any(word in told for word in ("Kjell", "xoxb", "Traceback", "sönder"))


@pytest.mark.parametrize(
    "headers", [{"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}, {}]
)
def test_that_slack_sends_it_again_is_handed_on(street: Street, headers: dict[str, str]) -> None:
    street.ask(mention(), headers={**signed(mention(), JSON), **headers})
    assert {k for k in street.retries[0] if "retry" in k} == {k.lower() for k in headers}


@pytest.mark.parametrize(
    "head",
    [
        b"GARBAGE\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 40_000 + b"\r\n\r\n",
        b"GET /health HTTP/1.1\r\n Host: a\r\n\r\n",
    ],
)
def test_what_is_hardly_http_is_a_4xx(street: Street, head: bytes) -> None:
    answer = street.shout(head)
    assert answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4")), answer[:80]
    assert street.ask(method="GET", path="/health")[0] == 200


_SCALARS: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
)
_NAMES = st.sampled_from(
    [
        "type",
        "team",
        "user",
        "view",
        "event",
        "container",
        "actions",
        "authorizations",
        "command",
        "text",
        "channel",
        "message",
        "state",
        "callback_id",
        "action_id",
        "enterprise",
        "payload",
        "is_enterprise_install",
        "event_context",
        "bot_id",
        "subtype",
        "id",
        "team_id",
        "user_id",
    ]
) | st.text(max_size=8)
_VALUES: st.SearchStrategy[Any] = st.recursive(
    _SCALARS
    | st.sampled_from(
        [
            "block_actions",
            "view_submission",
            "event_callback",
            "/iop",
            "message_action",
            "shortcut",
            "block_suggestion",
            "view_closed",
        ]
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=6),
    max_leaves=20,
)
_BODIES: st.SearchStrategy[tuple[str, bytes]] = st.one_of(
    st.tuples(st.just(JSON), _VALUES.map(lambda value: json.dumps(value).encode())),
    st.tuples(st.just(FORM), _VALUES.map(
        lambda value: f"payload={quote(json.dumps(value))}".encode())),
    st.tuples(st.just(FORM), st.dictionaries(_NAMES, st.text(max_size=30), max_size=6).map(
        lambda value: urlencode(value, errors="replace").encode())),
    st.tuples(st.sampled_from([JSON, FORM, "text/plain", ""]), st.binary(max_size=200)),
)  # fmt: skip


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sent=_BODIES, signing=st.booleans())
def test_no_body_whatever_breaks_the_door(
    street: Street, sent: tuple[str, bytes], *, signing: bool
) -> None:
    kind, body = sent
    headers = signed(body, kind) if signing else {"Content-Type": kind}
    status = street.ask(body, headers=headers)[0]
    assert 200 <= status < 500
    assert signing or status == 401
    assert street.ask(method="GET", path="/health")[0] == 200
