"""Planning what goes wrong: faults, rates, time, connections."""

from __future__ import annotations

from typing import Any

from tests.workspace.control.verbs import Ask, verb
from tests.workspace.faults import Fault


@verb("fault")
async def fault(ask: Ask) -> dict[str, Any]:
    """Plan a fault; its fields are those of ``Fault``."""
    ask.world.faults.plan(Fault(**ask.facts))
    return {"planned": len(ask.world.faults.planned)}


@verb("clear_faults")
async def clear_faults(ask: Ask) -> dict[str, Any]:
    ask.world.faults.clear()
    if (seed := ask.get("seed")) is not None:
        ask.world.faults.seed(int(seed))
    return {"planned": 0}


@verb("rates")
async def rates(ask: Ask) -> dict[str, Any]:
    """Choose a profile of rates, with own limits per minute for single methods."""
    ask.world.rates.set(ask.get("profile", "off"), ask.get("per_minute"))
    return {"profile": ask.world.rates.profile}


@verb("advance")
async def advance(ask: Ask) -> dict[str, Any]:
    """Push the workspace's clock; triggers, acknowledgements and rates keep to the real one."""
    ask.world.clock.advance(float(ask["seconds"]))
    ask.world.record("clock", now=ask.world.clock.now())
    return {"now": ask.world.clock.now()}


@verb("accept_belated")
async def accept_belated(ask: Ask) -> dict[str, Any]:
    """Carry out what was to come ``by`` a moment of the app's clock."""
    return {"accepted": ask.world.belated.accept(float(ask["by"]))}


@verb("belated_from")
async def belated_from(ask: Ask) -> dict[str, Any]:
    """Count from this moment of the app's clock how late what comes in now will be."""
    ask.world.belated.count_from(float(ask["moment"]))
    return {"waiting": len(ask.world.belated.waiting)}


@verb("cut_sockets")
async def cut_sockets(ask: Ask) -> dict[str, Any]:
    """Cut all connections now, or (``after_envelope``) once the next envelope has gone out."""
    if ask.get("after_envelope"):
        ask.dispatch.sockets.cut_next(int(ask.get("times", 1)))
    else:
        ask.dispatch.sockets.cut_all()
    return {"connections": ask.dispatch.sockets.connected}


@verb("ping_sockets")
async def ping_sockets(ask: Ask) -> dict[str, Any]:
    """Ping all connections now, beside the regular pings."""
    await ask.dispatch.sockets.ping()
    return {"connections": ask.dispatch.sockets.connected}


@verb("disconnect_sockets")
async def disconnect_sockets(ask: Ask) -> dict[str, Any]:
    """Send ``disconnect`` with a reason: warning, refresh_requested, link_disabled."""
    await ask.dispatch.sockets.disconnect(ask.get("reason", "refresh_requested"))
    return {"connections": ask.dispatch.sockets.connected}
