"""*hjälp*: what this person may do, with examples; and the answer to an unknown word."""

from __future__ import annotations

from handlers.blocks import elements
from handlers.blocks.elements import Line, Message
from handlers.commands import Call, open_to
from handlers.commands.parsing import Typed


def help_answer(call: Call) -> Message:
    """Show what the asker may do, with three examples."""
    texts = call.texts
    lines = [
        Line(texts(f"help.{command.word}.usage"), texts(f"help.{command.word}"))
        for command in open_to(call.actor)
    ]
    examples = [texts(f"help.example_{number}") for number in (1, 2, 3)]
    blocks = [
        elements.header(texts("help.title")),
        elements.paragraph(texts("help.intro")),
        elements.lines(lines),
        elements.paragraph(texts("help.examples")),
        elements.bullets(examples, texts),
    ]
    said = " ".join(elements.sentence(line.label, line.said) for line in lines)
    shown = " ".join(f"{example}." for example in examples)
    return elements.message(
        f"{texts('help.intro')} {said} {texts('help.examples')} {shown}", blocks, texts
    )


def unknown_word(call: Call, typed: Typed) -> Message:
    """Say that the word is not known, and which one is nearest."""
    texts = call.texts
    said = texts("help.unknown", word=typed.unknown)
    if typed.nearest is not None:
        said += " " + texts("help.nearest", usage=texts(f"help.{typed.nearest.word}.usage"))
    said += " " + texts("help.more")
    return elements.message(said, [elements.paragraph(said)], texts)
