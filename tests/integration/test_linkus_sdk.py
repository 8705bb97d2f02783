from __future__ import annotations

import httpx

from linkus.kit.bus import PORTAL
from tests.support.api import Server, frames

SDK = "/api/v1/admin/integrations/linkus-sdk"


async def test_the_switch(admin: httpx.AsyncClient, server: Server) -> None:
    assert (await admin.get(SDK)).json() == {"enabled": False, "version": 1}
    portal = server.listen(PORTAL)
    assert (await admin.put(SDK, json={"enabled": True, "version": 1})).json() == {"enabled": True, "version": 2}
    told = {"type": "integration.changed", "name": "linkus-sdk", "enabled": True, "version": 2}
    assert told in frames(portal)
    stale = await admin.put(SDK, json={"enabled": False, "version": 1})
    assert (stale.status_code, stale.json()["current"]) == (409, {"enabled": True, "version": 2})
