"""Settings of the mail server. The API accepts its password and never returns it."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.extension.rules import email_error
from linkus.kit.errors import FieldError, ValidationFailed
from linkus.kit.messages import Language
from linkus.kit.secrets import Seal, WrongKey, is_kept
from linkus.kit.work import UnitOfWork
from linkus.mail import outage
from linkus.mail.own_ports import is_own_port
from linkus.mail.retry import retry_now
from linkus.mail.schemas import (
    MailServerGiven,
    MailServerSettings,
    MailServerTest,
    MailServerUpdate,
    MailServerView,
    without_password,
)
from linkus.mail.transport import Account
from linkus.system.service import read_group, write_group

KEY = outage.MAIL_SERVER


async def stored(db: AsyncSession) -> MailServerSettings:
    return (await read_group(db, KEY, MailServerSettings))[0]


async def is_configured(db: AsyncSession) -> bool:
    return bool((await stored(db)).host)


async def view(db: AsyncSession, language: Language) -> MailServerView:
    values, version = await read_group(db, KEY, MailServerSettings)
    shown = values.model_dump(exclude={"password_sealed"})
    return MailServerView(
        **shown,
        configured=bool(values.host),
        outage=await outage.present(db, values, language),
        password_set=is_kept(values.password_sealed),
        version=version,
    )


async def update(work: UnitOfWork, seal: Seal, given: MailServerUpdate, language: Language) -> MailServerView:
    """Store the settings and retry waiting mails with them immediately."""
    db = work.db
    if given.host:  # an empty host removes the mail server
        _check(given, {})
    kept = (await stored(db)).password_sealed
    password = kept if given.password is None else seal.seal(given.password) if given.password else ""
    values = MailServerSettings(**without_password(given), password_sealed=password)
    await write_group(work, KEY, values, given.version, lambda: view(db, language))
    await retry_now(work)
    return await view(db, language)


async def account(db: AsyncSession, seal: Seal) -> Account | None:
    """Return the account that the worker sends with; None while no mail server is set."""
    values = await stored(db)
    return _account(values, _password(seal, values)) if values.host else None


async def given_account(db: AsyncSession, seal: Seal, given: MailServerTest) -> Account:
    """Return the account for a test. The stored password is used with the stored host, port and user only."""
    _check(given, {"recipient": email_error(given.recipient) or _required(given.recipient)})
    values = await stored(db)
    password: str | None = given.password or ""
    same = (given.host, given.port, given.username) == (values.host, values.port, values.username)
    if given.password is None and same:
        password = _password(seal, values)
    return _account(MailServerSettings(**without_password(given)), password)


async def went_well(work: UnitOfWork, seal: Seal, tried: Account) -> None:
    """Handle a successful test mail. If it used the stored settings, end the outage and retry waiting mails now."""
    if tried == await account(work.db, seal):
        await outage.ends(work, tried)
        await retry_now(work)


def _password(seal: Seal, values: MailServerSettings) -> str | None:
    """Return the password; None if it can no longer be decrypted."""
    try:
        return seal.open(values.password_sealed) if values.password_sealed else ""
    except WrongKey:
        return None


def _account(values: MailServerSettings, password: str | None) -> Account:
    return Account(
        host=values.host,
        port=values.port,
        tls_mode=values.tls_mode,
        username=values.username,
        password=password or "",
        password_lost=password is None,
        sender_address=values.sender_address,
        sender_name=values.sender_name,
    )


def _required(value: str) -> FieldError | None:
    return None if value else FieldError("field_required")


def _check(given: MailServerGiven, more: dict[str, FieldError | None]) -> None:
    plain = given.host.isascii() and all(c.isalnum() or c in "-._:" for c in given.host)
    found = {
        "host": _required(given.host) or (None if plain else FieldError("mail_host_invalid")),
        "port": FieldError("mail_port_own", {"port": given.port}) if is_own_port(given.host, given.port) else None,
        "sender_address": _required(given.sender_address) or email_error(given.sender_address),
        **more,
    }
    errors = {name: error for name, error in found.items() if error is not None}
    if errors:
        raise ValidationFailed(fields=errors)
