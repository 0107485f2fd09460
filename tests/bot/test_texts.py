"""Both languages say the same; every text that is asked for is there, and every one is used."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.errors import Invalid, NotFound
from bot.texts import LANGUAGES, Texts, catalogue
from storage.types import PartialDate

ROOT = Path(__file__).parents[2]
SWEDISH, ENGLISH = (catalogue(language) for language in ("sv", "en"))
KEY = re.compile(r"[a-z]+(?:\.[A-Za-z0-9_]+)+")
ASKING = {
    "texts",
    "words",
    "error",
    "Invalid",
    "NotFound",
    "Conflict",
    "DatabaseProblem",
    "warning",
}
"""What is called with a key first: the catalogues themselves, and errors that carry one."""


def placeholders(form: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(form) if name is not None}


@cache
def sources() -> tuple[ast.Module, ...]:
    folders = (ROOT / floor for floor in ("bot", "handlers", "storage"))
    files = [file for folder in folders for file in sorted(folder.rglob("*.py"))]
    return tuple(ast.parse(file.read_text(encoding="utf-8"), str(file)) for file in files)


def literals() -> set[str]:
    """Give every text in the code that looks like a key."""
    found: set[str] = set()
    for tree in sources():
        for node in ast.walk(tree):
            found.update(_keys(node) if isinstance(node, ast.Constant) else ())
    return found


def built() -> Iterator[re.Pattern[str]]:
    """Give every key that is put together, as a pattern: ``f"standing.{standing}"``."""
    for tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w.]+"
                    for part in node.values
                ]
                if "." in "".join(parts).replace(r"[\w.]+", ""):
                    yield re.compile("".join(parts))


def asked() -> Iterator[tuple[str, str]]:
    """Give every key that is asked for in so many words, with where."""
    for tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and _name(node.func) in ASKING:
                for key in _keys(node.args[0]):
                    yield key, f"line {node.lineno}"


def _name(called: ast.expr) -> str:
    if isinstance(called, ast.Call):  # texts()("…")
        return _name(called.func)
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _keys(argument: ast.expr) -> Iterator[str]:
    if isinstance(argument, ast.IfExp):
        yield from _keys(argument.body)
        yield from _keys(argument.orelse)
    elif isinstance(argument, ast.Constant) and KEY.fullmatch(str(argument.value)):
        yield str(argument.value)


# -- the two catalogues


def test_both_languages_have_the_same_texts():
    assert set(SWEDISH) == set(ENGLISH)
    assert len(SWEDISH) > 200


def test_every_text_asks_for_the_same_values_in_both_languages():
    asked_for = [
        {key: (len(forms), set.union(*map(placeholders, forms))) for key, forms in texts.items()}
        for texts in (SWEDISH, ENGLISH)
    ]
    assert asked_for[0] == asked_for[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_can_be_written_with_its_values(language):
    texts = Texts(language)
    for key, forms in catalogue(language).items():
        names = set.union(*map(placeholders, forms))
        assert all(name.isidentifier() for name in names), key
        values = {name: f"<{name}>" for name in names if name != "n"}
        for n in (0, 1, 2):
            said = texts(key, **values, **({"n": n} if "n" in names or len(forms) > 1 else {}))
            assert said == said.strip() or key == "operator.import.sheet" or said.endswith(" ")
            assert "{" not in said
            chosen = forms[0] if len(forms) == 1 or n == 1 else forms[1]
            for name in placeholders(chosen) - {"n"}:
                assert f"<{name}>" in said, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plural_is_chosen_by_its_number(language):
    texts = Texts(language)
    plurals = [key for key, forms in catalogue(language).items() if len(forms) > 1]
    assert len(plurals) > 15
    for key in plurals:
        forms = catalogue(language)[key]
        values = dict.fromkeys(set.union(*map(placeholders, forms)) - {"n"}, "x")
        zero, one, two = (texts(key, n=n, **values) for n in (0, 1, 2))
        assert one == forms[0].format(n=1, **values)
        assert two == forms[1].format(n=2, **values)
        assert zero == forms[1].format(n=0, **values)
        assert len(forms) == 2, key


def test_the_swedish_texts_keep_their_tone():
    """Short, friendly, exact: no exclamation marks but in thanks, and nobody is sold anything."""
    for key, forms in SWEDISH.items():
        for form in forms:
            if not form.startswith("Tack!"):
                assert "!" not in form, key
            avoided = r"\b(köp|beställning|leverans|leverantör|utförare|kund|anbud|vite|ärende)\b"
            assert not re.search(avoided, form, re.IGNORECASE), key
            assert not re.search(r"\b(deadline|feedback|ticket)\b", form, re.IGNORECASE), key


# -- the catalogues and the code


def test_every_text_that_the_code_asks_for_is_there():
    unknown = {(key, where) for key, where in asked() if key not in SWEDISH}
    assert unknown == set()


def test_the_walk_finds_the_keys_it_should():
    keys = {key for key, _ in asked()}
    assert {"search.nothing", "conflict.changed", "invalid.money"} <= keys
    assert {"database.bad_url", "operator.file.written", "reminder.next_step_late"} <= keys
    assert any(pattern.fullmatch("standing.in_force") for pattern in built())


def test_every_text_is_used_somewhere():
    used, patterns = literals(), list(built())
    unused = {
        key
        for key in SWEDISH
        if key not in used and not any(pattern.fullmatch(key) for pattern in patterns)
    }
    assert unused == set()


# -- values as each language writes them


@pytest.mark.parametrize(
    ("language", "value", "written"),
    [
        ("sv", PartialDate(2020, 10, 29), "29 oktober 2020"),
        ("sv", PartialDate(2021, 5), "maj 2021"),
        ("sv", PartialDate(2021), "2021"),
        ("en", PartialDate(2021, 5), "May 2021"),
        ("sv", date(2027, 3, 3), "3 mars 2027"),
        ("en", date(2027, 3, 3), "3 March 2027"),
        ("sv", 12, 12),
        ("sv", "Kultur 1740", "Kultur 1740"),
    ],
)
def test_a_date_is_written_at_its_precision_and_the_rest_as_it_is(language, value, written):
    assert Texts(language).show(value) == written


def test_a_moment_and_an_amount_are_written_as_in_speech():
    texts = Texts("sv")
    moment = datetime(2027, 3, 3, 8, 0, tzinfo=UTC)
    assert texts.moment(moment, ZoneInfo("Europe/Stockholm")) == "onsdag 3 mars 2027 kl. 09.00"
    assert texts.kronor(2_100_000_00) == "2\u00a0100\u00a0000\u00a0kr"
    assert texts.several(["a", "b", "c"]) == "a, b och c"
    assert (texts.several(["a"]), texts.several([])) == ("a", "")


def test_an_error_is_put_into_the_readers_words_with_its_facts():
    error = NotFound("search.nothing", text="kultur {n} %s <!channel>")
    for language in LANGUAGES:
        assert "kultur {n} %s <!channel>" in Texts(language).error(error)
    setting = Invalid("settings.invalid", name="PORT", expected="settings.expected.PORT")
    assert "heltal" in Texts("sv").error(setting)


def test_a_text_that_is_not_there_is_our_mistake():
    with pytest.raises(KeyError):
        Texts("sv")("status.nonsense")
    assert "status.term" in Texts("sv")
    assert "status.nonsense" not in Texts("sv")
