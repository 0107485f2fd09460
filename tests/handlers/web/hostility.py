"""Hostile requests: payloads of every kind, changed in their structure, their bytes, their frame.

What is drawn is plain data, so that a request that breaks something can be read and repeated.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from hypothesis import strategies as st

from tests.handlers.web.kinds import KINDS, wrapped
from tests.handlers.web.street import JSON, NOW, SECRET

ODD_TEXTS: Final = (
    "",
    " ",
    "<!channel>",
    "<@U_KJELL|anna>",
    "1740' OR 1=1 --",
    "{name} {0!r} %s",
    "../../etc/passwd",
    "\u202e\u200b\ufeff",
    "å" * 5_000,
    "(" * 2_000,
    "a " * 2_000,
    "１２３",
    "9" * 400,
    "-1",
    "1:2:3:4:5",
    "1:" + "9" * 14,
    "١:١",
    "T_OTHER",
    "U_KJELL",
    "U_NOBODY",
    "https://169.254.169.254/",
    "xoxb-1-2-3",
    "\x00",
    "\ud800",
    "👩\u200d👩\u200d👧",
)
_SCALARS: Final = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(),
    st.text(max_size=30),
    st.sampled_from(ODD_TEXTS),
)
_ODD: Final = st.one_of(
    _SCALARS,
    st.lists(_SCALARS, max_size=3),
    st.dictionaries(st.text(max_size=8) | st.sampled_from(("id", "type", "team_id")), _SCALARS),
    st.sampled_from(tuple(KINDS.values())),
)
_NAMES: Final = st.text(max_size=8) | st.sampled_from(
    ("payload", "command", "actions", "authorizations", "event", "bot_id", "subtype", "ssl_check")
)


@dataclass(frozen=True, slots=True)
class Request:
    """One request as a server hands it over."""

    raw: bytes
    kind: str
    signature: str | None
    timestamp: str | None
    is_signed: bool
    length: str | None = None
    method: str = "POST"
    path: str = "/slack/events"

    def environ(self) -> dict[str, Any]:
        """Write it as WSGI does."""
        length = str(len(self.raw)) if self.length is None else self.length
        found = {
            "REQUEST_METHOD": self.method,
            "PATH_INFO": self.path,
            "QUERY_STRING": "",
            "CONTENT_TYPE": self.kind,
            "CONTENT_LENGTH": length,
            "HTTP_X_SLACK_SIGNATURE": self.signature,
            "HTTP_X_SLACK_REQUEST_TIMESTAMP": self.timestamp,
            "wsgi.input": BytesIO(self.raw),
        }
        return {name: value for name, value in found.items() if value is not None}


def signature(raw: bytes, at: str = str(NOW), secret: bytes = SECRET) -> str:
    """Sign as Slack does."""
    signed = b"v0:" + at.encode() + b":" + raw
    return "v0=" + hmac.new(secret, signed, hashlib.sha256).hexdigest()


def signed(raw: bytes, kind: str, **facts: Any) -> Request:
    """Make a request that has been signed, whatever is in it."""
    return Request(raw, kind, signature(raw), str(NOW), is_signed=True, **facts)


def places(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the way to everything that lies in a payload."""
    pairs = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for name, inner in pairs:
        yield (*here, name)
        yield from places(inner, (*here, name))


@st.composite
def changed(draw: st.DrawFn, payload: Any) -> Any:
    """Change a payload in one to four places."""
    made: Any = deepcopy(payload)
    if "trigger_id" in made:
        made["trigger_id"] = f"1.2.{draw(st.integers(0))}"  # no act of its own is done twice
    for _ in range(draw(st.integers(1, 4))):
        ways = list(places(made))
        if not ways:
            return made
        *road, last = draw(st.sampled_from(ways))
        holder = made
        for step in road:
            holder = holder[step]
        match draw(st.sampled_from(("replace", "replace", "remove", "add", "repeat"))):
            case "replace":
                holder[last] = deepcopy(draw(_ODD))
            case "remove":
                del holder[last]
            case "add" if isinstance(holder, dict):
                holder[draw(_NAMES)] = deepcopy(draw(_ODD))
            case _ if isinstance(holder, list):
                holder.append(deepcopy(holder[last]))
    return made


@st.composite
def bodies(draw: st.DrawFn) -> tuple[str, bytes]:
    """Draw a body: a real kind, changed; or something that is no kind at all."""
    name = draw(st.sampled_from(tuple(KINDS)))
    whole = KINDS[name] if draw(st.integers(0, 4)) == 0 else draw(changed(KINDS[name]))
    if draw(st.integers(0, 9)) == 0:
        whole = draw(_ODD)
    kind, raw = wrapped(name, whole)
    if draw(st.integers(0, 5)) == 0:
        raw = draw(spoilt(raw))
    if draw(st.integers(0, 9)) == 0:
        kind = draw(st.sampled_from(_CONTENT_TYPES) | st.text(max_size=20))
    return kind, raw


_CONTENT_TYPES: Final = (
    "",
    "text/plain",
    JSON,
    "application/x-www-form-urlencoded",
    f"{JSON}; charset=utf-16",
    "multipart/form-data; boundary=x",
)


@st.composite
def spoilt(draw: st.DrawFn, raw: bytes) -> bytes:
    """Spoil the bytes of a body."""
    at = draw(st.integers(0, len(raw)))
    match draw(st.sampled_from(("flip", "cut", "put", "twice", "deep", "utf16", "latin", "zeros"))):
        case "flip" if at < len(raw):
            return raw[:at] + bytes([raw[at] ^ (1 << draw(st.integers(0, 7)))]) + raw[at + 1 :]
        case "cut":
            return raw[:at]
        case "put":
            return raw[:at] + draw(st.binary(max_size=20)) + raw[at:]
        case "twice":
            return raw + (b"&" if b"=" in raw else b"") + raw
        case "deep":
            levels = draw(st.sampled_from((50, 70, 990, 20_000)))
            opened, closed = draw(st.sampled_from(((b"[", b"]"), (b'{"a":', b"}"))))
            return opened * levels + b"1" + closed * levels
        case "utf16":
            return raw.decode("utf-8", "replace").encode("utf-16")
        case "latin":
            return raw.decode("utf-8", "replace").encode("latin-1", "replace")
        case _:
            return raw + b"\0" * draw(st.integers(1, 50))


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """Draw a request: four in five with a good signature, the others not quite."""
    kind, raw = draw(bodies())
    good = signed(raw, kind)
    if draw(st.integers(0, 4)):
        return good
    at = draw(st.sampled_from((str(NOW), str(NOW - 301), "", "abc", "１２３", "9" * 5_000, None)))
    mark = draw(
        st.sampled_from(
            (None, "", "v0=", "v0=" + "0" * 64, good.signature, signature(raw, secret=b"other"))
        )
        | st.text(max_size=70)
    )
    is_signed = at == good.timestamp and mark == good.signature
    return Request(
        raw,
        kind,
        mark,
        at,
        is_signed=is_signed,
        length=draw(st.sampled_from((None, None, "", "0", "-1", "9" * 13, "x", "5"))),
        method=draw(st.sampled_from(("POST", "POST", "POST", "GET", "PUT", "HEAD"))),
        path=draw(st.sampled_from(("/slack/events", "/slack/events", "/", "/health", "/.env"))),
    )


def read(raw: bytes) -> str:
    """Write a body so that it can be read in a report."""
    return json.dumps(raw.decode("utf-8", "backslashreplace"))[:600]
