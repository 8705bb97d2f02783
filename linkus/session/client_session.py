"""Describes a client's session to the client."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.session.auth import ExtensionPrincipal
from linkus.session.schemas import ClientSessionView, SignedInExtension
from linkus.shared.general_settings import company_name
from linkus.shared.roles.holders import holds_role


async def client_session_view(
    db: AsyncSession, who: ExtensionPrincipal, *, reaches_portal: bool = True
) -> ClientSessionView:
    return ClientSessionView(
        extension=SignedInExtension(
            id=who.extension_id,
            number=who.number,
            first_name=who.first_name,
            last_name=who.last_name,
            display_name=who.display_name,
            email=who.email,
            language=who.language,
        ),
        client_kind=who.client_kind,
        session_id=who.session_id,
        company_name=await company_name(db),
        privacy_needed=who.privacy_needed,
        must_change_password=who.must_change_password,
        password_set=who.password_set,
        current_password_needed=not who.may_skip_current_password,
        opens_portal=reaches_portal and await holds_role(db, who.extension_id),
    )
