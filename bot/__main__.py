"""The door: ``foljsam`` and ``python -m bot``. The only file here that imports ``handlers``."""

from __future__ import annotations


def main() -> None:
    """Run the operator's commands."""
    from handlers.cli import app  # noqa: PLC0415  # importing this file must cost nothing

    app()


if __name__ == "__main__":
    main()
