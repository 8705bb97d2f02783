"""Issues time-limited SIP credentials to Linkus clients."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.clock import now, unix_now
from linkus.kit.kinds import ClientKind, aor
from linkus.kit.secrets import ephemeral_password
from linkus.kit.settings import REALM, Settings
from linkus.presence.revocations import revoked_until
from linkus.presence.schemas import SipCredential
from linkus.session.auth import ExtensionPrincipal, check_live
from linkus.session.deregistration import SIP_CREDENTIAL_SECONDS
from linkus.session.models import Session

WS_PATH = "/ws/sip"


async def issue(db: AsyncSession, settings: Settings, sip_key: str, who: ExtensionPrincipal) -> SipCredential:
    """Issue a credential to a session that is live. The session is read again here, because it may have ended since the
    request was let in. If it ends now, its revocation is written later and with a later time (deregistration.py)."""
    asked_at = unix_now()
    check_live(await db.get(Session, who.session_id), now())
    identity = aor(who.number, ClientKind(who.client_kind))
    revoked = await revoked_until(db, identity, who.extension_id, who.client_kind)
    expiry = max(asked_at + SIP_CREDENTIAL_SECONDS, revoked + 1)
    username = f"{expiry}:{identity}:{who.session_id}"  # the edge refuses all credentials of an ended session
    return SipCredential(
        aor=identity,
        uri=f"sip:{identity}@{settings.public_name}",
        username=username,
        password=ephemeral_password(username, sip_key),
        realm=REALM,
        ws_path=WS_PATH,
        expires_at=datetime.fromtimestamp(expiry, UTC),
        ice_servers=[],  # rtpengine is reachable at the address of the pages
    )
