"""Who is in the workspace or reaches it, and how Slack describes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

from tests.workspace.ids import HOME_TEAM

Kind = Literal[
    "member",
    "multi_channel_guest",
    "single_channel_guest",
    "outsider",
    "post_only_outsider",
    "stranger",
    "unseen",
    "deactivated",
    "invited",
    "bot",
]
KINDS: tuple[str, ...] = get_args(Kind)
GUESTS = ("multi_channel_guest", "single_channel_guest")
OUTSIDERS = ("outsider", "post_only_outsider", "stranger", "unseen")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a user id, at home or in another organisation."""

    id: str
    name: str
    kind: Kind = "member"
    team: str = HOME_TEAM
    locale: str = "sv-SE"
    handle: str = ""
    title: str = ""
    admin: bool = False
    present: bool = True
    enterprise: str | None = None

    @property
    def is_home(self) -> bool:
        return self.team == HOME_TEAM

    @property
    def may_act(self) -> bool:
        """Whether there is a client in somebody's hand at all."""
        return self.kind not in ("deactivated", "invited", "bot")

    def may_use_commands(self, *, guests_may: bool) -> bool:
        """Whether Slack lets this person's client send slash commands and shortcuts."""
        if not self.is_home or not self.may_act or self.kind in OUTSIDERS:
            return False
        return self.kind == "member" or (self.kind == "multi_channel_guest" and guests_may)


def user_object(person: Person, *, is_stranger: bool, with_locale: bool) -> dict[str, Any]:
    """Describe a person as ``users.info`` does to the app of the home workspace."""
    user: dict[str, Any] = {
        "id": person.id,
        "team_id": person.team,
        "name": person.handle,
        "real_name": person.name,
        "deleted": person.kind == "deactivated",
        "tz": "Europe/Stockholm",
        "is_bot": person.kind == "bot",
        "is_app_user": False,
        "updated": 1_700_000_000,
        "profile": _profile(person),
    }
    if person.kind == "deactivated":
        return user
    guest = person.kind in GUESTS
    user |= {
        "is_admin": person.is_home and person.admin,
        "is_owner": False,
        "is_restricted": guest,
        "is_ultra_restricted": person.kind == "single_channel_guest",
    }
    if person.kind == "invited":
        user["is_invited_user"] = True
    if not person.is_home:
        user["is_stranger"] = is_stranger
    if person.enterprise:
        user["enterprise_user"] = {
            "id": person.id,
            "enterprise_id": person.enterprise,
            "teams": [person.team],
        }
    if with_locale and person.is_home:
        user["locale"] = person.locale
    return user


def _profile(person: Person) -> dict[str, Any]:
    return {
        "real_name": person.name,
        "display_name": person.handle,
        "team": person.team,
    }


def user_profile(person: Person) -> dict[str, Any]:
    """Describe a writer from elsewhere as message events do."""
    return {
        **_profile(person),
        "name": person.handle,
        "is_restricted": person.kind in GUESTS,
        "is_ultra_restricted": person.kind == "single_channel_guest",
    }
