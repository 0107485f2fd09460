"""Who has been erased: kept as digests, so that they stay away without anybody being named.

A person is known again by their Slack id, or as a contact by name with e-mail (else with the
organisation). Without the installation's key nobody can tell whom a digest stands for.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection
from sqlmodel import Session

from bot.folding import fold
from bot.office import Office
from storage import erased_file
from storage import people as storage


def of_person(key: str, slack_id: str) -> str:
    """Give the digest of somebody with this Slack id."""
    return _digest(key, f"slack:{slack_id}")


def of_contact(key: str, name: str, email: str | None, organisation: str) -> str:
    """Give the digest of a contact; without an e-mail known within the same organisation only."""
    beside = email.casefold() if email else f":{fold(organisation)}"
    return _digest(key, f"contact:{fold(name)}:{beside}")


def listed(connection: Connection) -> dict[str, datetime]:
    """Give the digests in the register, and when each was erased; to be kept beside the backups."""
    return dict(storage.erasures(connection))


def known(office: Office, file: Path | None = None) -> set[str]:
    """Give the digests in a file, or in the one beside the database; those within it count anyway.

    Raises ``FileNotFoundError`` for a file that is named and not there.
    """
    if file is not None:
        file.stat()
        return erased_file.read(file)
    beside = erased_file.beside(office.database)
    return erased_file.read(beside) if beside is not None else set()


def remember(session: Session, office: Office, digests: Collection[str]) -> None:
    """Remember who it was, in the register and, on the disk before it, in the file beside it."""
    now = office.now()
    storage.add_erasures(session, digests, now)
    beside = erased_file.beside(office.database)
    if beside is not None:
        session.flush()
        erased_file.add(beside, [(digest, now) for digest in sorted(digests)])


def _digest(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
