"""A person fills in a modal and submits or closes it."""

from __future__ import annotations

from typing import Any

from tests.workspace import modals
from tests.workspace.acting import payloads, pressing, values
from tests.workspace.acting.outcomes import Outcome, refused
from tests.workspace.blocks import view_problems
from tests.workspace.delivery.dispatch import Dispatch
from tests.workspace.delivery.outcomes import Delivered, Parcel
from tests.workspace.people import Person
from tests.workspace.views import STACK, OpenView, elements_of, view_object
from tests.workspace.world import World

TROUBLE = "invalid_view_response"


def fill_in(view: OpenView, filled: dict[str, Any]) -> Outcome | None:
    """Write into a view's fields, named by block id, action id or ``block.action``."""
    pairs = elements_of(view.content["blocks"])
    for name, value in filled.items():
        for block, element in pairs:
            block_id, action_id = block["block_id"], element["action_id"]
            if name in (block_id, action_id, f"{block_id}.{action_id}"):
                try:
                    pressing.remember(view, block, element, value)
                except values.NotOffered as problem:
                    return refused(str(problem))
                break
        else:
            return refused(f"there is no field {name}")
    return None


def complete_state(view: OpenView) -> None:
    """Put what nobody touched into the state, as Slack sends it."""
    for block, element in elements_of(view.content["blocks"]):
        if element["type"] in ("button", "overflow"):
            continue
        held = view.values.setdefault(block["block_id"], {})
        kept = {"type": element["type"], **values.initial(element)}
        held.setdefault(element["action_id"], kept)


def complaints(view: OpenView) -> dict[str, str]:
    """List by block id what the client itself holds against the fields."""
    found = {}
    for block, element in elements_of(view.content["blocks"]):
        if block["type"] != "input":
            continue
        held = view.values[block["block_id"]][element["action_id"]]
        if values.is_empty(held):
            if not block.get("optional"):
                found[block["block_id"]] = "Please complete this required field."
        elif words := values.complaint(element, held):
            found[block["block_id"]] = words
    return found


async def submits(
    world: World, dispatch: Dispatch, person: Person, view: OpenView, filled: dict[str, Any]
) -> Outcome:
    """Fill in, let the client check, send, and do what the app answers."""
    if view is not world.top_modal(person.id) or not person.may_act:
        return refused("this view is not in front")
    if (problem := fill_in(view, filled)) is not None:
        return problem
    if view.content.get("submit") is None:
        return refused("this view has no submit button")
    complete_state(view)
    if found := complaints(view):
        return Outcome(refused=True, problem="fields", errors=found, view=view_object(view))
    trigger = world.permits.trigger(person.id, world.clock.monotonic(), view.id)
    payload = payloads.interaction(
        world,
        person,
        "view_submission",
        trigger,
        view=view_object(view),
        response_urls=_response_urls(world, person, view),
    )
    delivered = await dispatch.send(Parcel("interactive", payload))
    outcome = Outcome(problem=delivered.problem, delivered=delivered)
    if delivered.how == "acknowledged":
        _follow(world, view, delivered, outcome)
    if (top := world.top_modal(person.id)) is not None:
        outcome.view = view_object(top)
    return outcome


def _response_urls(world: World, person: Person, view: OpenView) -> list[dict[str, Any]]:
    """Hand out response addresses for the conversations chosen where the app asked for it."""
    given = []
    for block, element in elements_of(view.content["blocks"]):
        held = view.values.get(block["block_id"], {}).get(element["action_id"], {})
        channel = held.get("selected_conversation") or held.get("selected_channel")
        if element.get("response_url_enabled") and channel in world.channels:
            address = world.permits.address(person.id, channel, world.clock.now())
            given.append(
                {
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                    "channel_id": channel,
                    "response_url": payloads.response_url(world, address),
                }
            )
    return given


def _follow(world: World, view: OpenView, delivered: Delivered, outcome: Outcome) -> None:
    """Do what the app answered to a submission; what makes no sense is trouble to the person."""
    answer = delivered.payload
    if not answer:
        modals.close(world, view)
        return
    if not isinstance(answer, dict):
        outcome.problem = TROUBLE
        return
    kind = answer.get("response_action")
    if kind == "clear":
        modals.clear(world, view.user)
    elif kind == "errors":
        _mark_errors(world, view, answer.get("errors"), outcome)
    elif kind in ("update", "push"):
        _replace_or_push(world, view, kind, answer.get("view"), outcome)
    else:
        outcome.problem = TROUBLE


def _mark_errors(world: World, view: OpenView, errors: Any, outcome: Outcome) -> None:
    inputs = {block["block_id"] for block in view.content["blocks"] if block["type"] == "input"}
    sound = (
        isinstance(errors, dict)
        and bool(errors)
        and set(errors) <= inputs
        and all(isinstance(words, str) and words for words in errors.values())
    )
    if not sound:
        outcome.problem = f"{TROUBLE}: errors must name input blocks, which are {sorted(inputs)}"
        return
    outcome.errors = errors
    world.show(view.user, "field_errors", errors)


def _replace_or_push(
    world: World, view: OpenView, kind: str, content: Any, outcome: Outcome
) -> None:
    error, places = view_problems(content, "modal")
    if error:
        outcome.problem = f"{TROUBLE}: {error} {places}"
    elif kind == "update":
        modals.change(world, view, content)
    elif len(world.modals[view.user]) >= STACK:
        outcome.problem = f"{TROUBLE}: push_limit_reached"
    else:
        modals.push(world, view.user, content)


async def closes(
    world: World, dispatch: Dispatch, person: Person, view: OpenView, *, all_of_them: bool
) -> Outcome:
    """Close a modal (or the whole stack); the app hears of it only if it asked to."""
    if view is not world.top_modal(person.id):
        return refused("this view is not in front")
    cleared = all_of_them or bool(view.content.get("clear_on_close"))
    if cleared:
        modals.clear(world, person.id)
    else:
        modals.close(world, view)
    outcome = Outcome()
    if view.content.get("notify_on_close"):
        payload = payloads.interaction(
            world, person, "view_closed", None, view=view_object(view), is_cleared=cleared
        )
        outcome.delivered = await dispatch.send(Parcel("interactive", payload))
        outcome.problem = outcome.delivered.problem
    return outcome
