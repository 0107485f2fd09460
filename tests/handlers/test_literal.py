"""What people wrote stays text, whatever it looks like and whatever card it stands on."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.texts import LANGUAGES
from handlers.commands.parsing import parse
from tests.handlers.literal import ANY_TEXT, HONEST, MARKUP, escapes, lost
from tests.handlers.slack_reader import finds, in_mrkdwn

LIKE_THESE = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@LIKE_THESE
@given(text=ANY_TEXT, rows=st.integers(1, 3), language=st.sampled_from(LANGUAGES))
def test_no_text_becomes_more_than_text_on_any_card(text: str, rows: int, language: str) -> None:
    assert escapes(text, rows, language) == []


@settings(LIKE_THESE, max_examples=60)
@given(text=HONEST.filter(lambda text: len(_core(text)) > 1), language=st.sampled_from(LANGUAGES))
def test_an_honest_text_comes_out_as_it_went_in(text: str, language: str) -> None:
    assert lost(text, language) == []


def _core(text: str) -> str:
    return text.rstrip(". ")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<!channel>", "broadcast"),
        ("<@U1|anna>", "user"),
        ("<#C1>", "channel"),
        ("<!subteam^S1>", "usergroup"),
        ("<!date^1^{date}|x>", "date"),
        ("<https://a.b|c>", "link"),
        ("https://a.b", "link"),
        ("kim@example.se", "link"),
        ("*fet*", "bold"),
        ("_kursiv_", "italic"),
        ("~struken~", "strike"),
        ("`kod`", "code"),
        (":x:", "emoji"),
    ],
)
def test_the_reader_would_notice(text: str, kind: str) -> None:
    assert [found for found, _ in in_mrkdwn(text, formatted=True)] == [kind]
    loud = {"text": "x", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]}
    assert {found for found, _ in finds(loud)} == {kind}


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\x07", "\U000e0041"])
def test_the_reader_would_notice_what_is_hidden(sign: str) -> None:
    shown = [{"type": "header", "text": {"type": "plain_text", "text": sign, "emoji": False}}]
    assert finds({"text": "x", "blocks": shown}).total() == 1
    assert finds({"text": f"x{sign}", "blocks": []}).total() == 1


@pytest.mark.parametrize("text", MARKUP)
def test_what_is_typed_is_searched_for_as_it_is_seen(text: str) -> None:
    typed = parse("/iop-status", f" {text}\u202e\u200b  1740 ")
    assert typed.words.isprintable()
    assert typed.words.endswith("1740")
