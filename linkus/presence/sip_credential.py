"""Issues time-limited SIP credentials to Linkus clients."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.clock import unix_now
from linkus.kit.kinds import ClientKind, aor
from linkus.kit.secrets import ephemeral_password
from linkus.kit.settings import REALM, Settings
from linkus.presence.revocations import revoked_until
from linkus.presence.schemas import SipCredential
from linkus.session.auth import ExtensionPrincipal
from linkus.session.service import SIP_CREDENTIAL_SECONDS

WS_PATH = "/ws/sip"


async def issue(db: AsyncSession, settings: Settings, sip_key: str, who: ExtensionPrincipal) -> SipCredential:
    identity = aor(who.number, ClientKind(who.client_kind))
    revoked = await revoked_until(db, identity, who.extension_id, who.client_kind)
    expiry = max(unix_now() + SIP_CREDENTIAL_SECONDS, revoked + 1)
    username = f"{expiry}:{identity}:{who.session_id}"  # with the session, so that one of several can be deregistered
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
