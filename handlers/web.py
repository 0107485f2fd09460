"""The HTTP door: Slack's requests and the health question, as one WSGI callable.

Nothing is parsed before the signature over the raw bytes has been checked, and what is handed on
has the shapes that Bolt takes for granted: Bolt itself parses first, and many odd requests become
unhandled errors inside it. Every refusal is a bare 4xx, never a 5xx. In Socket Mode only the health
question is answered. Reading bodies: ``payloads.py`` and ``shapes.py``; listening: ``listener.py``
and ``web_server.py``.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets as random
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from bot.clock import real_now
from handlers.payloads import read_payload
from handlers.shapes import Malformed

LARGEST: Final = 1024 * 1024  # bytes; Slack's own requests are far smaller
WINDOW: Final = 300.0  # seconds a timestamp may be off, either way
REMEMBERED: Final = 600.0  # seconds: twice the window, since a timestamp may lie ahead

_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
_PROBE = re.compile(rb"(?:token=[\w.%-]{0,200}&)?ssl_check=1(?:&token=[\w.%-]{0,200})?", re.ASCII)
_RETRY_HEADERS = (
    ("HTTP_X_SLACK_RETRY_NUM", "x-slack-retry-num", re.compile(r"[0-9]{1,3}")),
    ("HTTP_X_SLACK_RETRY_REASON", "x-slack-retry-reason", re.compile(r"[a-z_]{1,40}")),
)
_PHRASES = {status.value: status.phrase for status in HTTPStatus}

Environ = Mapping[str, Any]
Headers = list[tuple[str, str]]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Answer(NamedTuple):
    """One HTTP answer."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


Handle = Callable[[dict[str, Any], dict[str, str]], Answer]
"""What stands behind the door: takes a payload and the headers that tell of a retry."""


class SeenSignatures:
    """Remembers each signature for at least ten minutes, in bounded memory.

    Two generations of short digests: when the younger is ten minutes old or full, it becomes the
    elder and the elder is dropped. Only requests with a good signature ever get this far, so a
    stranger cannot fill it.
    """

    def __init__(
        self,
        *,
        lifetime: float = REMEMBERED,
        room: int = 65_536,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._lifetime, self._room, self._monotonic = lifetime, room, monotonic
        self._young: set[bytes] = set()
        self._old: set[bytes] = set()
        self._turned = monotonic()
        self._lock = threading.Lock()

    def is_new(self, signature: str) -> bool:
        """Remember the signature; say whether it had not been seen."""
        mark = _mark(signature)
        with self._lock:
            self._turn()
            if mark in self._young or mark in self._old:
                return False
            self._young.add(mark)
            return True

    def forget(self, signature: str) -> None:
        """Let the same request in again: it failed, and Slack may send it anew within a second."""
        mark = _mark(signature)
        with self._lock:
            self._young.discard(mark)
            self._old.discard(mark)

    def __len__(self) -> int:
        """Count what is remembered."""
        return len(self._young) + len(self._old)

    def _turn(self) -> None:
        now = self._monotonic()
        age = now - self._turned
        if age >= self._lifetime or len(self._young) >= self._room:
            self._old = self._young if age < 2 * self._lifetime else set()
            self._young, self._turned = set(), now


def _mark(signature: str) -> bytes:
    return bytes.fromhex(signature[3:27])


@dataclass(frozen=True)
class Door:
    """What the door needs: the question of health, and in HTTP mode who answers and the secrets.

    ``now`` gives real seconds since 1970: signatures never follow a clock file.
    """

    health: Callable[[], tuple[int, Mapping[str, Any]]]
    handle: Handle | None = None
    secrets: tuple[bytes, ...] = field(default=(), repr=False)
    seen: SeenSignatures = field(default_factory=SeenSignatures)
    now: Callable[[], float] = lambda: real_now().timestamp()


class _Refused(Exception):
    """Raised to answer with a bare status."""

    def __init__(self, status: HTTPStatus, **headers: str) -> None:
        super().__init__(status)
        self.answer = Answer(status, headers=tuple(headers.items()))


def make_wsgi(door: Door) -> Wsgi:
    """Make the WSGI callable for any server; it never raises."""

    def wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            answer = _route(door, environ)
        except _Refused as refusal:
            answer = refusal.answer
        except Exception as error:  # noqa: BLE001  # logged with a number: the door never breaks
            _log_failure("door_failed", error)
            answer = Answer(HTTPStatus.BAD_REQUEST)
        headers = [*answer.headers, ("Content-Length", str(len(answer.body)))]
        start_response(f"{answer.status} {_PHRASES.get(answer.status, 'Answer')}", headers)
        return [b"" if environ.get("REQUEST_METHOD") == "HEAD" else answer.body]

    return wsgi


def _route(door: Door, environ: Environ) -> Answer:
    method, path = environ.get("REQUEST_METHOD"), environ.get("PATH_INFO")
    if path == "/health":
        _allow(method, "GET", "HEAD")
        return _health(door)
    if path != "/slack/events" or door.handle is None:
        raise _Refused(HTTPStatus.NOT_FOUND)
    if method == "GET" and _PROBE.fullmatch(str(environ.get("QUERY_STRING", "")).encode()):
        return Answer(HTTPStatus.OK)  # older certificate probes came as GET
    _allow(method, "POST")
    return _slack(door, door.handle, environ)


def _allow(method: str | None, *allowed: str) -> None:
    if method not in allowed:
        raise _Refused(HTTPStatus.METHOD_NOT_ALLOWED, Allow=", ".join(allowed))


def _health(door: Door) -> Answer:
    status, facts = door.health()
    body = json.dumps(facts).encode()
    return Answer(status, body, (("Content-Type", "application/json"),))


def _slack(door: Door, handle: Handle, environ: Environ) -> Answer:
    """Take one request of Slack's: size, signature, words, shapes, once, and only then answer."""
    raw = _read(environ)
    if _PROBE.fullmatch(raw):
        return Answer(HTTPStatus.OK)
    signature = environ.get("HTTP_X_SLACK_SIGNATURE")
    if not _is_genuine(door, environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP"), signature, raw):
        raise _Refused(HTTPStatus.UNAUTHORIZED)
    try:
        payload = read_payload(raw, str(environ.get("CONTENT_TYPE") or ""))
    except Malformed:
        raise _Refused(HTTPStatus.BAD_REQUEST) from None
    assert isinstance(signature, str)
    if not door.seen.is_new(signature):
        return Answer(HTTPStatus.OK)
    answer = _handled(handle, payload, _retry_headers(environ))
    if answer.status >= 400:
        door.seen.forget(signature)
    return answer


def _read(environ: Environ) -> bytes:
    stated = environ.get("CONTENT_LENGTH")
    if stated in {None, ""}:
        raise _Refused(HTTPStatus.LENGTH_REQUIRED)
    if not re.fullmatch(r"[0-9]{1,12}", str(stated)):
        raise _Refused(HTTPStatus.BAD_REQUEST)
    length = int(str(stated))
    if length > LARGEST:
        raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    raw = environ["wsgi.input"].read(length)
    if not isinstance(raw, bytes) or len(raw) != length:
        raise _Refused(HTTPStatus.BAD_REQUEST)
    return raw


def _is_genuine(door: Door, timestamp: Any, signature: Any, raw: bytes) -> bool:
    if not isinstance(timestamp, str) or not _TIMESTAMP.fullmatch(timestamp):
        return False
    if not isinstance(signature, str) or not _SIGNATURE.fullmatch(signature):
        return False
    if abs(door.now() - int(timestamp)) > WINDOW:
        return False
    signed = b"v0:%s:%s" % (timestamp.encode("ascii"), raw)
    given = signature.encode("ascii")
    expected = [
        b"v0=" + hmac.digest(secret, signed, "sha256").hex().encode("ascii")
        for secret in door.secrets
    ]
    # Every secret is compared, so that the time taken does not tell which one is in use.
    return any([hmac.compare_digest(given, each) for each in expected])  # noqa: C419


def _retry_headers(environ: Environ) -> dict[str, str]:
    return {
        name: environ[key]
        for key, name, shape in _RETRY_HEADERS
        if key in environ and shape.fullmatch(str(environ[key]))
    }


def _handled(handle: Handle, payload: dict[str, Any], retry: dict[str, str]) -> Answer:
    try:
        answer = handle(payload, retry)
    except Exception as error:  # noqa: BLE001  # logged with a number; Slack gets no traceback
        _log_failure("request_failed", error)
        return Answer(HTTPStatus.BAD_REQUEST)
    if not 200 <= answer.status < 500:
        _log_failure("request_failed", None)
        return Answer(HTTPStatus.BAD_REQUEST)
    return answer


def _log_failure(event: str, error: Exception | None) -> None:
    from handlers.logs import failure, log  # noqa: PLC0415  # only where there is something to say

    facts = failure(error) if error is not None else {}
    log().error(event, number=random.token_hex(4), **facts)
