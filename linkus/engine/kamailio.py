"""Client of the edge's JSON-RPC: manages phones, registrations, revocations, bans and dialogs."""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self, get_args
from urllib.parse import urlsplit

import httpx
import structlog

from linkus.engine.edge_dialogs import DELETED, Dialog, parse_dialogs
from linkus.engine.keys import read_key
from linkus.kit.addresses import in_url

log = structlog.get_logger("edge")
TIMEOUT = 5.0
KEY_HEADER = "X-Linkus-Key"
MOST_PHONES = 100  # per request; Kamailio accepts up to 16 kB (tcp_rd_buf_size)
_LOCATION = "location"
Part = Literal["phones", "revoked", "trunks"]
PARTS: tuple[Part, ...] = get_args(Part)
# Lifetime of credentials of Linkus clients (docs/contracts/identities.md).
CREDENTIAL_SECONDS = 300


class EdgeError(Exception):
    """Raised when the edge did not carry out a request."""


class EdgeUnreachableError(EdgeError):
    """Raised when the edge does not answer because it restarts or has not started yet. A later retry may work."""


class EdgeRefusedError(EdgeError):
    """Raised when the edge answers with an error."""

    def __init__(self, method: str, code: int, message: str) -> None:
        super().__init__(f"{method}: {code} {message}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Phone:
    """Identity of a desk phone, as an entry of the edge's htable `phones`."""

    aor: str
    registration_name: str
    ha1: str
    max_contacts: int

    @property
    def entry(self) -> str:
        return f"{self.registration_name};{self.ha1};{self.max_contacts}"


@dataclass(frozen=True, slots=True)
class Registration:
    """A contact of an address of record, as the edge holds it."""

    aor: str
    contact: str
    address: str
    user_agent: str
    expires: int
    transport: str
    connection: int | None


@dataclass(frozen=True, slots=True)
class SessionRegistrations:
    """The registrations removed for a session, and the number that its address of record has left."""

    gone: tuple[Registration, ...]
    left: int


class Edge:
    """Client of the edge. Every method raises EdgeError on failure."""

    def __init__(self, url: str, key: Callable[[], str], client: httpx.AsyncClient | None = None) -> None:
        self._url = url
        self._key = key
        self._client = client or httpx.AsyncClient(timeout=TIMEOUT, trust_env=False)
        self._ids = itertools.count(1)

    @classmethod
    def at(cls, host: str, port: int, keys: Path) -> Self:
        """Return the edge of this machine. Its key is read from the folder `keys` at the first request."""
        return cls(f"http://{in_url(host)}:{port}", lambda: read_key(keys, "rpc"))

    @functools.cached_property
    def _headers(self) -> dict[str, str]:
        return {KEY_HEADER: self._key()}

    async def close(self) -> None:
        await self._client.aclose()

    async def say_complete(self, what: Part) -> None:
        """Report that all phones, revocations or trunks are written. Until then the edge asks clients that need them to
        retry."""
        await self.ask("htable.sets", "complete", what, "1")

    async def missing(self) -> list[Part]:
        """Return the parts that are not yet written completely (`say_complete`)."""
        complete = await self.table("complete")
        return [part for part in PARTS if part not in complete]

    async def table(self, name: str) -> dict[str, str]:
        """Return all entries of an htable."""
        slots = await self.ask("htable.dump", name, absent_is_fine=True) or []
        return {item["name"]: item["value"] for slot in slots for item in slot["slot"]}

    # ---- desk phones
    async def set_phones(self, phones: Sequence[Phone]) -> None:
        """Write phones in batches of MOST_PHONES per request."""
        for start in range(0, len(phones), MOST_PHONES):
            chunk = phones[start : start + MOST_PHONES]
            answer = await self._post("/phones", {phone.aor: phone.entry for phone in chunk}, "phones")
            if answer.text != str(len(chunk)):
                raise EdgeRefusedError("phones", answer.status_code, answer.text)

    async def delete_phone(self, aor: str) -> None:
        await self.ask("htable.delete", "phones", aor, absent_is_fine=True)

    async def phones(self) -> dict[str, str]:
        """Return all entries of the htable, by address of record."""
        return await self.table("phones")

    # ---- registrations
    async def registrations(self) -> list[Registration]:
        return _registrations(await self.ask("ul.dump"))

    async def registrations_of(self, aor: str) -> list[Registration]:
        found = await self.ask("ul.lookup", _LOCATION, aor, absent_is_fine=True)
        return [_registration(aor, each["Contact"]) for each in found["Contacts"]] if found else []

    async def forget(self, aor: str) -> None:
        """Remove all contacts of an address of record. Its connections stay open, and the client is not notified."""
        await self.ask("ul.rm", _LOCATION, aor, absent_is_fine=True)

    async def close_connection(self, connection: int) -> None:
        """Close a WebSocket. Do nothing if it is already closed."""
        await self.ask("ws.close", connection, absent_is_fine=True)

    # ---- credentials
    async def revoke(self, aor: str, until: int) -> None:
        """Refuse every time-limited credential of `aor` that expires at or before `until`. For `<aor>:<session>`,
        refuse only those of that session."""
        await self.ask("htable.sets", "revoked", aor, str(until))

    async def deregister(self, aor: str, at: int, *, keep_connections: bool = False) -> None:
        """End every registration of `aor`, and revoke all credentials that were issued for it up to the time `at`.

        Running calls belong to the core and must be ended there. During a call the client needs its connection to
        receive or send the BYE; without a credential it can do nothing else with it.
        """
        await self.revoke(aor, at + CREDENTIAL_SECONDS)
        present = await self.registrations_of(aor)
        await self.forget(aor)
        for registration in present:
            if registration.connection is not None and not keep_connections:
                await self.close_connection(registration.connection)

    async def deregister_session(self, aor: str, session_id: int) -> SessionRegistrations:
        """End the registrations that one session made for `aor`, and close its connections. Its credentials must have
        been revoked before (`revoke`). Other registrations of the address of record stay."""
        gone, left = [], 0
        for registration in await self.registrations_of(aor):
            if await self._session_of(registration.connection) == str(session_id):
                await self.ask("ul.rm_contact", _LOCATION, aor, registration.contact, absent_is_fine=True)
                gone.append(registration)
            else:
                left += registration.expires > 0
        for registration in gone:
            if registration.connection is not None:
                await self.close_connection(registration.connection)
        return SessionRegistrations(tuple(gone), left)

    async def _session_of(self, connection: int | None) -> str:
        """Return the session whose credential registered this WebSocket: `<aor>;<expiry>;<session>` in the htable
        `wsaor`."""
        if connection is None:
            return ""
        found = await self.ask("htable.get", "wsaor", str(connection), absent_is_fine=True)
        return str(found["item"]["value"]).rpartition(";")[2] if found else ""

    async def deregister_phone(self, aor: str) -> None:
        """End the registrations of a desk phone. It has no time-limited credential: its entry in `phones` grants its
        access."""
        await self.delete_phone(aor)
        await self.forget(aor)

    # ---- addresses
    async def ban(self, address: str, seconds: int) -> None:
        """Ignore this address for `seconds`."""
        await self.ask("htable.setxi", "banned", address, 1, seconds)

    async def unban(self, address: str) -> None:
        await self.ask("htable.delete", "banned", address, absent_is_fine=True)

    # ---- calls that the core has lost
    async def dialogs(self, core: str) -> list[Dialog]:
        """Return all legs. `core` is the core's address and port."""
        return parse_dialogs(await self.ask("dlg.list", absent_is_fine=True), core)

    async def end_dialog(self, dialog: Dialog) -> None:
        """End a leg towards its client, phone or provider. Do nothing if it has ended meanwhile."""
        if dialog.bye is None:
            await self.ask("dlg.end_dlg", dialog.entry, dialog.number, absent_is_fine=True)
            return
        answer = await self._post("/bye", dialog.document, "bye")
        if not answer.is_success:
            raise EdgeRefusedError("bye", answer.status_code, answer.text)
        tags = (dialog.call_id, dialog.from_tag, dialog.to_tag)
        await self.ask("dlg.set_state", *tags, DELETED, absent_is_fine=True)

    async def use_media_relay(self) -> None:
        """Make the edge use the media relay again now, instead of after its next ping."""
        await self.ask("rtpengine.enable", "all", 1)

    async def reload_certificate(self) -> None:
        """Reload the certificate files for new connections. Existing connections are not affected."""
        await self.ask("tls.reload")

    async def version(self) -> str:
        return str(await self.ask("core.version"))

    async def _post(self, path: str, content: object, what: str) -> httpx.Response:
        try:
            answer = await self._client.post(f"{self._url}{path}", json=content, headers=self._headers)
        except httpx.HTTPError as error:
            raise EdgeUnreachableError(f"{what}: {error!r}") from error
        if answer.status_code == 403:
            raise EdgeRefusedError(what, 403, "keys/rpc is not the key that the edge was started with")
        return answer

    async def ask(self, method: str, *params: str | int, absent_is_fine: bool = False) -> Any:
        """Send an RPC and return its result."""
        question = {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": list(params)}
        try:
            # Kamailio answers an error with 4xx or 5xx and the JSON-RPC error in the body.
            answer = read_json(await self._post("/RPC", question, method))
        except ValueError as error:
            raise EdgeError(f"{method}: the answer is not JSON") from error
        if "error" not in answer:
            return answer.get("result")
        code, message = answer["error"]["code"], answer["error"]["message"]
        if absent_is_fine and _means_absent(code, message):
            return None
        raise EdgeRefusedError(method, code, message)


def read_json(response: httpx.Response) -> Any:
    """Parse an answer leniently. Kamailio copies texts of others, so a bad byte or control character spoils only its
    text."""
    return json.loads(response.content.decode("utf-8", "replace"), strict=False)


def _means_absent(code: int, message: str) -> bool:
    # The codes differ: 404 "Key not found", 500 "AOR not found", "AOR has no contacts", "Unknown connection ID".
    return code == 404 or any(words in message.lower() for words in ("not found", "no contacts", "unknown connection"))


def _registrations(dump: Any) -> list[Registration]:
    """Return all readable registrations. An invalid record is logged and skipped."""
    found = []
    for domain in dump["Domains"]:
        if domain["Domain"]["Domain"] != _LOCATION:
            continue
        for aor in domain["Domain"]["AoRs"]:
            for contact in aor["Info"]["Contacts"]:
                try:
                    found.append(_registration(aor["Info"]["AoR"], contact["Contact"]))
                except (KeyError, TypeError, ValueError) as error:
                    log.error("registration_not_read", aor=aor["Info"].get("AoR"), error=repr(error))
    return found


def _registration(aor: str, contact: dict[str, Any]) -> Registration:
    received = contact.get("Received") or ""
    route = received if received.startswith("sip") else contact["Address"]
    host, transport = _route(route)
    connection = int(contact.get("Tcpconn-Id", -1))
    # An expiry is in seconds from now; "deleted", "expired" and "permanent" are words.
    expires = str(contact.get("Expires"))
    return Registration(
        aor=aor,
        contact=contact["Address"],
        address=host,
        user_agent=_text(contact.get("User-Agent")),
        expires=int(expires) if expires.isdigit() else 0,
        transport=transport,
        connection=connection if transport in ("ws", "wss") and connection > 0 else None,
    )


def _route(uri: str) -> tuple[str, str]:
    """Return host and transport of a SIP URI such as `sip:1003.phone@10.0.0.7:5062;transport=tcp`."""
    address, *parameters = uri.partition(":")[2].split(";")
    transport = next((each.partition("=")[2] for each in parameters if each.startswith("transport=")), "udp")
    return urlsplit(f"//{address.rpartition('@')[2]}").hostname or "", transport.lower()


def _text(value: object) -> str:
    return "" if value in (None, "[not set]", "n/a") else str(value)
