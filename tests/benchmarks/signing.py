"""Requests as Slack sends them, signed in advance, each one new.

The door answers a repeated signature without doing the work, so every request has a ``trigger_id``
of its own and is used once.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

SECRET: Final = "8f742231b10e8888abcd99yyyzzz85a5"  # made up
FORM: Final = "application/x-www-form-urlencoded"
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Signed:
    """One request."""

    timestamp: str
    signature: str
    body: str

    def headers(self) -> dict[str, str]:
        """Give its headers."""
        return {
            "Content-Type": FORM,
            "X-Slack-Request-Timestamp": self.timestamp,
            "X-Slack-Signature": self.signature,
        }

    def environ(self) -> dict[str, Any]:
        """Give it as a WSGI server hands it over."""
        raw = self.body.encode()
        return {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/slack/events",
            "QUERY_STRING": "",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_TYPE": FORM,
            "CONTENT_LENGTH": str(len(raw)),
            "HTTP_X_SLACK_REQUEST_TIMESTAMP": self.timestamp,
            "HTTP_X_SLACK_SIGNATURE": self.signature,
            "wsgi.input": io.BytesIO(raw),
        }


def fields(text: str, *, user: str, team: str) -> dict[str, str]:
    """Give the fields of a typed command, with a trigger of its own."""
    return {
        "token": "gIkuvaNzQIHg97ATvDxqgjtO",
        "team_id": team,
        "team_domain": "kommunen",
        "channel_id": "D0123456789",
        "channel_name": "directmessage",
        "user_id": user,
        "user_name": "anna",
        "command": "/iop",
        "text": text,
        "api_app_id": "A_FOLJSAM",
        "is_enterprise_install": "false",
        "response_url": "https://hooks.slack.com/commands/T0123456789/1/abc",
        "trigger_id": f"{next(_numbers)}.0123456789.{time.monotonic_ns():x}",
    }


def sign(text: str, *, user: str, team: str, secret: str = SECRET) -> Signed:
    """Make one request, signed now."""
    body, at = urlencode(fields(text, user=user, team=team)), str(int(time.time()))
    signed = f"v0:{at}:{body}".encode()
    return Signed(at, "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest(), body)


def write(requests: Iterable[Signed], target: Path) -> Path:
    """Write them a line each, for a load generator."""
    lines = (f"{one.timestamp} {one.signature} {one.body}\n" for one in requests)
    target.write_text("".join(lines))
    return target
