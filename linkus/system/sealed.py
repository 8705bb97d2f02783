"""What is sealed in the database, and whether the key that is here opens it.

The key `keys/seal` lies outside the database, and its fingerprint in it: a database that comes back without its keys,
or keys that were made anew, are noticed before anything is written with another key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.extension.models import Extension
from linkus.extension.secret_values import random_pin
from linkus.kit.secrets import LOST, Seal, is_kept
from linkus.mail.schemas import MailServerSettings
from linkus.mail.server import KEY as MAIL_SERVER
from linkus.system.models import Setting
from linkus.trunk.models import Trunk

FINGERPRINT = "seal_key"  # a group of the table of settings
SAMPLE = 50  # sealed values of a kind that are tried while no fingerprint is stored yet


class KeyState(StrEnum):
    GOOD = "good"
    MISSING = "missing"
    FOREIGN = "foreign"  # another one than the values were sealed with, or none at all


class SealKey(BaseModel):
    fingerprint: str = ""


@dataclass(frozen=True)
class Unreadable:
    """The sealed values that the key does not open."""

    trunks: tuple[str, ...] = ()  # their names
    mail_server: bool = False

    def __bool__(self) -> bool:
        return bool(self.trunks) or self.mail_server


@dataclass(frozen=True)
class Loss:
    """What is to be entered again after the loss of the key."""

    trunks: tuple[str, ...]
    mail_server: bool
    pins: int  # were made anew


def fingerprint_of(key: str) -> str:
    """Tells keys apart; nobody finds a key of 256 bits by it."""
    return hashlib.sha256(f"linkus seal {key}".encode()).hexdigest()[:32]


def judge(stored: str, present: str | None, opens: Iterable[bool]) -> KeyState:
    """Say how a key fits. `stored` and `present` are fingerprints; `opens`: which of the sealed values it opens.

    Before fingerprints were stored, a key is good when it opens anything: one bad value concerns itself alone.
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
    """Judge the key (None: its file is not there) by what is in the database."""
    stored = await _stored(db)
    seal = seal_of(key)
    values = await _sample(db)
    state = judge(stored, None if key is None else fingerprint_of(key), (_opens(seal, value) for value in values))
    return KeyState.FOREIGN if state is KeyState.GOOD and key is not None and seal is None else state


async def remember(db: AsyncSession, key: str) -> None:
    """Store the fingerprint, so that another key is noticed from now on."""
    value = SealKey(fingerprint=fingerprint_of(key)).model_dump()
    row = await db.get(Setting, FINGERPRINT)
    if row is None:
        db.add(Setting(key=FINGERPRINT, value=value))
    elif row.value != value:
        row.value = value


def seal_of(key: str | None) -> Seal | None:
    """None for what is no key at all, such as a file that was cut off."""
    try:
        return None if key is None else Seal(key.encode())
    except ValueError:
        return None


async def unreadable(db: AsyncSession, seal: Seal) -> Unreadable:
    """Find the sealed values that have to be entered again. Each concerns its own trunk, or the mail server, alone."""
    trunks = (await db.scalars(select(Trunk).where(Trunk.password_sealed != "").order_by(Trunk.id))).all()
    mail = await _mail_server(db)
    return Unreadable(
        tuple(trunk.name for trunk in trunks if not _opens(seal, trunk.password_sealed)),
        bool(mail) and not _opens(seal, mail),
    )


async def accept_loss(db: AsyncSession, key: str) -> Loss:
    """Mark what cannot be opened any more as lost, so that the portal asks for it; make voicemail PINs anew."""
    seal = Seal(key.encode())
    trunks, pins = [], 0
    for trunk in (await db.scalars(select(Trunk).where(Trunk.password_sealed != "").order_by(Trunk.id))).all():
        if not _opens(seal, trunk.password_sealed):
            trunk.password_sealed = LOST
            trunks.append(trunk.name)
    async for extension in await db.stream_scalars(select(Extension).order_by(Extension.id)):
        if not _opens(seal, extension.voicemail_pin_sealed):
            extension.voicemail_pin_sealed = seal.seal(random_pin(extension.number))
            pins += 1
    sealed = await _mail_server(db)
    is_mail_lost = bool(sealed) and not _opens(seal, sealed)
    if is_mail_lost:
        row = await db.get_one(Setting, MAIL_SERVER)
        row.value = {**row.value, "password_sealed": LOST}
    await remember(db, key)
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
