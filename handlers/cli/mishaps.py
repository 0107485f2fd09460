"""The one place where an error becomes a kind line on standard error and exit code 1.

A traceback helps no operator and may quote tokens or people; what is our own fault gets a number
and the place where it arose.
"""

from __future__ import annotations

import secrets
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import typer
from typer.core import TyperGroup

from handlers.cli.usage import HELP, NoSuchCommand, UsageError, explain_usage
from handlers.cli.words import texts

if TYPE_CHECKING:
    from bot.texts import Texts

_PASS_ON = (typer.Exit, typer.Abort, HELP)  # typer knows what to do


class KindGroup(TyperGroup):
    """Runs commands and puts whatever they raise into words."""

    def make_context(self, *args: Any, **named: Any) -> Any:
        """Read what was typed before the command; one line and exit 2 when it makes no sense."""
        try:
            return super().make_context(*args, **named)
        except HELP:
            raise
        except UsageError as error:
            complain(explain_usage(error), code=2)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that was typed."""
        if args and self.get_command(ctx, args[0]) is None:
            raise NoSuchCommand(args[0], ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run a command; one line and exit 1 when it fails, 2 when it was typed wrongly."""
        try:
            return super().invoke(ctx)
        except _PASS_ON:
            raise
        except UsageError as error:
            complain(explain_usage(error), code=2)
        except KeyboardInterrupt:
            raise typer.Exit(130) from None
        except BrokenPipeError:
            _close_quietly()
        except Exception as error:  # noqa: BLE001  # every failure becomes a line, never a traceback
            complain(explain(error))


def complain(line: str, *, code: int = 1) -> NoReturn:
    """Print one line on standard error and exit."""
    typer.echo(" ".join(line.split()), err=True)
    raise typer.Exit(code) from None


def explain(error: Exception) -> str:
    """Put any error into one line in the terminal's language, without tokens."""
    from handlers.logs import scrub  # noqa: PLC0415  # only where something went wrong

    words = texts()
    try:
        line = _known(error, words)
    except (KeyError, IndexError):  # the text for it is missing: ours, but never a traceback
        line = None
    return scrub(line or _ours(error, words))


def _known(error: Exception, words: Texts) -> str | None:
    from pydantic import ValidationError  # noqa: PLC0415  # heavy; only where something went wrong
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    from bot.errors import FoljsamError  # noqa: PLC0415
    from storage.errors import DatabaseProblem  # noqa: PLC0415

    if isinstance(error, FoljsamError):
        return words.error(error)
    if isinstance(error, DatabaseProblem):
        return words(error.key, **error.facts)
    if isinstance(error, ValidationError):
        fields = ", ".join(str(each["loc"][0]) for each in error.errors() if each["loc"])
        return words("operator.invalid_fields", fields=fields or "?")
    if isinstance(error, SQLAlchemyError):
        return words("database.failed", kind=type(error).__name__, reason=_reason(error))
    return _file_problem(error, words) if isinstance(error, OSError) else None


def _reason(error: Any) -> str:
    """Give the driver's own first line, which names no values and no password."""
    driver = getattr(error, "orig", None)
    return str(driver).strip().partition("\n")[0][:200] if driver else "?"


def _file_problem(error: OSError, words: Texts) -> str:
    kinds = {
        FileNotFoundError: "operator.file.missing",
        FileExistsError: "operator.file.exists",
        PermissionError: "operator.file.forbidden",
        IsADirectoryError: "operator.file.folder",
        NotADirectoryError: "operator.file.missing",
    }
    key = kinds.get(type(error), "operator.file.failed")
    return words(key, file=str(error.filename or "?"), reason=error.strerror or "?")


def _ours(error: Exception, words: Texts) -> str:
    from handlers.logs import failure  # noqa: PLC0415

    facts = failure(error)
    number = secrets.token_hex(4)
    return words("operator.ours", number=number, kind=facts["error"], where=facts["where"])


def _close_quietly() -> NoReturn:
    """End without complaint when the reader of a pipe has had enough, as ``head`` does."""
    sys.stderr.close()
    raise typer.Exit(1)
