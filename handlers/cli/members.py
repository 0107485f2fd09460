"""``members list``, ``grant`` and ``revoke``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from handlers.cli.mishaps import KindGroup
from handlers.cli.opening import register
from handlers.cli.words import said, texts

if TYPE_CHECKING:
    from bot.members import Membership
    from bot.texts import Texts


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    group = typer.Typer(no_args_is_help=True, cls=KindGroup)
    group.command("list", help=said("Visa alla roller.", "Show every role."))(list_all)
    group.command(help=said("Ge en person en roll.", "Give a person a role."))(grant)
    group.command(help=said("Ta ifrån en person alla roller.", "Take every role from a person."))(
        revoke
    )
    app.add_typer(
        group,
        name="members",
        help=said("Roller: visa, ge, ta ifrån.", "Roles: show, give, take."),
    )


_SLACK_ID = Annotated[
    str, typer.Argument(metavar="SLACK_ID", help=said("T.ex. U012ABCDEF.", "E.g. U012ABCDEF."))
]


def list_all() -> None:
    """Print every role, one a line."""
    from bot import members  # noqa: PLC0415  # not for --help

    words = texts()
    with register() as opened, opened.database.writing() as session:
        held = members.list_members(session, opened)
    for each in held:
        typer.echo(_line(each, words))
    if not held:
        typer.echo(words("operator.members.none"))


def grant(
    slack_id: _SLACK_ID,
    role: Annotated[str, typer.Argument(metavar="ROLE", help="admin | coordinator | reader")],
    board: Annotated[
        str,
        typer.Option(
            metavar="NÄMND",
            help=said("Bara denna nämnds överenskommelser.", "Only this nämnd's agreements."),
        ),
    ] = "",
) -> None:
    """Give a role."""
    from bot import audit, members  # noqa: PLC0415

    with register(may_make=True) as opened, opened.database.writing() as session:
        new = members.grant(
            session, opened, actor=audit.TERMINAL, slack_id=slack_id, role=role, board=board
        )
    key = "operator.members.granted" if new else "operator.members.already"
    typer.echo(texts()(key, person=slack_id, role=role.casefold()))


def revoke(slack_id: _SLACK_ID) -> None:
    """Take every role."""
    from bot import audit, members  # noqa: PLC0415

    words = texts()
    with register() as opened:
        with opened.database.writing() as session:
            taken = members.revoke(session, opened, actor=audit.TERMINAL, slack_id=slack_id)
        for each in taken:
            typer.echo(words("operator.members.revoked", line=_line(each, words)))
        if slack_id in opened.settings.admins:
            typer.echo(words("operator.members.still_by_setting", person=slack_id))


def _line(each: Membership, words: Texts) -> str:
    where = each.board or words("operator.members.whole_register")
    by = words("operator.members.granted_by", who=each.granted_by)
    return f"{each.slack_id}  {each.role.value}  {where}  ({by})"
