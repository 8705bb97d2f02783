"""`/ws/events` over a real server and a real WebSocket client."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
import uvicorn
from fastapi import WebSocket
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from linkus.administrator.events import AdministratorChanged
from linkus.gateway import connection
from linkus.kit import bus as bus_module
from linkus.kit.bus import CLIENTS, PORTAL, Bus, extension_topic
from linkus.lockout.events import BlockedAddressChanged
from linkus.presence.registry import Contact
from linkus.session.cookies import ADMIN_COOKIE, CLIENT_COOKIE
from linkus.shared.events import RouteChanged
from linkus.shared.models.administrator import Administrator
from linkus.shared.models.extension import Extension
from tests.support.api import PASSWORD, Example, Server


@pytest_asyncio.fixture(loop_scope="session")
async def address(server: Server) -> AsyncIterator[str]:
    """Run the application on a real port, and return its address."""
    config = uvicorn.Config(
        server.app,
        host="127.0.0.1",
        port=0,
        lifespan="off",
        ws="websockets-sansio",
        ws_max_size=connection.MAX_FRAME_BYTES,
        log_config=None,
        access_log=False,
    )
    running = uvicorn.Server(config)
    task = asyncio.create_task(running.serve())
    while not running.started:
        await asyncio.sleep(0.01)
    port = running.servers[0].sockets[0].getsockname()[1]
    yield f"127.0.0.1:{port}"
    running.should_exit = True
    running.force_exit = True
    await task


async def token_of(server: Server, owner: Extension | Administrator, kind: str = "web") -> str:
    return (await server.open_session(owner, kind)).token


def events(
    address: str, cookie: str = CLIENT_COOKIE, token: str = "", *, origin: str | None = "own", **headers: str
) -> connect:
    own = f"http://{address}" if origin == "own" else origin
    sent = {"Cookie": f"{cookie}={token}"} if token else {}
    query = "?role=admin" if cookie == ADMIN_COOKIE else ""
    return connect(
        f"ws://{address}/ws/events{query}",
        origin=own,  # type: ignore[arg-type]  # a plain str is what the header is
        additional_headers={**sent, **headers},
        proxy=None,
    )


async def receive(socket: ClientConnection) -> dict[str, Any]:
    frame: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), 10))
    return frame


async def closed(socket: ClientConnection) -> int:
    with contextlib.suppress(ConnectionClosed):
        while True:
            await asyncio.wait_for(socket.recv(), 10)
    assert socket.close_code is not None
    return socket.close_code


class TestSignIn:
    async def test_hello(self, server: Server, address: str, extension: Extension) -> None:
        opened = await server.open_session(extension)
        async with events(address, token=opened.token) as socket:
            hello = await receive(socket)
        assert (hello["type"], hello["session_id"]) == ("hello", opened.session.id)

    async def test_by_header_for_programs(self, server: Server, address: str, extension: Extension) -> None:
        token = await token_of(server, extension, "desktop")
        async with events(address, origin=None, Authorization=f"Bearer {token}") as socket:
            assert (await receive(socket))["type"] == "hello"

    async def test_a_page_of_another_server_hears_nothing(
        self, server: Server, address: str, extension: Extension
    ) -> None:
        token = await token_of(server, extension)
        for origin in ("https://evil.example", None):
            with pytest.raises(InvalidStatus) as refused:
                async with events(address, token=token, origin=origin):
                    pass
            assert refused.value.response.status_code == 403

    @pytest.mark.parametrize("kind", ["web", "desktop", "mobile"])
    async def test_nothing_is_heard_before_ones_own_password(self, server: Server, address: str, kind: str) -> None:
        opened = await server.open_session(await server.make_extension(password_set_by="administrator"), kind)
        with pytest.raises(InvalidStatus) as refused:
            async with events(address, token=opened.token):
                pass
        assert refused.value.response.status_code == 403
        program = server.browser(cookies={CLIENT_COOKIE: opened.token})
        change = {"current_password": PASSWORD, "new_password": "Better-Battery-9"}
        assert (await program.put("/api/v1/client/password", json=change)).status_code == 200
        async with events(address, token=opened.token) as socket:
            assert (await receive(socket))["type"] == "hello"

    async def test_nobody(self, address: str) -> None:
        async with events(address) as socket:
            assert await closed(socket) == 4001

    async def test_a_users_cookie_does_not_open_the_portals_stream(
        self, server: Server, address: str, extension: Extension
    ) -> None:
        token = await token_of(server, extension)
        async with events(address, ADMIN_COOKIE, token) as socket:
            assert await closed(socket) == 4001

    async def test_the_portals_stream_is_not_at_the_clients_port(
        self, server: Server, address: str, administrator: Administrator
    ) -> None:
        token = await token_of(server, administrator)
        async with events(address, ADMIN_COOKIE, token, **{"X-Forwarded-Port": "8111"}) as socket:
            assert (await receive(socket))["reason"] == "not_signed_in"
            assert await closed(socket) == 4001
        async with events(address, ADMIN_COOKIE, token, **{"X-Forwarded-Port": "8088"}) as socket:
            assert (await receive(socket))["type"] == "hello"


class TestLimits:
    async def refused(self, address: str, cookie: str, token: str) -> bool:
        """Return whether one connection more is turned away, which is told before anything else."""
        async with events(address, cookie, token) as socket:
            try:
                first = await receive(socket)
            except ConnectionClosed:
                assert (socket.close_code, socket.close_reason) == (connection.CLOSE_TOO_MANY, "too many connections")
                return True
            assert first["type"] == "hello"
            return False

    @pytest.mark.parametrize("cookie", [CLIENT_COOKIE, ADMIN_COOKIE])
    async def test_a_session_has_so_many_connections(
        self, server: Server, address: str, extension: Extension, administrator: Administrator, cookie: str
    ) -> None:
        owner = extension if cookie == CLIENT_COOKIE else administrator
        token, other = await token_of(server, owner), await token_of(server, owner)
        async with contextlib.AsyncExitStack() as stack:
            sockets = [
                await stack.enter_async_context(events(address, cookie, token))
                for _ in range(connection.MAX_OF_SESSION)
            ]
            for socket in sockets:
                assert (await receive(socket))["type"] == "hello"
            assert await self.refused(address, cookie, token)
            assert not await self.refused(address, cookie, other)
            await sockets[0].close()
            async with asyncio.timeout(10):  # the place is free again
                while await self.refused(address, cookie, token):
                    await asyncio.sleep(0.05)

    @pytest.mark.parametrize("cookie", [CLIENT_COOKIE, ADMIN_COOKIE])
    async def test_an_owner_has_so_many_connections_over_all_sessions(
        self,
        server: Server,
        address: str,
        extension: Extension,
        administrator: Administrator,
        cookie: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(connection, "MAX_OF_OWNER", 3)
        is_client = cookie == CLIENT_COOKIE
        owner = extension if is_client else administrator
        stranger = await server.make_extension() if is_client else await server.make_administrator("second")
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(3):
                socket = await stack.enter_async_context(events(address, cookie, await token_of(server, owner)))
                assert (await receive(socket))["type"] == "hello"
            assert await self.refused(address, cookie, await token_of(server, owner))
            assert not await self.refused(address, cookie, await token_of(server, stranger))


class TestFanOut:
    async def test_each_hears_what_concerns_it(
        self, server: Server, address: str, extension: Extension, administrator: Administrator
    ) -> None:
        bus: Bus = server.services.bus
        mine, boss = await token_of(server, extension), await token_of(server, administrator)
        async with events(address, token=mine) as user, events(address, ADMIN_COOKIE, boss) as portal:
            await receive(user)
            await receive(portal)
            bus.publish([extension_topic(extension.id + 1)], Example(type="for_another"))
            bus.publish([extension_topic(extension.id)], Example.model_validate({"type": "for_1001", "text": "你好"}))
            bus.publish([PORTAL], Example(type="for_the_portal"))
            bus.publish([CLIENTS, PORTAL], Example(type="for_all"))
            assert await receive(user) == {"type": "for_1001", "text": "你好"}
            assert await receive(user) == {"type": "for_all"}
            assert await receive(portal) == {"type": "for_the_portal"}
            assert await receive(portal) == {"type": "for_all"}

    async def test_the_portal_hears_of_pages_that_the_role_allows(self, server: Server, address: str) -> None:
        """A change of the role counts at once, also for the events that follow it."""
        bus, blocked = server.services.bus, BlockedAddressChanged(address="192.0.2.1")
        administrator = await server.make_administrator("calls", role="accounting")
        async with events(address, ADMIN_COOKIE, await token_of(server, administrator)) as portal:
            await receive(portal)
            bus.publish([PORTAL], blocked)
            bus.publish([PORTAL], RouteChanged())
            assert await receive(portal) == {"type": "route.changed"}  # the blocked address was withheld
            async with server.database.transaction() as db:
                (await db.get_one(Administrator, administrator.id)).role = "supervisor"
            bus.publish([PORTAL], AdministratorChanged(id=administrator.id))
            bus.publish([PORTAL], blocked)
            assert (await receive(portal))["type"] == "administrator.changed"
            assert (await receive(portal))["type"] == "blocked_address.changed"
            async with server.database.transaction() as db:
                (await db.get_one(Administrator, administrator.id)).role = "operator"
            bus.publish([PORTAL], AdministratorChanged(id=administrator.id))
            bus.publish([PORTAL], blocked)
            bus.publish([PORTAL], RouteChanged())
            assert (await receive(portal))["type"] == "administrator.changed"
            assert (await receive(portal))["type"] == "route.changed"

    async def test_presence(self, server: Server, address: str, extension: Extension) -> None:
        presence = server.services.presence
        async with events(address, token=await token_of(server, extension)) as socket:
            await receive(socket)
            presence.publish(presence.registry.registered("1002.phone", Contact("sip:x@192.0.2.1")))
            heard = await receive(socket)
            presence.publish(presence.registry.unregistered("1002.phone", "sip:x@192.0.2.1"))
        assert (heard["number"], heard["online"]["phone"], heard["online"]["web"]) == ("1002", True, False)

    async def test_a_message_is_written_once_for_all(
        self, server: Server, address: str, extension: Extension, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        written = []
        dumps = bus_module.orjson.dumps
        monkeypatch.setattr(bus_module.orjson, "dumps", lambda body: written.append(body) or dumps(body))
        tokens = [await token_of(server, extension) for _ in range(5)]
        async with contextlib.AsyncExitStack() as stack:
            sockets = [await stack.enter_async_context(events(address, token=token)) for token in tokens]
            for socket in sockets:
                await receive(socket)
            written.clear()
            server.services.bus.publish([CLIENTS], Example(type="x"))
            for socket in sockets:
                assert await receive(socket) == {"type": "x"}
        assert written == [{"type": "x"}]

    async def test_who_reads_too_slowly_is_sent_away(
        self, server: Server, address: str, extension: Extension, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with events(address, token=await token_of(server, extension)) as socket:
            await receive(socket)
            for number in range(
                bus_module.MAX_QUEUED_EVENTS + 5
            ):  # no pause, so that the gateway cannot send meanwhile
                server.services.bus.publish([CLIENTS], Example.model_validate({"type": "x", "number": number}))
            assert await closed(socket) == 4000


class TestEnd:
    @pytest.mark.manual("EN-3")
    async def test_linkus_off_says_why_and_closes(
        self, server: Server, address: str, extension: Extension, admin: httpx.AsyncClient
    ) -> None:
        async with events(address, token=await token_of(server, extension)) as socket:
            await receive(socket)
            change = {"ids": [extension.id], "enabled": False}
            await admin.post("/api/v1/admin/extensions/linkus", json=change)
            assert await receive(socket) == {"type": "session.ended", "reason": "linkus_disabled", "call_seconds": 10}
            assert await closed(socket) == 4001

    async def test_one_device_signed_out_leaves_the_others(
        self, server: Server, address: str, extension: Extension, admin: httpx.AsyncClient
    ) -> None:
        opened = await server.open_session(extension)
        other = await token_of(server, extension)
        async with events(address, token=opened.token) as socket, events(address, token=other) as stays:
            await receive(socket)
            await receive(stays)
            assert (await admin.delete(f"/api/v1/admin/sessions/{opened.session.id}")).status_code == 204
            ended = await receive(socket)
            assert (ended["type"], ended["reason"]) == ("session.ended", "signed_out_by_administrator")
            assert await closed(socket) == 4001
            assert (await receive(stays))["type"] == "devices.changed"
            server.services.bus.publish([CLIENTS], Example(type="x"))
            assert (await receive(stays))["type"] == "x"

    async def test_coming_back_with_an_ended_session_says_why(
        self, server: Server, address: str, extension: Extension, admin: httpx.AsyncClient
    ) -> None:
        """The page was asleep while its session ended."""
        opened = await server.open_session(extension)
        await admin.delete(f"/api/v1/admin/sessions/{opened.session.id}")
        async with events(address, token=opened.token) as socket:
            assert await receive(socket) == {"type": "session.ended", "reason": "signed_out_by_administrator"}
            assert await closed(socket) == 4001

    async def test_a_session_that_ends_while_its_page_connects_is_told_so(
        self,
        server: Server,
        address: str,
        extension: Extension,
        admin: httpx.AsyncClient,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Between the check of the session and the subscription to its events nobody would hear of it."""
        opened = await server.open_session(extension)
        check = connection._who

        async def ends_after_the_check(websocket: WebSocket, *, administrator: bool) -> connection._Listener | None:
            found = await check(websocket, administrator=administrator)
            await admin.delete(f"/api/v1/admin/sessions/{opened.session.id}")
            return found

        monkeypatch.setattr(connection, "_who", ends_after_the_check)
        async with events(address, token=opened.token) as socket:
            assert await receive(socket) == {"type": "session.ended", "reason": "signed_out_by_administrator"}
            assert await closed(socket) == 4001

    async def test_a_session_that_runs_out_is_noticed(
        self, server: Server, address: str, extension: Extension, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connection, "BEAT_SECONDS", 0.1)
        opened = await server.open_session(extension)
        async with events(address, token=opened.token) as socket:
            await receive(socket)
            async with server.database.transaction() as db:
                session = await db.get(type(opened.session), opened.session.id)
                assert session is not None
                session.expires_at = session.created_at
            assert await receive(socket) == {"type": "session.ended", "reason": "expired"}

    async def test_nothing_is_left_when_a_client_goes(self, server: Server, address: str, extension: Extension) -> None:
        bus: Bus = server.services.bus
        async with events(address, token=await token_of(server, extension)) as socket:
            await receive(socket)
            assert extension_topic(extension.id) in bus._by_topic
        async with asyncio.timeout(5):
            while extension_topic(extension.id) in bus._by_topic:
                await asyncio.sleep(0.02)


class TestTalkingClients:
    """Clients have nothing to send. Any message ends in a plain close, never in an error."""

    async def test_bytes_are_not_understood(self, server: Server, address: str, extension: Extension) -> None:
        opened = await server.open_session(extension)
        async with events(address, token=opened.token) as socket:
            await receive(socket)
            await socket.send(b"\x00\xff" * 100)
            assert await closed(socket) == 1003

    async def test_a_long_text(self, server: Server, address: str, extension: Extension) -> None:
        opened = await server.open_session(extension)
        async with events(address, token=opened.token) as socket:
            await receive(socket)
            await socket.send("x" * (connection.MAX_TEXT_CHARACTERS + 1))
            assert await closed(socket) == 1008

    async def test_a_frame_beyond_every_limit(self, server: Server, address: str, extension: Extension) -> None:
        opened = await server.open_session(extension)
        async with events(address, token=opened.token) as socket:
            await receive(socket)
            await socket.send("x" * (connection.MAX_FRAME_BYTES + 1))
            assert await closed(socket) == 1009

    async def test_many_texts(self, server: Server, address: str, extension: Extension) -> None:
        opened = await server.open_session(extension)
        async with events(address, token=opened.token) as socket:
            await receive(socket)
            with contextlib.suppress(ConnectionClosed):
                for _ in range(1000):
                    await socket.send("")
            assert await closed(socket) == 1008

    async def test_a_few_texts_are_heard_out(
        self, server: Server, address: str, extension: Extension, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connection, "TEXTS_SECONDS", 0.0)  # as if each came a while after the one before
        opened = await server.open_session(extension)
        async with events(address, token=opened.token) as socket:
            await receive(socket)
            for _ in range(connection.MAX_TEXTS + 5):
                await socket.send('{"type": "ping"}')
            server.services.bus.publish([extension_topic(extension.id)], Example(type="still.there"))
            assert (await receive(socket))["type"] == "still.there"

    async def test_the_log_has_no_error(
        self, server: Server, address: str, extension: Extension, caplog: pytest.LogCaptureFixture
    ) -> None:
        opened = await server.open_session(extension)
        for frame in (b"", b"x", "x" * 5000, "\u0000", "\ud7ff" * 900):
            async with events(address, token=opened.token) as socket:
                await receive(socket)
                await socket.send(frame)
        await asyncio.sleep(0.1)
        assert [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")] == []
