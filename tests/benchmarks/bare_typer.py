"""The smallest program with two commands: what ``foljsam --help`` is compared with."""

import typer

app = typer.Typer(add_completion=False)


@app.command()
def hello() -> None:
    """Say hello."""


@app.command()
def goodbye() -> None:
    """Say goodbye."""


if __name__ == "__main__":
    app()
