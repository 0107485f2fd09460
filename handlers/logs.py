"""The log: one line an event, fixed words and ids, on standard error.

``key=value`` on a terminal, JSON elsewhere. Nothing here may hold a name, an address, a token or
the text of a message; a last net takes out what looks like a token, an address or a number of
somebody's. Tracebacks are cut down to the kind of error and where it arose: messages of errors
quote what people wrote.

The libraries log whole requests where they are allowed to. So they have a bar of their own at the
one place where everything goes out, which no level set elsewhere can lower; and of what passes it
only the first words are kept.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, Final, cast

import structlog

WARNING: Final = logging.WARNING

_SECRET: Final = re.compile(
    r"xox[a-z](?:\.xox[a-z])?-[\w-]+|xapp-[\w-]+|https?://hooks\.\S+|wss?://\S+"  # Slack's
    r"|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"  # an address
    r"|(?<![\w.:/-])(?:\+46|0)[ -]?\d{1,3}[ -]\d{2,3}(?:[ -]?\d{2}){1,3}(?!\w)"  # a telephone
    r"|(?<!\d)(?:19|20)?\d{6}[-+]\d{4}(?!\d)"  # a personnummer, with its sign or without
    r"|(?<!\d)(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278]\d|[39][01])\d{4}(?!\d)",
    re.IGNORECASE,
)
_WORDS: Final = re.compile(r"[A-Za-z][A-Za-z' -]{0,80}")
_QUIET: Final = ("slack_bolt", "slack_sdk", "apscheduler", "waitress", "granian", "_granian")
_DEEPEST: Final = 8  # frames

_Event = MutableMapping[str, Any]


def set_up(level: int = logging.INFO) -> None:
    """Send every log line, the libraries' too, through the same few steps to standard error."""
    renderer = (
        structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"])
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer()
    )
    shared: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_traceback,
        _scrub,
    ]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_logger_name, _first_words, *shared],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _without_traceback,
            _scrub,
            renderer,
        ],
    )
    _hold_the_libraries(formatter, level)


def _hold_the_libraries(formatter: logging.Formatter, level: int) -> None:
    handler = _StandardError(logging.WARNING)  # whatever level a logger is set to
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.WARNING))
    logging.getLogger("slack_bolt.App").addFilter(_is_news)
    for name in _QUIET:  # Bolt logs whole bodies at INFO on a bad signature
        logging.getLogger(name).setLevel(logging.WARNING)
    # A tick that falls in a turn under way is skipped, as it is meant to be: no news.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)


def _is_news(record: logging.LogRecord) -> bool:
    """Drop Bolt's remark that it has seen SLACK_BOT_TOKEN too: it has our client instead."""
    return not str(record.msg).startswith("As you gave `client`")


def _first_words(_logger: Any, _method: str, event: _Event) -> _Event:
    """Keep the words that a library's message begins with; what it quotes comes after them."""
    found = _WORDS.match(str(event.get("event", "")))
    event["event"] = found[0].strip() if found else "(hidden)"
    return event


class _StandardError(logging.Handler):
    """Writes to what standard error is at the moment."""

    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record), file=sys.stderr, flush=True)  # noqa: T201  # this is the log


def log() -> structlog.typing.FilteringBoundLogger:
    """Give the logger; its first argument is the event's fixed word, the rest are ids."""
    return cast("structlog.typing.FilteringBoundLogger", structlog.get_logger())


def failure(error: BaseException) -> dict[str, str]:
    """Say what kind of error it was and where it arose, without its message and without locals."""
    frames = traceback.extract_tb(error.__traceback__)[-_DEEPEST:]
    where = " < ".join(
        f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}"
        for frame in reversed(frames)
    )
    return {"error": type(error).__name__, "where": where}


def scrub(text: str) -> str:
    """Take out what looks like a token or a response address."""
    return _SECRET.sub("(hidden)", text)


def _without_traceback(_logger: Any, _method: str, event: _Event) -> _Event:
    found = event.pop("exc_info", None)
    event.pop("stack_info", None)
    event.pop("exception", None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event.update(failure(error))
    return event


def _scrub(_logger: Any, _method: str, event: _Event) -> _Event:
    for key, value in event.items():
        event[key] = _scrubbed(value)
    return event


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return scrub(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    return scrub(str(value))
