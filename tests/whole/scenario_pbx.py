"""The PBX for the matrix of calls: a client for each combination of settings, and a trunk to a provider."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert

from linkus.client_settings.models import ClientSetting
from linkus.engine.edge_trunks import EdgeTrunks
from linkus.engine.reach import told_by
from linkus.kit.settings import EDGE_WS_PORT, SIP_PORT
from linkus.shared.models.paging import PagingGroup, PagingGroupMember
from tests.calls.fake_brain import credential
from tests.calls.provider import provider_address
from tests.calls.sip import Agent, Call
from tests.calls.transports import Udp, WebSocket
from tests.whole.conftest import HOST, Whole

OUTSIDE = "+8613800138000"
CALLERS = {"zh-CN": "4901", "en": "4902"}


@dataclass(frozen=True)
class Setup:
    """A client and its settings."""

    kind: str
    on_call: bool
    call_waiting: bool
    paging_auto_answer: bool
    paging_preempt: bool


SETUPS = [
    Setup(kind, *flags)
    for kind in ("mobile", "desktop", "web")
    for flags in itertools.product((False, True), (False, True), (False, True), (False, True))
]


@dataclass
class ScenarioPbx:
    """All parties of the matrix: a client for each setup, an internal caller, and a provider."""

    whole: Whole
    clients: dict[Setup, Agent] = field(default_factory=dict)
    numbers: dict[Setup, str] = field(default_factory=dict)
    callers: dict[str, Agent] = field(default_factory=dict)
    provider: Agent = field(init=False)
    trunk_id: int = 0
    echo_calls: list[Call] = field(default_factory=list)

    async def set_up(self) -> None:
        extension_ids = {}
        for place, setup in enumerate(SETUPS):
            self.numbers[setup] = number = str(5000 + place)
            extension_ids[setup] = (await self.whole.extension(number))["id"]
        for language, number in CALLERS.items():
            await self.whole.extension(number, language=language)
            self.callers[language] = await self.whole.phone(number)
        async with self.whole.server.database.transaction() as db:
            for setup, extension_id in extension_ids.items():
                db.add(ClientSetting(extension_id=extension_id, client_kind=setup.kind, **settings_of(setup)))
                group = PagingGroup(number=group_of(self.numbers[setup]), name="仓库", mode="one_way", callers="all")
                db.add(group)
                await db.flush()
                member = {"group_id": group.id, "extension_id": extension_id}
                await db.execute(insert(PagingGroupMember), [member])
        await self.open_trunk(extension_ids)
        for place, setup in enumerate(SETUPS):
            await self.register_client(setup, f"203.0.113.{place + 1}")

    async def open_trunk(self, extension_ids: dict[Setup, int]) -> None:
        transport = await Udp.open(provider_address(HOST), (HOST, SIP_PORT))
        self.provider = Agent(transport, OUTSIDE)
        self.whole.agents.append(self.provider)
        answer = await self.whole.boss.post(
            "/api/v1/admin/trunks",
            json={
                "name": "电信", "kind": "peer", "host": provider_address(HOST), "codecs": ["pcmu"],
                "port": int(transport.address.rpartition(":")[2]),
            },
        )  # fmt: skip
        assert answer.status_code == 201, answer.text
        self.trunk_id = answer.json()["id"]
        for setup, extension_id in extension_ids.items():
            answer = await self.whole.boss.post(
                "/api/v1/admin/inbound-routes",
                json={
                    "name": self.numbers[setup], "trunk_id": self.trunk_id, "did_number": did_of(self.numbers[setup]),
                    "did_name": "热线 A", "destination": "extension", "extension_id": extension_id,
                },
            )  # fmt: skip
            assert answer.status_code == 201, answer.text
        edge = EdgeTrunks(self.whole.engine.edge, told_by(self.whole.engine.layout))
        async with asyncio.timeout(10):
            while self.trunk_id not in await edge.present():
                await asyncio.sleep(0.1)

    async def register_client(self, setup: Setup, address: str) -> None:
        """Register the client of a setup."""
        aor = f"{self.numbers[setup]}.{setup.kind}"
        transport = await WebSocket.open(f"ws://{HOST}:{EDGE_WS_PORT}/ws/sip", self.whole.engine.keys["proxy"], address)
        agent = Agent(transport, aor, *credential(self.whole.engine.keys["sip_ephemeral"], aor))
        self.whole.agents.append(agent)
        self.clients[setup] = agent
        assert (await agent.register()).status == 200

    async def start_echo_calls(self) -> None:
        """Place calls to the echo of *43 for the clients that must be on a call. End previous ones first: the core ends
        a call after 90 seconds without media, and these clients send none."""
        for call in self.echo_calls:
            await call.bye()
        self.echo_calls = []
        for setup in (setup for setup in SETUPS if setup.on_call):
            call = await self.clients[setup].call("*43", (await self.whole.media()).offer())
            await call.response(200)
            self.echo_calls.append(call)
        await self.whole.until(self.all_clients_are_seen, 20)

    def all_clients_are_seen(self) -> bool:
        state = self.whole.server.services
        return all(
            setup.kind in state.presence.kinds(number)
            and (setup.kind in state.calls.tracker.busy_kinds(number)) == setup.on_call
            for setup, number in self.numbers.items()
        )

    async def set_language(self, language: str) -> None:
        """Set the system's language, which callers from outside hear."""
        url = "/api/v1/admin/settings/general"
        version = (await self.whole.boss.get(url)).json()["version"]
        answer = await self.whole.boss.put(url, json={"system_language": language, "version": version})
        assert answer.status_code == 200, answer.text

    async def close_trunk(self) -> None:
        if not self.trunk_id:
            return
        for route in (await self.whole.boss.get("/api/v1/admin/inbound-routes")).json()["items"]:
            await self.whole.boss.delete(f"/api/v1/admin/inbound-routes/{route['id']}")
        await self.whole.boss.delete(f"/api/v1/admin/trunks/{self.trunk_id}")
        edge = EdgeTrunks(self.whole.engine.edge, told_by(self.whole.engine.layout))
        async with asyncio.timeout(15):
            while await edge.present() or await self.whole.server.outbox("edge.trunk"):
                await asyncio.sleep(0.1)


def settings_of(setup: Setup) -> dict[str, Any]:
    names = ("call_waiting", "paging_auto_answer", "paging_preempt")
    return {name: getattr(setup, name) for name in names}


def group_of(number: str) -> str:
    return f"6{number[1:]}"


def did_of(number: str) -> str:
    return f"+862155{number}"
