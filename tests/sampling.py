"""How much is tried: a sample on every run, everything in ``make soak``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final, TypeVar

EVERYTHING: Final = "FOLJSAM_TEST_EVERYTHING" in os.environ
"""Set by ``make soak``."""
EVERYWHERE: Final = (
    [("socket", "sqlite"), ("socket", "postgresql"), ("http", "sqlite"), ("http", "postgresql")]
    if EVERYTHING
    else [("socket", "sqlite"), ("http", "postgresql")]
)
"""The road that requests come by, and the database: each of them once, or each with each."""
_One = TypeVar("_One")


def sample(every: Sequence[_One], one_in: int) -> Sequence[_One]:
    """Give one in so many, the first among them; all of them where everything is tried."""
    return every if EVERYTHING else every[::one_in]
