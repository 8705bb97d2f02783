"""A setting shown in two places reaches every open page over a real WebSocket."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest

from linkus.session.cookies import ADMIN_COOKIE
from linkus.shared.models.administrator import Administrator
from linkus.shared.models.extension import Extension
from tests.gateway.test_events import address, events, receive, token_of
from tests.support.api import Server

__all__ = ["address"]  # the fixture
OWN = "/api/v1/client/settings"


@pytest.mark.manual("CO-2", "CO-4")
async def test_within_a_second_both_ways(
    server: Server, address: str, extension: Extension, administrator: Administrator, admin: httpx.AsyncClient
) -> None:
    phone, tablet = await token_of(server, extension, "mobile"), await token_of(server, extension, "mobile")
    portal = await token_of(server, administrator)
    user = await server.sign_in(extension, "mobile")
    async with (
        events(address, token=phone) as first,
        events(address, token=tablet) as second,
        events(address, ADMIN_COOKIE, portal) as page,
    ):
        sockets = (first, second, page)
        for socket in sockets:
            assert (await receive(socket))["type"] == "hello"
        began = time.monotonic()
        url = f"/api/v1/admin/extensions/{extension.id}/client-settings/mobile"
        by_admin = {"kind": "mobile", "version": 1, "values": {"codec": "pcma", "only_this_codec": True}}
        assert (await admin.put(url, json=by_admin)).status_code == 200
        frames = await asyncio.gather(*(receive(socket) for socket in sockets))
        assert time.monotonic() - began < 1
        assert [(one["type"], one["version"], one["codecs"]["offer"]) for one in frames] == [
            ("settings.changed", 2, ["pcma"])
        ] * 3
        by_user = {"kind": "mobile", "version": 2, "values": {"codec": "g722", "only_this_codec": False}}
        assert (await user.put(OWN, json=by_user)).status_code == 200
        frames = await asyncio.gather(*(receive(socket) for socket in sockets))
        assert [one["values"]["codec"] for one in frames] == ["g722"] * 3
        everywhere = {"codec": "opus", "apply_to": "all", "version": 1}
        saved = await admin.put("/api/v1/admin/linkus-server/mobile-default", json=everywhere)
        assert saved.json()["connected"] == 1
        assert (await receive(page))["type"] == "server_settings.changed"
        frames = await asyncio.gather(receive(first), receive(second), receive(page))
        assert [one.get("version") for one in frames] == [4, 4, None]
