"""The HTTP door, over a real socket: what gets in, what does not, and that nothing breaks it."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from handlers import logs
from handlers.listener import Listener
from handlers.web import LARGEST, Door, SeenSignatures, make_wsgi

NOW = 1_900_000_000
SECRET, OTHER = b"8f742231b10e8888abcd99yyyzzz85a5", b"the-next-secret"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
STATUS = urlencode({"command": "/iop", "text": "status", "team_id": "T1", "user_id": "U1"})


@dataclass
class Street:
    """The world outside: sends requests to the door, and knows what got through it."""

    listener: Listener
    let_in: list[dict[str, Any]] = field(default_factory=list)
    retries: list[dict[str, Any]] = field(default_factory=list)
    clock: list[float] = field(default_factory=lambda: [0.0])

    def ask(
        self,
        body: bytes | str = b"",
        *,
        method: str = "POST",
        path: str = "/slack/events",
        headers: dict[str, str] | None = None,
    ) -> tuple[int, bytes, dict[str, str]]:
        raw = body.encode() if isinstance(body, str) else body
        line = http.client.HTTPConnection("127.0.0.1", self.listener.port, timeout=10)
        try:
            line.request(method, path, raw, headers or {})
            answer = line.getresponse()
            return answer.status, answer.read(), {k.lower(): v for k, v in answer.getheaders()}
        finally:
            line.close()

    def send(
        self, body: bytes | str, kind: str = FORM, secret: bytes = SECRET, at: str = str(NOW)
    ) -> int:
        return self.ask(body, headers=signed(body, kind, secret, at))[0]

    def shout(self, raw: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.listener.port), timeout=10) as line:
            line.sendall(raw)
            return line.recv(65536)


def signed(
    body: bytes | str, kind: str = FORM, secret: bytes = SECRET, at: str = str(NOW)
) -> dict[str, str]:
    raw = body.encode() if isinstance(body, str) else body
    mark = hmac.new(secret, b"v0:" + at.encode() + b":" + raw, hashlib.sha256).hexdigest()
    return {
        "Content-Type": kind,
        "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": f"v0={mark}",
    }


@pytest.fixture(scope="module")
def outside() -> Iterator[Street]:
    street: Street
    app = bolt_app()

    class Noting:
        def dispatch(self, req: Any) -> Any:
            street.let_in.append(req.body)
            street.retries.append(dict(req.headers))
            return app.dispatch(req)

    clock = [0.0]
    door = Door(
        health=lambda: (200, {"status": "ok"}),
        app=Noting(),
        secrets=(SECRET, OTHER),
        seen=SeenSignatures(monotonic=lambda: clock[0]),
        now=lambda: float(NOW),
    )
    street = Street(Listener(make_wsgi(door), "127.0.0.1", 0), clock=clock)
    street.listener.start()
    yield street
    street.listener.stop(2)


@pytest.fixture
def street(outside: Street) -> Street:
    outside.let_in.clear()
    outside.retries.clear()
    outside.clock[0] += 10_000  # every signature is forgotten
    return outside


def bolt_app() -> App:
    """Make an app as it is in service, with a few listeners, one of them broken."""
    app = App(
        authorize=lambda **_: AuthorizeResult(
            enterprise_id=None, team_id="T1", bot_token="xoxb-t", bot_id="B1", bot_user_id="UBOT"
        ),
        client=WebClient(base_url="http://127.0.0.1:9/api/", retry_handlers=[]),
        request_verification_enabled=False,
        process_before_response=True,
        logger=logging.getLogger("slack_bolt.test"),
    )

    def answer(ack: Any, body: dict[str, Any]) -> None:
        if body.get("text") == "sönder":
            raise RuntimeError("xoxb-secret and Kjell")
        ack(f"svar på {body.get('text')}")

    app.command("/iop")(answer)
    app.action("press")(lambda ack: ack())
    app.event("app_mention")(lambda ack: ack())
    logging.getLogger("slack_bolt.test").setLevel(logging.CRITICAL)
    return app


def press(**changes: Any) -> str:
    payload = {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U1", "team_id": "T1"},
        "actions": [{"type": "button", "action_id": "press", "block_id": "b"}],
        **changes,
    }
    return "payload=" + quote(json.dumps(payload))


def mention(**changes: Any) -> str:
    event = {"type": "app_mention", "user": "U1", "text": "hej", "channel": "C1", "ts": "1.2"}
    return json.dumps(
        {
            "type": "event_callback",
            "team_id": "T1",
            "event": event,
            "authorizations": [{"team_id": "T1", "user_id": "UBOT", "is_bot": True}],
            **changes,
        }
    )


def test_a_signed_command_is_answered_with_what_bolt_answers(street: Street) -> None:
    status, body, headers = street.ask(STATUS, headers=signed(STATUS))
    assert (status, body.decode()) == (200, "svar på status")
    assert headers["content-type"].startswith("text/plain")
    assert street.let_in[0]["text"] == "status"


def test_the_signature_on_slacks_own_page_is_right(street: Street) -> None:
    body = (
        "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
        "&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        "&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
        "%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    made = signed(body, at="1531420618")["X-Slack-Signature"]
    assert made == "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert street.ask(body, headers=signed(body))[0] == 404, "let in, and not a command of ours"


@pytest.mark.parametrize("body", [press(), mention(), mention(authorizations=[])])
def test_clicks_and_events_get_in(street: Street, body: str) -> None:
    assert street.send(body, JSON if body.startswith("{") else FORM) == 200


def test_the_secret_that_is_coming_is_taken_beside_the_one_that_is_going(street: Street) -> None:
    assert street.send(STATUS, secret=SECRET) == 200
    assert street.send(STATUS, secret=OTHER) == 200
    assert street.send(STATUS, secret=b"a third") == 401


@pytest.mark.parametrize(
    "at",
    [
        "",
        "0",
        "abc",
        "-1",
        " ",
        str(NOW - 301),
        str(NOW + 301),
        f"{NOW}.0",
        f"+{NOW}",
        f"{NOW} {NOW}",
        f"0x{NOW:x}",
        "1e9",
        "9" * 13,
        "9" * 5000,
        "1900000000".translate({ord(digit): 0xFF10 + int(digit) for digit in "0123456789"}),
        "\u0661\u0662",
        "١٢٣",
        "nan",
        "inf",
        "None",
    ],
)
def test_a_timestamp_that_is_odd_or_old_is_refused(street: Street, at: str) -> None:
    headers = signed(STATUS, at=at)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"POST /slack/events HTTP/1.1\r\nHost: a\r\n{lines}Content-Length: {len(STATUS)}\r\n"
    answer = street.shout((request + "Connection: close\r\n\r\n" + STATUS).encode())
    assert answer.startswith((b"HTTP/1.1 401", b"HTTP/1.1 400"))
    assert not street.let_in


@pytest.mark.parametrize("at", [NOW - 300, NOW, NOW + 300])
def test_five_minutes_either_way_are_allowed(street: Street, at: int) -> None:
    assert street.send(STATUS, at=str(at)) == 200


@pytest.mark.parametrize("name", ["X-Slack-Signature", "X-Slack-Request-Timestamp"])
def test_a_missing_header_is_refused(street: Street, name: str) -> None:
    headers = {key: value for key, value in signed(STATUS).items() if key != name}
    assert street.ask(STATUS, headers=headers)[0] == 401


@pytest.mark.parametrize(
    "change",
    [
        lambda mark: mark.upper(),
        lambda mark: mark.replace("v0", "v1"),
        lambda mark: mark[3:],
        lambda mark: mark + "0",
        lambda mark: mark[:-1],
        lambda mark: f"{mark}, {mark}",
        lambda mark: mark[:-1] + "é",
        lambda _: "v0=" + "０" * 64,
        lambda _: "",
    ],
)
def test_a_signature_of_another_form_is_refused(street: Street, change: Any) -> None:
    headers = signed(STATUS)
    headers["X-Slack-Signature"] = change(headers["X-Slack-Signature"])
    encoded = {key: value.encode("utf-8").decode("latin-1") for key, value in headers.items()}
    assert street.ask(STATUS, headers=encoded)[0] == 401


def test_no_single_bit_of_the_body_or_the_headers_can_be_changed(street: Street) -> None:
    raw, headers = STATUS.encode(), signed(STATUS)
    tries = 0
    for at in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[at // 8] ^= 1 << (at % 8)
        assert street.ask(bytes(changed), headers=headers)[0] == 401
        tries += 1
    for name in ("X-Slack-Signature", "X-Slack-Request-Timestamp"):
        for at in range(len(headers[name]) * 7):
            letters = bytearray(headers[name].encode())
            letters[at // 7] ^= 1 << (at % 7)
            if not all(0x21 <= letter < 0x7F for letter in letters):
                continue
            assert street.ask(raw, headers={**headers, name: letters.decode()})[0] == 401
            tries += 1
    assert tries > 800
    assert not street.let_in


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/slack/events", 405),
        ("PUT", "/slack/events", 405),
        ("DELETE", "/slack/events", 405),
        ("HEAD", "/slack/events", 405),
        ("POST", "/health", 405),
        ("POST", "/", 404),
        ("POST", "/slack/events/", 404),
        ("POST", "/slack/../slack/events", 404),
        ("GET", "/", 404),
        ("GET", "/.env", 404),
        ("BREW", "/slack/events", 405),
    ],
)
def test_other_doors_do_not_exist(street: Street, method: str, path: str, status: int) -> None:
    answer = street.ask(STATUS, method=method, path=path, headers=signed(STATUS))
    assert (answer[0], answer[1]) == (status, b"")
    assert not street.let_in


def test_health_is_answered_without_a_signature(street: Street) -> None:
    status, body, headers = street.ask(method="GET", path="/health")
    assert (status, json.loads(body)) == (200, {"status": "ok"})
    assert headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "probe", ["ssl_check=1", "ssl_check=1&token=abc", "token=a1B2&ssl_check=1"]
)
def test_slacks_probe_of_the_certificate_is_answered_unsigned(street: Street, probe: str) -> None:
    assert street.ask(probe, headers={"Content-Type": FORM})[:2] == (200, b"")
    assert street.ask(method="GET", path=f"/slack/events?{probe}")[0] == 200
    assert not street.let_in


@pytest.mark.parametrize(
    "probe",
    [
        "ssl_check=1&command=%2Fiop",
        "ssl_check=0",
        "ssl_check=11",
        "a=ssl_check=1",
        '{"ssl_check":"1"}',
        "ssl_check=1\n",
        "payload=ssl_check=1",
    ],
)
def test_what_only_looks_like_a_probe_needs_a_signature(street: Street, probe: str) -> None:
    assert street.ask(probe, headers={"Content-Type": FORM})[0] == 401


def test_the_question_who_owns_the_address_is_answered_only_signed(street: Street) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "c0de", "token": "t"})
    assert street.ask(body, headers={"Content-Type": JSON})[0] == 401
    status, answer, _ = street.ask(body, headers=signed(body, JSON))
    assert status == 200
    assert b"c0de" in answer


@pytest.mark.parametrize(
    ("length", "status"),
    [
        (str(LARGEST + 1), 413),
        ("9" * 30, 413),
        ("-1", 400),
        ("1.5", 400),
        ("abc", 400),
        ("१", 400),
    ],
)
def test_the_size_is_judged_before_anything_is_read(
    street: Street, length: str, status: int
) -> None:
    head = f"POST /slack/events HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n"
    assert street.shout(head.encode()).startswith(f"HTTP/1.1 {status}".encode())


def test_one_mebibyte_is_still_taken(street: Street) -> None:
    body = STATUS + "&pad=" + "x" * (LARGEST - len(STATUS) - 5)
    assert len(body) == LARGEST
    assert street.send(body) == 200
    assert street.send(body + "x") == 413


def test_the_wsgi_callable_judges_the_size_by_itself() -> None:
    """Not every server does so before it; and a body that is cut short is no body."""
    wsgi = make_wsgi(Door(health=lambda: (200, {}), app=bolt_app(), secrets=(SECRET,)))

    class Short:
        def read(self, _size: int) -> bytes:
            return b"short"

    statuses = [
        ask_wsgi(wsgi, CONTENT_LENGTH=length, **{"wsgi.input": Short()})
        for length in ("", str(LARGEST + 1), "x", "-5", "9" * 13, "10")
    ]
    assert statuses == [411, 413, 400, 400, 400, 400]


def ask_wsgi(wsgi: Any, **environ: Any) -> int:
    told: list[str] = []
    base = {"REQUEST_METHOD": "POST", "PATH_INFO": "/slack/events"}
    b"".join(wsgi({**base, **environ}, lambda status, _headers: told.append(status)))
    return int(told[0].split()[0])


DEEP = "[" * 200_000
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
        for value in ("x", 5, [], True)
    ],
    *[(FORM, press(actions=value).encode()) for value in ([], {}, "x", ["x"], None, 5)],
]


@pytest.mark.parametrize(("kind", "body"), MALFORMED)
def test_what_is_signed_but_malformed_is_a_bare_400(street: Street, kind: str, body: bytes) -> None:
    status, answer, _ = street.ask(body, headers=signed(body, kind))
    assert (status, answer) == (400, b"")
    assert not street.let_in
    assert street.ask(body, headers={"Content-Type": kind})[0] == 401, "unsigned, it is not read"


def test_the_word_payload_in_a_command_is_only_a_word(street: Street) -> None:
    body = urlencode({"command": "/iop", "text": "lista payload", "team_id": "T1", "user_id": "U1"})
    assert street.send(body) == 200
    assert street.let_in[0]["text"] == "lista payload"


def test_a_null_where_an_object_may_stand_is_let_in(street: Street) -> None:
    """In an organisation's app the team is null."""
    body = press(team=None, user={"id": "U1", "team_id": "T1"}, view=None)
    assert street.send(body) == 200


def test_a_replay_is_answered_and_does_nothing(street: Street) -> None:
    headers = signed(STATUS)
    assert street.ask(STATUS, headers=headers)[1] != b""
    street.clock[0] += 599
    assert street.ask(STATUS, headers=headers)[:2] == (200, b"")
    assert len(street.let_in) == 1


def test_twenty_replays_at_once_do_it_once(street: Street) -> None:
    headers, statuses = signed(STATUS), []
    threads = [
        threading.Thread(target=lambda: statuses.append(street.ask(STATUS, headers=headers)[0]))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 20
    assert len(street.let_in) == 1


def test_a_request_that_failed_is_let_in_again_when_slack_sends_it_anew(street: Street) -> None:
    """Its first retry comes at once and may carry the very same signature."""
    body = urlencode({"command": "/unknown", "text": "x", "team_id": "T1", "user_id": "U1"})
    assert street.send(body) == 404
    assert street.send(body) == 404
    assert len(street.let_in) == 2


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


_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
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
_VALUES = st.recursive(
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
_BODIES = st.one_of(
    st.tuples(st.just(JSON), _VALUES.map(lambda value: json.dumps(value).encode())),
    st.tuples(st.just(FORM), _VALUES.map(lambda value: f"payload={quote(json.dumps(value))}".encode())),
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


def test_in_socket_mode_only_health_is_there() -> None:
    wsgi = make_wsgi(Door(health=lambda: (503, {"status": "clock_late"})))
    assert ask_wsgi(wsgi) == 404
    assert ask_wsgi(wsgi, REQUEST_METHOD="GET", PATH_INFO="/health") == 503


def test_signatures_are_remembered_for_ten_minutes_in_bounded_memory() -> None:
    clock = [0.0]
    seen = SeenSignatures(room=100, monotonic=lambda: clock[0])
    marks = [f"v0={number:064x}"[::-1].replace("=0v", "") for number in range(1000)]
    marks = [f"v0={hashlib.sha256(mark.encode()).hexdigest()}" for mark in marks]
    assert all(seen.is_new(mark) for mark in marks)
    assert len(seen) <= 200
    assert not seen.is_new(marks[-1])
    clock[0] = 599
    assert not seen.is_new(marks[-1])
    clock[0] = 1800
    assert seen.is_new(marks[-1])


def test_a_listener_that_stops_answers_what_was_asked_and_then_lets_go() -> None:
    begun, may_end = threading.Event(), threading.Event()

    def slow(_environ: Any, start_response: Any) -> list[bytes]:
        begun.set()
        may_end.wait(5)
        start_response("200 OK", [("Content-Length", "4")])
        return [b"done"]

    street = Street(Listener(slow, "127.0.0.1", 0))
    street.listener.start()
    answers: list[bytes] = []
    asker = threading.Thread(target=lambda: answers.append(street.ask(method="GET")[1]))
    asker.start()
    assert begun.wait(5)
    stopper = threading.Thread(target=street.listener.stop, args=(5,))
    stopper.start()
    may_end.set()
    stopper.join(6)
    asker.join(6)
    assert answers == [b"done"]
    with pytest.raises(OSError, match="refused"):
        street.ask(method="GET")


def test_the_door_follows_the_real_clock() -> None:
    wsgi = make_wsgi(Door(health=lambda: (200, {}), app=bolt_app(), secrets=(SECRET,)))

    class Body:
        def read(self, _size: int) -> bytes:
            return STATUS.encode()

    def ask(at: float) -> int:
        headers = signed(STATUS, at=str(int(at)))
        return ask_wsgi(
            wsgi,
            CONTENT_LENGTH=str(len(STATUS)),
            CONTENT_TYPE=FORM,
            HTTP_X_SLACK_REQUEST_TIMESTAMP=headers["X-Slack-Request-Timestamp"],
            HTTP_X_SLACK_SIGNATURE=headers["X-Slack-Signature"],
            **{"wsgi.input": Body()},
        )

    assert ask(time.time()) == 200
    assert ask(time.time() - 310) == 401
