"""Writes trunks to the edge, and manages their registrations at providers (docs/contracts/edge-control.md)."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from linkus.engine.kamailio import Edge
from linkus.kit.addresses import Endpoint, in_url

EXPIRES_SECONDS = 300
_PORT = {"udp": 5060, "tcp": 5060, "tls": 5061}
_FAREWELL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class EdgeTrunk:
    """A trunk as the edge needs it. `addresses` are the resolved addresses of its host; calls go to the first."""

    id: int
    register: bool
    host: str  # as configured
    addresses: tuple[str, ...]
    port: int
    transport: str
    domain: str
    user: str
    auth_user: str
    password: str
    codecs: tuple[str, ...]
    number: str
    name: str
    asserts: bool
    contact: str

    def entry(self, revision: str) -> str:
        """Return the value for the htable `trunks`."""
        return json.dumps(
            {
                "revision": revision, "register": self.register, "address": self.addresses[0], "port": self.port,
                "transport": self.transport, "domain": self.domain, "user": self.user, "auth_user": self.auth_user,
                "password": self.password, "codecs": self.codecs, "number": self.number, "name": self.name,
                "asserts": self.asserts, "contact": self.contact,
            }
        )  # fmt: skip

    @property
    def next_hop(self) -> str:
        return f"sip:{in_url(self.addresses[0])}:{self.port};transport={self.transport}"


class EdgeTrunks:
    """Writes and removes trunks, one after the other, because several trunks may share an address."""

    def __init__(self, edge: Edge, told_to: Callable[[str], Endpoint]) -> None:
        """Set up the writer. `told_to` maps a provider's address to our address and the one to advertise."""
        self._edge = edge
        self._told_to = told_to
        self._turn = asyncio.Lock()

    async def write(self, trunk: EdgeTrunk, before_asking: Callable[[str], None] | None = None) -> str:
        """Write a trunk and return its new revision, which the edge's events carry. `before_asking` gets the revision
        first, because an event may arrive before this method returns."""
        revision = secrets.token_hex(6)
        async with self._turn:
            if before_asking is not None:
                before_asking(revision)
            await self._edge.ask("htable.sets", "trunks", str(trunk.id), trunk.entry(revision))
            await self._write_addresses(trunk.id, trunk.addresses)
            await self._write_contact(trunk.id, trunk.contact)
            await self._write_registration(trunk)
        return revision

    async def remove(self, trunk_id: int) -> None:
        async with self._turn:
            await self._edge.ask("htable.delete", "trunks", str(trunk_id), absent_is_fine=True)
            await self._write_addresses(trunk_id, ())
            registered = await self.registrations()
            for contact in await self._write_contact(trunk_id, None):
                if contact in registered:
                    await self._end_registration(contact)

    async def say_complete(self) -> None:
        """Report that all trunks are written. From then on, the edge treats other callers as strangers."""
        await self._edge.say_complete("trunks")

    async def present(self) -> set[int]:
        """Return the ids of the trunks that the edge knows."""
        return {int(each) for each in await self._edge.table("trunks")}

    async def register_now(self, contact: str) -> None:
        await self._edge.ask("uac.reg_register", "l_uuid", contact, absent_is_fine=True)

    async def registrations(self) -> dict[str, dict[str, Any]]:
        """Return the registrations of Kamailio's uac module, by contact."""
        return {each["l_uuid"]: each for each in await self._edge.ask("uac.reg_dump") or []}

    async def _write_addresses(self, trunk_id: int, addresses: tuple[str, ...]) -> None:
        own = str(trunk_id)
        present = {address: value.split(",") for address, value in (await self._edge.table("trunkaddress")).items()}
        for address in {*present, *addresses}:
            before = present.get(address, [])
            after = sorted({*before, own} if address in addresses else {*before} - {own}, key=int)
            if after == before:
                continue
            if after:
                await self._edge.ask("htable.sets", "trunkaddress", address, ",".join(after))
            else:
                await self._edge.ask("htable.delete", "trunkaddress", address, absent_is_fine=True)

    async def _write_contact(self, trunk_id: int, contact: str | None) -> list[str]:
        """Write the contact of a trunk and remove its old ones. Return the removed contacts."""
        old = [key for key, value in (await self._edge.table("trunkcontact")).items() if value == str(trunk_id)]
        if contact is not None:
            await self._edge.ask("htable.sets", "trunkcontact", contact, str(trunk_id))
        gone = [each for each in old if each != contact]
        for each in gone:
            await self._edge.ask("htable.delete", "trunkcontact", each, absent_is_fine=True)
        return gone

    async def _write_registration(self, trunk: EdgeTrunk) -> None:
        before = (await self.registrations()).get(trunk.contact)
        if before is not None:
            where = (before["auth_proxy"], before["r_username"], before["r_domain"])
            if trunk.register and where == (trunk.next_hop, trunk.user, trunk.domain):
                await self._edge.ask("uac.reg_remove", trunk.contact, absent_is_fine=True)
            else:
                await self._end_registration(trunk.contact)
        if not trunk.register:
            return
        port, own = _PORT[trunk.transport], self._told_to(trunk.addresses[0])
        suffix = "" if trunk.transport == "udp" else f";transport={trunk.transport}"
        # l_uuid, l_username, l_domain, r_username, r_domain, realm (any), auth_username, auth_password, auth_ha1,
        # auth_proxy, expires, flags, reg_delay, socket, contact_addr
        await self._edge.ask(
            "uac.reg_add", trunk.contact, trunk.contact, "linkus", trunk.user, trunk.domain, "", trunk.auth_user,
            trunk.password, ".", trunk.next_hop, EXPIRES_SECONDS, 0, 0,
            f"{trunk.transport}:{in_url(own.local)}:{port}", f"{in_url(own.public)}:{port}{suffix}",
        )  # fmt: skip
        await self.register_now(trunk.contact)

    async def _end_registration(self, contact: str) -> None:
        """Unregister at the provider, and remove the registration after a moment for the provider's digest
        challenge."""
        await self._edge.ask("uac.reg_unregister", "l_uuid", contact, absent_is_fine=True)
        await asyncio.sleep(_FAREWELL_SECONDS)
        await self._edge.ask("uac.reg_remove", contact, absent_is_fine=True)
