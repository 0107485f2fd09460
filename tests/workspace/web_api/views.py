"""Opening, stacking, changing and publishing views."""

from __future__ import annotations

from typing import Any

from tests.workspace import modals
from tests.workspace.blocks import view_problems
from tests.workspace.permits import Trigger
from tests.workspace.views import STACK, OpenView, view_object
from tests.workspace.web_api.calls import Call, Refusal, method


def _content(call: Call, kind: str) -> dict[str, Any]:
    view = call.structure("view")
    if view is None:
        call.required("view")
    error, places = view_problems(view, kind)
    if error:
        raise Refusal(error, places)
    checked: dict[str, Any] = view
    return checked


def _trigger(call: Call) -> Trigger:
    """Find the trigger; it must be ours, young and unused. Then it is used."""
    trigger = call.world.permits.triggers.get(call.required("trigger_id"))
    if trigger is None:
        raise Refusal("invalid_trigger_id")
    if trigger.used:
        raise Refusal("exchanged_trigger_id")
    age = call.world.clock.monotonic() - trigger.issued
    if age > call.world.settings.trigger_seconds:
        raise Refusal("expired_trigger_id")
    return trigger


def _unique_external_id(call: Call, content: dict[str, Any], own: OpenView | None = None) -> None:
    if external_id := content.get("external_id"):
        holder = call.world.find_view(None, external_id)
        if holder is not None and holder is not own:
            raise Refusal("duplicate_external_id")


@method("views.open", tier=4)
def open_modal(call: Call) -> dict[str, Any]:
    """Open a modal for the person who pressed or typed."""
    trigger = _trigger(call)
    content = _content(call, "modal")
    _unique_external_id(call, content)
    trigger.used = True
    opened = modals.open_first(call.world, trigger.user, content)
    return {"view": view_object(opened)}


@method("views.push", tier=4)
def push(call: Call) -> dict[str, Any]:
    """Put another modal on top of the one that was pressed in."""
    trigger = _trigger(call)
    content = _content(call, "modal")
    stack = call.world.modals.get(trigger.user) or []
    if trigger.view is None or not any(view.id == trigger.view for view in stack):
        raise Refusal("not_found")
    if len(stack) >= STACK:
        raise Refusal("push_limit_reached")
    _unique_external_id(call, content)
    trigger.used = True
    return {"view": view_object(modals.push(call.world, trigger.user, content))}


@method("views.update", tier=4)
def update(call: Call) -> dict[str, Any]:
    """Change an open view; a ``hash`` guards against overwriting a newer one."""
    view_id, external_id = call.text("view_id"), call.text("external_id")
    if (view_id is None) == (external_id is None):
        raise Refusal(
            "invalid_arguments", ["[ERROR] exactly one of view_id and external_id is required"]
        )
    view = call.world.find_view(view_id, external_id)
    if view is None:
        raise Refusal("not_found")
    content = _content(call, view.content["type"])
    _check_hash(call, view)
    _unique_external_id(call, content, view)
    modals.change(call.world, view, content)
    return {"view": view_object(view)}


def _check_hash(call: Call, view: OpenView) -> None:
    given = call.text("hash")
    if given is not None and given != view.hash:
        raise Refusal("hash_conflict")


@method("views.publish", tier=4)
def publish(call: Call) -> dict[str, Any]:
    """Publish a person's Home."""
    if not call.world.settings.home_tab:
        raise Refusal("not_enabled")
    user = call.required("user_id")
    person = call.world.people.get(user)
    if person is None or person.kind in ("unseen", "deactivated", "bot"):
        raise Refusal("invalid_arguments", ["[ERROR] no such user [json-pointer:/user_id]"])
    content = _content(call, "home")
    current = call.world.homes.get(user)
    if current is not None:
        _check_hash(call, current)
    _unique_external_id(call, content, current)
    return {"view": view_object(modals.publish(call.world, user, content))}
