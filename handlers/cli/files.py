"""What every command that writes a file takes: where to, and whether it may write over one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from handlers.cli.words import said

NewFile = Annotated[Path, typer.Argument(metavar="FILE", help=said("Ny fil.", "A new file."))]
Force = Annotated[
    bool,
    typer.Option(
        "--force", help=said("Skriv över en fil som finns.", "Overwrite a file that is there.")
    ),
]
