"""Signs in with user name and password, in the same way for administrators and extension users."""

from __future__ import annotations

from fastapi import Request
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.administrator.models import Administrator
from linkus.extension.models import Extension
from linkus.kit.errors import Forbidden, NotSignedIn
from linkus.kit.http import client_address
from linkus.kit.secrets import verify_password
from linkus.kit.services import KitServices
from linkus.kit.work import unit_of_work
from linkus.security.limits import SignInLimits
from linkus.session.devices import publish_devices_changed
from linkus.session.login_mode import SignedInBy, login_mode
from linkus.session.schemas import SignIn
from linkus.session.service import OpenedSession, device_of, open_session


class LinkusDisabled(Forbidden):
    code = "linkus_disabled"


async def find_account(db: AsyncSession, username: str) -> Administrator | Extension | None:
    """Return the account of a user name. An administrator's name is never a number or an e-mail address, so no two
    accounts share a user name."""
    name = username.strip().lower()
    if not name.isprintable():
        return None
    administrator = await db.scalar(select(Administrator).where(Administrator.username == name))
    if administrator is not None:
        return administrator
    return await db.scalar(select(Extension).where(or_(Extension.number == name, Extension.email_key == name)))


def _way(account: Administrator | Extension | None, username: str) -> SignedInBy | None:
    if not isinstance(account, Extension):
        return None
    return SignedInBy.NUMBER if account.number == username.strip() else SignedInBy.EMAIL


async def _still_counts(db: AsyncSession, account: Administrator | Extension, way: SignedInBy | None) -> bool:
    """Return whether the account is as it was before the hash. A concurrent change waits for the same row locks
    (PostgreSQL) and then ends the session that is opened now."""
    if isinstance(account, Administrator):
        administrator = await db.get(Administrator, account.id, with_for_update={"read": True})
        return administrator is not None and administrator.password_hash == account.password_hash
    extension = await db.get(Extension, account.id, with_for_update={"read": True})
    if extension is None or not extension.linkus_enabled or extension.password_hash != account.password_hash:
        return False
    same_names = (extension.number, extension.email_key) == (account.number, account.email_key)
    return same_names and way is not None and (await login_mode(db, hold=True)).allows(way)


async def sign_in(request: Request, kit: KitServices, limits: SignInLimits, body: SignIn) -> OpenedSession:
    """Sign a user in. The slow hash runs outside of any transaction, because it must not hold SQLite's one write
    lock."""
    address = client_address(request)
    with limits.attempt(address, body.username):
        async with kit.database.transaction(write=False) as db:
            account = await find_account(db, body.username)
            way = _way(account, body.username)
            if way is not None and not (await login_mode(db)).allows(way):
                account = None  # LM-1: a name of a kind that is not accepted counts as unknown
        # without an account or a password, the check takes the same time and fails in the same way
        if not await verify_password(body.password, account.password_hash if account else None) or account is None:
            limits.failed(address, body.username)
            raise NotSignedIn("wrong_credentials")
    if isinstance(account, Extension) and not account.linkus_enabled:
        raise LinkusDisabled()  # not before the password check: others must not learn which accounts exist
    async with unit_of_work(kit) as work:
        if not await _still_counts(work.db, account, way):
            raise NotSignedIn("wrong_credentials")
        device = device_of(request, body.client_kind, body.device_name)
        opened = await open_session(work.db, account, device, signed_in_by=way)
        if isinstance(account, Extension):
            publish_devices_changed(work, [(account.id, account.number)])
    limits.succeeded(address, body.username)
    return opened
