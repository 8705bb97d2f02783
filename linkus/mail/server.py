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
    MailServerInput,
    MailServerSettings,
    MailServerTest,
    MailServerUpdate,
    MailServerView,
    without_password,
)
from linkus.mail.transport import Account
from linkus.shared.setting_groups import read_group, write_group

KEY = outage.MAIL_SERVER


async def stored(db: AsyncSession) -> MailServerSettings:
    return (await read_group(db, KEY, MailServerSettings))[0]


async def is_configured(db: AsyncSession) -> bool:
    return bool((await stored(db)).host)


async def view(db: AsyncSession, language: Language) -> MailServerView:
    values, version = await read_group(db, KEY, MailServerSettings)
    public_values = values.model_dump(exclude={"password_sealed"})
    return MailServerView(
        **public_values,
        configured=bool(values.host),
        outage=await outage.current(db, values, language),
        password_set=is_kept(values.password_sealed),
        version=version,
    )


async def update(work: UnitOfWork, seal: Seal, body: MailServerUpdate, language: Language) -> MailServerView:
    """Store the settings and retry waiting mails with them immediately."""
    db = work.db
    before = await stored(db)
    if body.host:  # an empty host removes the mail server
        _check(body, {"password": _password_again(body, before)})
    password = before.password_sealed if body.password is None else seal.seal(body.password) if body.password else ""
    values = MailServerSettings(**without_password(body), password_sealed=password)
    await write_group(work, KEY, values, body.version, lambda: view(db, language))
    await retry_now(work)
    return await view(db, language)


async def account(db: AsyncSession, seal: Seal) -> Account | None:
    """Return the account that the worker sends with; None while no mail server is set."""
    values = await stored(db)
    return _account(values, _password(seal, values)) if values.host else None


async def account_to_test(db: AsyncSession, seal: Seal, body: MailServerTest) -> Account:
    """Return the account for a test. The stored password is used with the stored account only."""
    _check(body, {"recipient": email_error(body.recipient) or _required(body.recipient)})
    values = await stored(db)
    password: str | None = body.password or ""
    if body.password is None and _is_same_account(body, values):
        password = _password(seal, values)
    return _account(MailServerSettings(**without_password(body)), password)


async def record_success(work: UnitOfWork, seal: Seal, tested: Account) -> None:
    """Handle a successful test mail. If it used the stored settings, end the outage and retry waiting mails now."""
    if tested == await account(work.db, seal):
        await outage.end(work, tested)
        await retry_now(work)


def _is_same_account(body: MailServerInput, values: MailServerSettings) -> bool:
    return (body.host.lower(), body.port, body.tls_mode, body.username) == (
        values.host.lower(),
        values.port,
        values.tls_mode,
        values.username,
    )


def _password_again(body: MailServerInput, before: MailServerSettings) -> FieldError | None:
    """Return the error of a stored password that would be sent to another server, over another kind of connection or
    with another user name: whoever may change those must not learn the password."""
    is_sent = body.password is None and bool(body.username) and is_kept(before.password_sealed)
    return FieldError("mail_password_again") if is_sent and not _is_same_account(body, before) else None


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


def _check(body: MailServerInput, more_errors: dict[str, FieldError | None]) -> None:
    is_plain = body.host.isascii() and all(c.isalnum() or c in "-._:" for c in body.host)
    checked = {
        "host": _required(body.host) or (None if is_plain else FieldError("mail_host_invalid")),
        "port": FieldError("mail_port_own", {"port": body.port}) if is_own_port(body.host, body.port) else None,
        "sender_address": _required(body.sender_address) or email_error(body.sender_address),
        **more_errors,
    }
    errors = {name: error for name, error in checked.items() if error is not None}
    if errors:
        raise ValidationFailed(fields=errors)
