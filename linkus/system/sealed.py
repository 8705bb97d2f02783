"""Checks that the present key opens the sealed values of the database.

The key `keys/seal` is outside the database, and its fingerprint is inside. So a database restored without its keys, or
newly created keys, are noticed before any value is sealed with another key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.extension.secret_values import random_pin
from linkus.kit.secrets import LOST_VALUE, Seal, is_kept
from linkus.mail.schemas import MailServerSettings
from linkus.mail.server import KEY as MAIL_SERVER
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.models.administrator import SecondFactor
from linkus.shared.models.extension import Extension
from linkus.shared.models.setting import Setting
from linkus.trunk.models import Trunk

FINGERPRINT = "seal_key"  # key of a row in the settings table
SAMPLE = 50  # sealed values per kind to try while no fingerprint is stored


class KeyState(StrEnum):
    GOOD = "good"
    MISSING = "missing"
    FOREIGN = "foreign"  # not the key that sealed the values, or not a valid key


class SealKey(BaseModel):
    fingerprint: str = ""


@dataclass(frozen=True)
class Unreadable:
    """The sealed values that the key does not open."""

    trunks: tuple[str, ...] = ()  # names of trunks
    mail_server: bool = False

    def __bool__(self) -> bool:
        return bool(self.trunks) or self.mail_server


@dataclass(frozen=True)
class Loss:
    """The values to enter again after the loss of the key."""

    trunks: tuple[str, ...]
    mail_server: bool
    pins: int  # number of newly created PINs


def fingerprint_of(key: str) -> str:
    """Return a fingerprint that tells keys apart. It does not reveal the 256-bit key."""
    return hashlib.sha256(f"linkus seal {key}".encode()).hexdigest()[:32]


def judge(stored: str, present: str | None, opens: Iterable[bool]) -> KeyState:
    """Return the state of a key. `stored` and `present` are fingerprints; `opens` tells of each sealed value whether
    the key opens it.

    Without a stored fingerprint, a key is good if it opens any value: a single bad value does not make the key wrong.
    """
    outcomes = list(opens)
    if not outcomes:
        return KeyState.GOOD  # nothing is sealed yet
    if present is None:
        return KeyState.MISSING
    if stored:
        return KeyState.GOOD if stored == present else KeyState.FOREIGN
    return KeyState.GOOD if any(outcomes) else KeyState.FOREIGN


async def key_state(db: AsyncSession, key: str | None) -> KeyState:
    """Return the state of the key by the content of the database. `key` is None if its file is missing."""
    stored = await _stored(db)
    seal = seal_of(key)
    values = await _sample(db)
    state = judge(stored, None if key is None else fingerprint_of(key), (_opens(seal, value) for value in values))
    return KeyState.FOREIGN if state is KeyState.GOOD and key is not None and seal is None else state


async def remember(db: AsyncSession, key: str) -> None:
    """Store the fingerprint, so that another key is noticed later."""
    value = SealKey(fingerprint=fingerprint_of(key)).model_dump()
    row = await db.get(Setting, FINGERPRINT)
    if row is None:
        db.add(Setting(key=FINGERPRINT, value=value))
    elif row.value != value:
        row.value = value


def seal_of(key: str | None) -> Seal | None:
    """Return the seal of a key. Return None for a missing or invalid key, such as a truncated file."""
    try:
        return None if key is None else Seal(key.encode())
    except ValueError:
        return None


async def unreadable(db: AsyncSession, seal: Seal) -> Unreadable:
    """Return the sealed values that must be entered again. Each affects only its own trunk, or the mail server."""
    trunks = (await db.scalars(select(Trunk).where(Trunk.password_sealed != "").order_by(Trunk.id))).all()
    mail = await _mail_server(db)
    return Unreadable(
        tuple(trunk.name for trunk in trunks if not _opens(seal, trunk.password_sealed)),
        bool(mail) and not _opens(seal, mail),
    )


async def accept_loss(db: AsyncSession, key: str) -> Loss:
    """Mark unreadable values as lost, so that the portal asks for them, and create new voicemail PINs."""
    seal = Seal(key.encode())
    trunks, pins = [], 0
    for trunk in (await db.scalars(select(Trunk).where(Trunk.password_sealed != "").order_by(Trunk.id))).all():
        if not _opens(seal, trunk.password_sealed):
            trunk.password_sealed = LOST_VALUE
            trunks.append(trunk.name)
    async for extension in await db.stream_scalars(select(Extension).order_by(Extension.id)):
        if not _opens(seal, extension.voicemail_pin_sealed):
            extension.voicemail_pin_sealed = seal.seal(random_pin(extension.number))
            pins += 1
    sealed = await _mail_server(db)
    is_mail_lost = bool(sealed) and not _opens(seal, sealed)
    if is_mail_lost:
        row = await db.get_one(Setting, MAIL_SERVER)
        row.value = {**row.value, "password_sealed": LOST_VALUE}
    for factor in (await db.scalars(select(SecondFactor))).all():
        if not _opens(seal, factor.secret_sealed):
            factor.secret_sealed = LOST_VALUE  # a recovery code, or `linkus rescue`, lets its administrator in
    await remember(db, key)
    lost = {"trunks": trunks, "mail_server": is_mail_lost, "voicemail_pins": pins}
    record(db, AuditAction.CHANGED, AuditObject.SERVER_SETTINGS, name="keys", after=lost)
    return Loss(tuple(trunks), is_mail_lost, pins)


async def _stored(db: AsyncSession) -> str:
    row = await db.get(Setting, FINGERPRINT)
    return "" if row is None else SealKey.model_validate(row.value).fingerprint


async def _mail_server(db: AsyncSession) -> str:
    row = await db.get(Setting, MAIL_SERVER)
    return "" if row is None else MailServerSettings.model_validate(row.value).password_sealed


async def _sample(db: AsyncSession) -> list[str]:
    trunks = await db.scalars(select(Trunk.password_sealed).where(Trunk.password_sealed != "").limit(SAMPLE))
    newest = select(Extension.voicemail_pin_sealed).where(func.length(Extension.voicemail_pin_sealed) > 0)
    pins = await db.scalars(newest.order_by(Extension.id.desc()).limit(SAMPLE))
    return [value for value in (*trunks.all(), *pins.all(), await _mail_server(db)) if is_kept(value)]


def _opens(seal: Seal | None, sealed: str) -> bool:
    return seal is not None and seal.opens(sealed)
