"""Roles: who holds one, giving and taking them. What a role permits is decided in ``access.py``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from bot import audit
from bot.access import require_operator
from bot.errors import Invalid, NotFound
from bot.folding import fold
from bot.office import Office
from storage import members as storage
from storage.agreements import boards
from storage.models import Member, Role
from storage.models.columns import NAME_LENGTH

SETTING: Final = "FOLJSAM_ADMINS"
_SLACK_ID = re.compile(r"[UW][A-Z0-9_]{1,38}")


@dataclass(frozen=True, slots=True)
class Membership:
    """One role of one person; ``board`` "" is the whole register, ``granted_by`` who gave it."""

    slack_id: str
    role: Role
    board: str
    granted_by: str


def list_members(session: Session, office: Office) -> list[Membership]:
    """Give every role, those from the settings first."""
    from_settings = [
        Membership(slack_id, Role.admin, "", SETTING) for slack_id in office.settings.admins
    ]
    return from_settings + [_as_membership(each) for each in storage.list_members(session)]


def grant(
    session: Session, office: Office, *, actor: str, slack_id: str, role: str, board: str = ""
) -> bool:
    """Give a person a role, for the whole register or one nämnd; say whether it is new.

    Raises :class:`Invalid` for what is no Slack id, role or name of a nämnd.
    """
    require_operator(actor)
    person, wanted = _read_id(slack_id), _read_role(role)
    where = _as_registered(session, _read_board(board))
    storage.hold(session)
    held = storage.list_roles(session, person)
    if any(each.role is wanted and fold(each.board) == fold(where) for each in held):
        return False
    now = office.now()
    storage.add(session, slack_id=person, role=wanted, board=where, granted_by=actor, at=now)
    after = {"role": wanted.value, "board": where}
    audit.record(
        session, actor, now, [audit.Act("member_granted", f"member:{person}", after=after)]
    )
    return True


def _as_registered(session: Session, board: str) -> str:
    """Spell a nämnd as the register does: that is what rights are compared with."""
    return next((each for each in boards(session) if fold(each) == fold(board)), board)


def revoke(session: Session, office: Office, *, actor: str, slack_id: str) -> list[Membership]:
    """Take every role from a person and give what was taken.

    Raises :class:`NotFound` for somebody without one, and :class:`Invalid` for the last
    administrator and for one who is named in the settings alone.
    """
    require_operator(actor)
    person = _read_id(slack_id)
    storage.hold(session)
    held = storage.list_roles(session, person)
    if not held:
        if person in office.settings.admins:
            raise Invalid("operator.members.by_setting", person=person)
        raise NotFound("operator.members.holds_none", person=person)
    is_admin = any(each.role is Role.admin for each in held)
    if is_admin and not office.settings.admins and set(storage.list_admins(session)) <= {person}:
        raise Invalid("operator.members.last_admin", person=person)
    return _take(session, office, actor, person, [_as_membership(each) for each in held])


def _take(
    session: Session, office: Office, actor: str, person: str, held: list[Membership]
) -> list[Membership]:
    storage.remove(session, person)
    before = {"roles": [{"role": each.role.value, "board": each.board} for each in held]}
    act = audit.Act("member_revoked", f"member:{person}", before=before)
    audit.record(session, actor, office.now(), [act])
    return held


def _as_membership(member: Member) -> Membership:
    return Membership(member.slack_id, Role(member.role), member.board, member.granted_by)


def _read_id(text: str) -> str:
    person = text.strip().strip("<@>").partition("|")[0]
    if not _SLACK_ID.fullmatch(person):
        raise Invalid("operator.members.bad_id", text=text.strip()[:40])
    return person


def _read_role(text: str) -> Role:
    try:
        return Role(text.strip().casefold())
    except ValueError:
        raise Invalid("operator.members.bad_role", text=text.strip()[:40]) from None


def _read_board(text: str) -> str:
    board = " ".join(text.split())
    if len(board) > NAME_LENGTH:
        raise Invalid("operator.members.long_board", most=NAME_LENGTH)
    return board
