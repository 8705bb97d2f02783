"""Queues what the edge must do when sessions end: refuse their SIP credentials, and remove their registrations.

Rows of the outbox topic `edge.revoke`, carried out by linkus/presence/deregistration.py. docs/contracts/identities.md
says what they mean.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from linkus.kit.clock import unix_now
from linkus.kit.kinds import ClientKind, aor
from linkus.kit.work import UnitOfWork
from linkus.session import repository
from linkus.session.models import Session

SIP_CREDENTIAL_SECONDS = 300  # longest life of an issued SIP credential (docs/contracts/identities.md)
TOPIC = "edge.revoke"
Ended = tuple[Session, str | None]  # with the number of its extension; None: an administrator's


async def deregister_sessions(work: UnitOfWork, ended: Collection[Ended], moment: datetime, call_seconds: int) -> None:
    """Deregister sessions that have just ended. If the user has another session of the same kind, only the ended
    session is deregistered, so that the other one and its call are left alone."""
    await work.db.flush()
    in_use = await repository.kinds_in_use(
        work.db, {session.extension_id for session, _ in ended if session.extension_id}, moment
    )
    last_ones: dict[str, list[int]] = {}
    rows: list[dict[str, Any]] = []
    for session, number in sorted(ended, key=lambda row: row[0].id):
        if number is None or session.client_kind not in list(ClientKind):
            continue
        name = aor(number, ClientKind(session.client_kind))
        if (session.extension_id, session.client_kind) in in_use:
            rows.append({"aor": name, "session": session.id})
        else:
            last_ones.setdefault(name, []).append(session.id)
    rows += [{"aor": name, "sessions": ids} for name, ids in sorted(last_ones.items())]
    for row in rows:
        work.enqueue(TOPIC, {**row, **_when(moment, call_seconds)})


async def deregister_extensions(
    work: UnitOfWork, numbers: Collection[str], ended: Collection[Ended], moment: datetime, call_seconds: int
) -> None:
    """Deregister all clients of extensions, whether or not sessions are known to have registered them."""
    sessions: dict[str, dict[str, list[int]]] = {}  # number -> kind of client -> ids
    for session, number in sorted(ended, key=lambda row: row[0].id):
        if number is not None:
            sessions.setdefault(number, {}).setdefault(session.client_kind, []).append(session.id)
    await work.enqueue_many(
        TOPIC,
        [
            {"number": number, "sessions": sessions.get(number, {}), **_when(moment, call_seconds)}
            for number in sorted(numbers)
        ],
    )


def _when(moment: datetime, call_seconds: int) -> dict[str, Any]:
    return {"until": unix_now() + SIP_CREDENTIAL_SECONDS, "call_seconds": call_seconds, "at": moment.timestamp()}
