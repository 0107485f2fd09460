"""The operator's commands: ``foljsam …``. Each reads its input and calls one use case.

Nothing heavy is imported at the top of any module here: ``foljsam --help`` must be quick.
"""

from __future__ import annotations

from typing import Annotated

import typer

from handlers.cli import audit, checking, database, members, people, register, reminders, slack
from handlers.cli.mishaps import KindGroup
from handlers.cli.words import said

_ABOUT = said(
    "Följsam håller liv i överenskommelser om idéburet offentligt partnerskap, i Slack.",
    "Följsam keeps public–civil-society partnerships alive after the signing, in Slack.",
)

app = typer.Typer(
    name="foljsam",
    help=_ABOUT,
    cls=KindGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they show local variables, and so tokens
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from handlers.health import version  # noqa: PLC0415  # not for --help

        typer.echo(f"foljsam {version()}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_show_version,
            is_eager=True,
            help=said("Visa versionen.", "Show the version."),
        ),
    ] = False,
) -> None:
    """Take the options that stand before a command."""


slack.add_to(app)
database.add_to(app)
register.add_to(app)
members.add_to(app)
reminders.add_to(app)
audit.add_to(app)
people.add_to(app)
checking.add_to(app)
