"""The world outside the HTTP door: requests over a real socket, signed as Slack signs them."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import logging
import socket
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from handlers.listener import Listener

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


def bolt_app() -> App:
    """Make an app as it is in service, with a few listeners, one of them broken."""
    app = App(
        name="an app",
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


def ask_wsgi(wsgi: Any, **environ: Any) -> int:
    told: list[str] = []
    base = {"REQUEST_METHOD": "POST", "PATH_INFO": "/slack/events"}
    b"".join(wsgi({**base, **environ}, lambda status, _headers: told.append(status)))
    return int(told[0].split()[0])
