"""Signed HTTP: to the request address, answered within three seconds."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

import aiohttp

from tests.workspace.delivery.outcomes import Delivered, Parcel
from tests.workspace.settings import Settings

FORM = "application/x-www-form-urlencoded"
STALE_SECONDS = 600


def signed_headers(settings: Settings, body: bytes) -> dict[str, str]:
    """Sign a body as Slack does, or wrongly in the way the settings name."""
    shift = {"stale": -STALE_SECONDS, "future": STALE_SECONDS}.get(settings.signature, 0)
    moment = str(int(time.time()) + shift)
    secret = settings.signing_secret.encode()
    digest = hmac.new(secret, f"v0:{moment}:".encode() + body, hashlib.sha256).hexdigest()
    headers = {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={digest}"}
    if settings.signature == "missing":
        return {}
    if settings.signature == "garbled":
        headers["X-Slack-Signature"] = f"v0={digest[::-1]}"
    return headers


def body_of(parcel: Parcel) -> tuple[bytes, str]:
    """Write a parcel as Slack does over HTTP: form, form around JSON, or JSON."""
    if parcel.kind == "slash_commands":
        return urlencode(parcel.payload).encode(), FORM
    as_json = json.dumps(parcel.payload)
    if parcel.kind == "interactive":
        return urlencode({"payload": as_json}).encode(), FORM
    return as_json.encode(), "application/json"


async def deliver(
    session: aiohttp.ClientSession, settings: Settings, parcel: Parcel, log: dict[str, Any]
) -> Delivered:
    """Send a parcel to the request address and read the answer."""
    body, content_type = body_of(parcel)
    headers = {"Content-Type": content_type, **signed_headers(settings, body)}
    if parcel.retry:
        headers["X-Slack-Retry-Num"] = str(parcel.retry)
        headers["X-Slack-Retry-Reason"] = parcel.retry_reason
    log["raw"] = body.decode()
    return await send(session, settings, body, headers)


async def send(
    session: aiohttp.ClientSession, settings: Settings, body: bytes, headers: dict[str, str]
) -> Delivered:
    """Post bytes to the request address within the time Slack gives."""
    assert settings.request_url is not None
    timeout = aiohttp.ClientTimeout(total=settings.ack_seconds)
    try:
        async with session.post(
            settings.request_url, data=body, headers=headers, timeout=timeout
        ) as response:
            said = await response.read()
            no_retry = response.headers.get("X-Slack-No-Retry") == "1"
            if response.status != 200:
                return Delivered("refused", said.decode(), response.status, no_retry)
            payload = _payload(said, response.content_type)
            return Delivered("acknowledged", payload, response.status, no_retry)
    except TimeoutError:
        return Delivered("timeout")
    except aiohttp.ClientError:
        return Delivered("connection_failed")


def _payload(said: bytes, content_type: str) -> dict[str, Any] | str | None:
    if not said.strip():
        return None
    if content_type == "application/json":
        try:
            value = json.loads(said)
        except ValueError:
            return said.decode()
        return value if isinstance(value, dict) else said.decode()
    return said.decode()
