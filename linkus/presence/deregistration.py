"""Deregisters the clients of ended sessions, and of extensions that are deleted or may not use clients any more.

The rows come from linkus/session/deregistration.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from linkus.engine.kamailio import CREDENTIAL_SECONDS, Edge
from linkus.kit.clock import now, unix_now
from linkus.kit.database import Database
from linkus.kit.kinds import ClientKind, aor
from linkus.presence import revocations
from linkus.presence.contacts import contact_owner, contact_uri
from linkus.presence.edge_writer import or_retry_later
from linkus.presence.ports import Deregistered
from linkus.presence.service import Presence

# A request for a credential may be on its way when its session ends. What it gets expires within this time after the
# latest that is issued now; the session gets no others.
LATE_CREDENTIAL_SECONDS = 60


class Deregistration:
    def __init__(self, database: Database, presence: Presence, edge: Edge) -> None:
        self._database = database
        self._presence = presence
        self._edge = edge

    async def revoke(self, payload: dict[str, Any]) -> None:
        """Refuse issued credentials and deregister the clients. Their calls end at once, or after `call_seconds`: then
        the user is notified and can say goodbye."""
        until = int(payload["until"])
        if "session" in payload:
            await self._revoke_session(str(payload["aor"]), int(payload["session"]), until)
            return
        if "number" in payload:
            sessions = payload["sessions"]
            names = {aor(str(payload["number"]), kind): sessions.get(kind.value, ()) for kind in ClientKind}
        else:
            names = {str(payload["aor"]): payload.get("sessions", ())}
        for name, ids in names.items():
            await self._revoke_client(name, [int(session_id) for session_id in ids], until, payload)

    async def _revoke_client(self, name: str, sessions: Sequence[int], until: int, payload: dict[str, Any]) -> None:
        """Deregister whoever is registered as `name`, by these sessions or by any other that has ended before."""
        async with self._database.transaction() as db:
            holds = await revocations.remember(db, name, until)
        await self._refuse_sessions(name, sessions)
        call_seconds = int(payload.get("call_seconds", 0))
        may_talk_on = call_seconds > 0 and self._presence.may_be_on_call(name)
        await or_retry_later(self._edge.deregister(name, holds - CREDENTIAL_SECONDS, keep_connections=may_talk_on))
        self._presence.publish(self._presence.registry.forget(name))
        calls_end_at = None
        if may_talk_on:  # counted from the switch-off
            switched_at = datetime.fromtimestamp(float(payload.get("at", now().timestamp())), UTC)
            calls_end_at = max(now(), switched_at + timedelta(seconds=call_seconds))
        await self._presence.deregistered(Deregistered(name, until, calls_end_at))

    async def _refuse_sessions(self, name: str, sessions: Sequence[int]) -> None:
        """Refuse the credentials of sessions for good. A session that is gone gets no new one, so the time may be later
        than any of them: also than one that was issued while the session ended."""
        if not sessions:
            return
        until = unix_now() + CREDENTIAL_SECONDS + LATE_CREDENTIAL_SECONDS
        async with self._database.transaction() as db:
            for session_id in sessions:
                await revocations.remember(db, f"{name}:{session_id}", until)
        for session_id in sessions:
            await or_retry_later(self._edge.revoke(f"{name}:{session_id}", until))

    async def _revoke_session(self, name: str, session_id: int, until: int) -> None:
        """Revoke one of several sessions of this kind; the user's other sessions and their calls continue. The ended
        session's own calls end. If no other session is registered, all of the client's calls belonged to this one."""
        await self._refuse_sessions(name, [session_id])
        registrations = await or_retry_later(self._edge.deregister_session(name, session_id))
        for registration in registrations.gone:
            self._presence.publish(self._presence.registry.unregistered(name, contact_uri(registration.contact)))
        if registrations.gone:
            owners = frozenset(contact_owner(contact_uri(registration.contact)) for registration in registrations.gone)
            await self._presence.deregistered(Deregistered(name, until, owners=owners if registrations.left else None))
