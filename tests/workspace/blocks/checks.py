"""The small checks that shapes are made of, and the report they write to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Report:
    """What is wrong, where, and what was counted on the way."""

    problems: list[str] = field(default_factory=list)
    characters: int = 0
    markdown_characters: int = 0
    surface: str = "message"
    block_ids: dict[str, str] = field(default_factory=dict)
    action_ids: dict[str, str] = field(default_factory=dict)
    focused: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in what was sent, named by its JSON pointer."""

    report: Report
    pointer: str

    def at(self, step: str | int) -> Place:
        return Place(self.report, f"{self.pointer}/{step}")

    def refuse(self, why: str) -> None:
        self.report.problems.append(f"[ERROR] {why} [json-pointer:{self.pointer}]")


Check = Callable[[Any, Place], None]


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: the fields it may have, those it must have, and what binds them together."""

    fields: Mapping[str, Check]
    required: tuple[str, ...] = ()
    rule: Callable[[Mapping[str, Any], Place], None] | None = None

    def __call__(self, value: Any, place: Place) -> None:
        """Check a value against this shape."""
        if not isinstance(value, dict):
            place.refuse("must be an object")
            return
        before = len(place.report.problems)
        for name in self.required:
            if value.get(name) is None:
                place.refuse(f"missing required field: {name}")
        for name, inner in value.items():
            check = self.fields.get(name)
            if check is None:
                place.refuse(f"additional property not allowed: {name}")
            elif inner is None:
                place.at(name).refuse("must not be null")
            else:
                check(inner, place.at(name))
        if self.rule and len(place.report.problems) == before:
            self.rule(value, place)


def string(longest: int, shortest: int = 1) -> Check:
    """Take a string of so many characters."""

    def check(value: Any, place: Place) -> None:
        if not isinstance(value, str):
            place.refuse("must be a string")
        elif len(value) > longest:
            place.refuse(f"must be less than {longest + 1} characters")
        elif len(value) < shortest:
            place.refuse(f"must be more than {shortest - 1} characters")

    return check


def matching(pattern: str, meaning: str) -> Check:
    """Take a string of a certain form."""
    form = re.compile(pattern)

    def check(value: Any, place: Place) -> None:
        if not isinstance(value, str) or not form.fullmatch(value):
            place.refuse(f"must be {meaning}")

    return check


def one_of(*words: str) -> Check:
    """Take one of some words."""

    def check(value: Any, place: Place) -> None:
        if value not in words:
            place.refuse(f"must be one of: {', '.join(words)}")

    return check


def boolean(value: Any, place: Place) -> None:
    """Take true or false."""
    if not isinstance(value, bool):
        place.refuse("must be a boolean")


def whole(lowest: int, highest: int) -> Check:
    """Take a whole number within bounds."""

    def check(value: Any, place: Place) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            place.refuse("must be an integer")
        elif not lowest <= value <= highest:
            place.refuse(f"must be from {lowest} to {highest}")

    return check


def many(check: Check, most: int, fewest: int = 1) -> Check:
    """Take a list of so many, each of which passes a check."""

    def check_all(value: Any, place: Place) -> None:
        if not isinstance(value, list):
            place.refuse("must be an array")
            return
        if len(value) > most:
            place.refuse(f"no more than {most} items allowed")
        if len(value) < fewest:
            place.refuse(f"no fewer than {fewest} items allowed")
        for number, item in enumerate(value):
            check(item, place.at(number))

    return check_all


def by_type(shapes: Mapping[str, Check], what: str) -> Check:
    """Take an object whose ``type`` says which of several shapes it has."""

    def check(value: Any, place: Place) -> None:
        if not isinstance(value, dict):
            place.refuse(f"must be an object ({what})")
            return
        kind = value.get("type")
        shape = shapes.get(kind) if isinstance(kind, str) else None
        if shape is None:
            place.refuse(f"unsupported type: {kind} ({what})")
        else:
            shape(value, place)

    return check


def anything(_value: Any, _place: Place) -> None:
    """Take whatever comes: another check has looked at it."""


def block_id(value: Any, place: Place) -> None:
    """Take a block id not used before in the same message or view."""
    _unique(value, place, place.report.block_ids, "block_id")


def action_id(value: Any, place: Place) -> None:
    """Take an action id not used before in the same message or view."""
    _unique(value, place, place.report.action_ids, "action_id")


def _unique(value: Any, place: Place, seen: dict[str, str], name: str) -> None:
    string(255)(value, place)
    if not isinstance(value, str):
        return
    if value in seen:
        place.refuse(f"`{name}` {value} already exists [json-pointer:{seen[value]}]")
    seen.setdefault(value, place.pointer)


def _text(longest: int, kinds: tuple[str, ...]) -> Check:
    content = string(longest)

    def check(value: Any, place: Place) -> None:
        if not isinstance(value, dict):
            place.refuse("must be a text object")
            return
        kind = value.get("type")
        if kind not in kinds:
            place.at("type").refuse(f"must be {' or '.join(kinds)}")
            return
        own = {"plain_text": "emoji", "mrkdwn": "verbatim"}[kind]
        Shape(
            {"type": anything, "text": content, own: boolean},
            required=("text",),
        )(value, place)
        if isinstance(value.get("text"), str):
            place.report.characters += len(value["text"])

    return check


def plain(longest: int) -> Check:
    """Take a plain_text object."""
    return _text(longest, ("plain_text",))


def text(longest: int) -> Check:
    """Take a plain_text or mrkdwn object."""
    return _text(longest, ("plain_text", "mrkdwn"))


url = matching(r"https?://\S{1,2990}", "a web address of at most 3000 characters")
