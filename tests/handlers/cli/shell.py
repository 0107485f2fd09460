"""What the tests of the operator's commands share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NamedTuple

from bot.settings import Settings

PROGRAM = [sys.executable, "-m", "bot"]
SECRET = "hemlig-4711"
NAMES = [str(each.validation_alias.choices[0]) for each in Settings.model_fields.values()]  # type: ignore[union-attr]


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


Shell = Callable[..., Outcome]
