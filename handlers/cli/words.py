"""The language of the terminal, known without reading settings or catalogues.

``--help`` has its words here in the code, side by side, because it must be quick; everything else a
person reads comes from the catalogues.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from bot.texts import Texts


@cache
def language() -> Literal["sv", "en"]:
    """Give the language of the terminal: Swedish unless ``FOLJSAM_LANGUAGE`` says ``en``."""
    chosen = os.environ.get("FOLJSAM_LANGUAGE")
    if chosen is None:
        chosen = _from_file(Path(".env"))
    return "en" if chosen.strip().strip("'\"") == "en" else "sv"


def _from_file(path: Path) -> str:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return ""
    found = [line.partition("=")[2] for line in lines if line.startswith("FOLJSAM_LANGUAGE=")]
    return found[-1] if found else ""


def said(swedish: str, english: str) -> str:
    """Choose between two wordings."""
    return english if language() == "en" else swedish


def texts() -> Texts:
    """Give the catalogue of the terminal's language."""
    from bot.texts import Texts  # noqa: PLC0415  # Babel: not for --help

    return Texts(language())
