"""The fixed names of the home workspace, and how new ids are made."""

from __future__ import annotations

import itertools
import time

HOME_TEAM = "T_HOME"
HOME_DOMAIN = "kommunen"
BOT_USER = "UBOT"
BOT_ID = "BBOT"
APP_ID = "A_FOLJSAM"
BOT_TOKEN = "xoxb-stand-in-bot"
APP_TOKEN = "xapp-1-A_FOLJSAM-stand-in"
SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def base36(number: int) -> str:
    """Write a whole number with digits and capitals, as Slack's ids look."""
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits or "0"


class Ids:
    """Makes ids that do not come back after a restart: a bot may remember the old ones."""

    def __init__(self) -> None:
        self._root = base36(time.time_ns() // 1_000_000)
        self._numbers = itertools.count(1)

    def make(self, prefix: str) -> str:
        return f"{prefix}{self._root}{base36(next(self._numbers)):0>4}"
