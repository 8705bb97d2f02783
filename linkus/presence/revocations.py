"""Stores which issued SIP credentials are refused (docs/contracts/identities.md)."""

from __future__ import annotations

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.clock import unix_now
from linkus.presence.models import SipRevocation
from linkus.session.deregistration import SIP_CREDENTIAL_SECONDS
from linkus.session.models import Session


async def remember(db: AsyncSession, aor: str, until: int) -> int:
    """Store a revocation until it has no effect any more, because the edge forgets it at a restart and then gets it
    again.

    Return the time that holds now: a late row of the outbox must not take back a newer revocation.
    """
    await db.execute(delete(SipRevocation).where(SipRevocation.until < unix_now()))
    row = await db.get(SipRevocation, aor)
    if row is None:
        db.add(SipRevocation(aor=aor, until=until))
        return until
    row.until = max(row.until, until)
    return row.until


async def current(db: AsyncSession) -> list[SipRevocation]:
    return list((await db.scalars(select(SipRevocation).where(SipRevocation.until >= unix_now()))).all())


async def revoked_until(db: AsyncSession, aor: str, extension_id: int, client_kind: str) -> int:
    """Return the time up to which expiring credentials of `aor` are refused; 0 if none are.

    Also check the sessions themselves: the revocation of a recently ended one may still be on its way to the edge.
    """
    stored = await db.scalar(select(SipRevocation.until).where(SipRevocation.aor == aor))
    ended = await db.scalar(
        select(func.max(Session.ended_at)).where(
            Session.extension_id == extension_id,
            Session.client_kind == client_kind,
        )
    )
    return max(stored or 0, int(ended.timestamp()) + SIP_CREDENTIAL_SECONDS + 1 if ended else 0)


async def is_revoked_after(db: AsyncSession, aor: str, until: int) -> bool:
    """Return whether a later revocation of `aor` is stored than the one until `until`."""
    row = await db.get(SipRevocation, aor)
    return row is not None and row.until > until
