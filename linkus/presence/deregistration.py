"""Deregisters clients whose credentials are revoked: signed out by others, password changed, Linkus switched off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from linkus.engine.kamailio import CREDENTIAL_SECONDS, Edge
from linkus.kit.clock import now
from linkus.kit.database import Database
from linkus.presence import revocations
from linkus.presence.contacts import contact_uri
from linkus.presence.edge_writer import or_retry_later
from linkus.presence.ports import Deregistered
from linkus.presence.service import Presence


class Deregistration:
    def __init__(self, database: Database, presence: Presence, edge: Edge) -> None:
        self._database = database
        self._presence = presence
        self._edge = edge

    async def revoke(self, payload: dict[str, Any]) -> None:
        """Refuse issued credentials and deregister the client. Its calls end at once, or after `call_seconds`: then the
        user is notified and can say goodbye."""
        name, until = str(payload["aor"]), int(payload["until"])
        if "session" in payload:
            await self._revoke_session(name, int(payload["session"]), until)
            return
        async with self._database.transaction() as db:
            until = await revocations.remember(db, name, until)
        call_seconds = int(payload.get("call_seconds", 0))
        may_talk_on = call_seconds > 0 and self._presence.may_be_on_call(name)
        await or_retry_later(self._edge.deregister(name, until - CREDENTIAL_SECONDS, keep_connections=may_talk_on))
        self._presence.publish(self._presence.registry.forget(name))
        calls_end_at = None
        if may_talk_on:  # counted from the switch-off
            switched_at = datetime.fromtimestamp(float(payload.get("at", now().timestamp())), UTC)
            calls_end_at = max(now(), switched_at + timedelta(seconds=call_seconds))
        await self._presence.deregistered(Deregistered(name, int(payload["until"]), calls_end_at))

    async def _revoke_session(self, name: str, session_id: int, until: int) -> None:
        """Revoke one of several sessions of this kind; the user's other sessions and their calls continue. The revoked
        page ends its own call when it is notified. Only if no other session is registered, the whole client is
        deregistered, and all of its calls belonged to this session."""
        async with self._database.transaction() as db:
            until = await revocations.remember(db, f"{name}:{session_id}", until)
        request = self._edge.deregister_session(name, session_id, until - CREDENTIAL_SECONDS)
        registrations = await or_retry_later(request)
        for registration in registrations.gone:
            self._presence.publish(self._presence.registry.unregistered(name, contact_uri(registration.contact)))
        if registrations.gone and not registrations.left:
            await self._presence.deregistered(Deregistered(name, until))
