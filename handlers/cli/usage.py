"""A command that was typed wrongly: said in the terminal's language, with the next step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import typer
from typer._click import exceptions

from handlers.cli.words import texts

if TYPE_CHECKING:
    from bot.texts import Texts

UsageError = exceptions.UsageError
HELP: Final = exceptions.NoArgsIsHelpError
"""Nothing was typed after a command that needs more: its help is the answer."""


class NoSuchCommand(UsageError):
    """There is no command of that name."""

    def __init__(self, name: str, ctx: Any) -> None:
        super().__init__(name, ctx)
        self.name = name


def explain_usage(error: UsageError) -> str:
    """Say what was wrong with what was typed, that nothing was done, and where it says how."""
    words = texts()
    command = error.ctx.command_path if error.ctx is not None else "foljsam"
    return " ".join([_wrong(error, words), words("operator.usage.help", command=command)])


def _wrong(error: UsageError, words: Texts) -> str:
    match error:
        case typer.BadParameter(param=None):
            return error.message  # our own words
        case NoSuchCommand():
            key, facts = "command", {"name": error.name}
        case exceptions.NoSuchOption():
            key, facts = "option", {"name": error.option_name}
        case exceptions.BadOptionUsage():
            key, facts = "option_value", {"name": error.option_name}
        case exceptions.MissingParameter():
            key, facts = "missing", {"what": _named(error)}
        case typer.BadParameter():
            key, facts = "value", {"what": _named(error)}
        case _:
            key, facts = "other", {}
    return words(f"operator.usage.{key}", **facts)


def _named(error: typer.BadParameter) -> str:
    """Name an option or an argument as its help does."""
    param: Any = error.param
    is_option = param.param_type_name == "option"
    return str(param.opts[0] if is_option else param.metavar or param.name.upper())
