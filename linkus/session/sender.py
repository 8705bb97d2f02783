"""Describes who tries to sign in: from where, as whom, and whether the same user has come from there before."""

from __future__ import annotations

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.addresses import is_address, network_of
from linkus.kit.http import client_address, is_loopback
from linkus.kit.secrets import hash_token
from linkus.lockout.blocks import is_allowed, shown
from linkus.lockout.repository import is_known_device
from linkus.lockout.rules import Sender
from linkus.session.repository import has_signed_in_at
from linkus.session.service import DEVICE_COOKIE, owner_kind
from linkus.shared.models.administrator import Administrator
from linkus.shared.models.extension import Extension

MAX_NAME_CHARACTERS = 255


async def describe_sender(
    db: AsyncSession, request: Request, username: str, owner: Extension | Administrator | None
) -> Sender:
    """Read what decides how often this sender may fail. The work is the same for names that do not exist.

    Failures count by the name that was given: one count for number and email address would tell strangers that they
    belong together.
    """
    address, token = client_address(request), request.cookies.get(DEVICE_COOKIE, "")
    network, device = network_of(address), hash_token(token)
    kind, owner_id = ("extension", 0) if owner is None else (owner_kind(owner), owner.id)
    is_known = await is_known_device(db, device, kind, owner_id)
    return Sender(
        network=network,
        # without what no database stores, such as NUL
        account=shown(username, MAX_NAME_CHARACTERS).lower()[:MAX_NAME_CHARACTERS],
        device=device if is_known else "",
        is_known_here=await has_signed_in_at(db, network, kind, owner_id),
        is_office=await has_signed_in_at(db, network),
        # a program on this machine, or a proxy that is not configured as one: a block would concern everybody
        is_allowed=not is_address(address) or is_loopback(address) or await is_allowed(db, network),
    )
