"""The HTTP door, over a real socket: who gets in, and who does not."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from typing import Any
from urllib.parse import urlencode

import pytest

from handlers.listener import Listener
from handlers.web import LARGEST, Door, SeenSignatures, make_wsgi
from tests.bolt import handled_by
from tests.handlers.web.street import (
    FORM,
    JSON,
    NOW,
    OTHER,
    SECRET,
    STATUS,
    Street,
    ask_wsgi,
    bolt_app,
    mention,
    press,
    signed,
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


def test_the_wsgi_callable_judges_the_size_by_itself() -> None:
    """Not every server does so before it; and a body that is cut short is no body."""
    wsgi = make_wsgi(
        Door(health=lambda: (200, {}), handle=handled_by(bolt_app()), secrets=(SECRET,))
    )

    class Short:
        def read(self, _size: int) -> bytes:
            return b"short"

    statuses = [
        ask_wsgi(wsgi, CONTENT_LENGTH=length, **{"wsgi.input": Short()})
        for length in ("", str(LARGEST + 1), "x", "-5", "9" * 13, "10")
    ]
    assert statuses == [411, 413, 400, 400, 400, 400]


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
    wsgi = make_wsgi(
        Door(health=lambda: (200, {}), handle=handled_by(bolt_app()), secrets=(SECRET,))
    )

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
