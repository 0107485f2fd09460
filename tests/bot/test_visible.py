"""Nothing hidden is shown or searched for; what can be seen stays as it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.visible import hidden_in, unhidden, visible

HIDDEN = [
    *map(chr, [*range(9), 0x0E, 0x1B, 0x1F, 0x7F, 0x80, 0x9F, 0xFEFF, 0x061C]),
    *map(chr, [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A)]),
    *map(chr, [0xE0000, 0xE0001, 0xE0041, 0xE007F, 0xD800, 0xDFFF]),
]


@pytest.mark.parametrize("sign", HIDDEN, ids=[f"U+{ord(sign):04X}" for sign in HIDDEN])
def test_a_hidden_character_is_found_and_taken_out(sign: str) -> None:
    text = f"Ängs{sign}gården"
    assert list(hidden_in(text)) == [4]
    assert unhidden(text) == visible(text) == "Ängsgården"


@pytest.mark.parametrize(
    "text",
    [
        "Föreningen för folkbildning",
        "2\u00a0100\u00a0000\u00a0kr",
        "två\nrader\toch",
        "👩\u200d🚒 och 🏳️\u200d🌈",
        "👩🏽\u200d🚒",
        "čeština, العربية, हिन्दी, 日本語",
        "a\u00adb",
        "=1+1 <b>&amp;</b> *fet* :x:",
        "",
    ],
)
def test_what_can_be_seen_stays(text: str) -> None:
    assert unhidden(text) == text
    assert not list(hidden_in(text))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("A\u030asa", "Åsa"),
        ("ett\r\ntvå\rtre\u2028fyra\x85fem\x0bsex", "ett\ntvå\ntre\nfyra\nfem\nsex"),
        ("ab\u200dcd", "abcd"),
        ("👩\u200d", "👩"),
        ("\u202egnaro", "gnaro"),
    ],
)
def test_what_is_typed_is_read_as_it_is_seen(text: str, seen: str) -> None:
    assert visible(text) == seen


@settings(max_examples=300, deadline=None)
@given(st.text() | st.text(st.sampled_from("".join(HIDDEN) + "aå \n\u00a0👩🚒\ufe0f")))
def test_nothing_hidden_is_left_and_nothing_else_is_gone(text: str) -> None:
    shown = unhidden(text)
    assert all(unicodedata.category(sign) not in {"Cc", "Cs"} or sign in "\n\t" for sign in shown)
    assert not {ord(sign) for sign in shown} & {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
    seen = [sign for sign in text if sign.isprintable()]
    assert [sign for sign in shown if sign.isprintable()] == seen
