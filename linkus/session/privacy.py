"""Handles the privacy text. Every user accepts it before anything else, and again when it changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.clock import now
from linkus.kit.errors import Conflict
from linkus.kit.fields import Body, Text, Version
from linkus.kit.messages import Language
from linkus.kit.work import UnitOfWork
from linkus.session import repository
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.setting_groups import read_group, write_group

KEY = "privacy"
MAX_TEXT_CHARACTERS = 10_000
MAX_ASKED_VERSIONS = 100
NO_TEXT = 0  # the version when there is nothing to accept


class Asked(BaseModel):
    """Says that everybody has to accept `version` from `at` on; NO_TEXT if the text was taken away."""

    version: int
    at: datetime


class PrivacyText(BaseModel):
    """Holds the privacy text. `asked`: the versions to accept and since when, oldest first."""

    text_zh: str = ""
    text_en: str = ""
    asked: list[Asked] = []

    @property
    def version(self) -> int:
        """Return the version that has to be accepted now."""
        return self.asked[-1].version if self.asked else NO_TEXT

    def text(self, language: Language) -> str:
        own, other = (self.text_en, self.text_zh) if language == "en" else (self.text_zh, self.text_en)
        return own or other


class PrivacyUpdate(Body):
    """Changes the privacy text. `small_correction`: users who have accepted the text before are not asked again."""

    text_zh: Annotated[Text, Field(max_length=MAX_TEXT_CHARACTERS)] = ""
    text_en: Annotated[Text, Field(max_length=MAX_TEXT_CHARACTERS)] = ""
    small_correction: bool = False
    version: Version


class PrivacyView(BaseModel):
    """Describes the privacy text. `asked_since`: since when every user has to accept it; null if there is no text."""

    text_zh: str
    text_en: str
    asked_since: datetime | None
    version: int


class ReadersText(BaseModel):
    """Holds the text for the user. `version` goes back with the consent."""

    needed: bool
    version: int
    text: str


class PrivacyConsent(Body):
    version: Version


def is_needed(text: PrivacyText, accepted: int) -> bool:
    return accepted < text.version


def is_refused(text: PrivacyText, accepted: int, signed_in_at: datetime) -> bool:
    """Return whether a session may do nothing yet.

    A session that was allowed when the text changed continues until its client is loaded again: a change in the portal
    must neither end calls nor make people unreachable. Therefore the text at the time of the sign-in counts.
    """
    return is_needed(text, accepted) and accepted < asked_at(text.asked, signed_in_at)


def asked_at(asked: Sequence[Asked], moment: datetime) -> int:
    version = NO_TEXT
    for step in asked:
        if step.at <= moment:
            version = step.version
    return version


def changed(before: PrivacyText, body: PrivacyUpdate, moment: datetime) -> PrivacyText:
    """Return the group to save, with the version that `write_group` will give it."""
    texts = {"text_zh": _clean(body.text_zh), "text_en": _clean(body.text_en)}
    has_text = any(texts.values())
    is_same = texts == {"text_zh": before.text_zh, "text_en": before.text_en}
    asked = list(before.asked)
    if has_text and (before.version == NO_TEXT or not (is_same or body.small_correction)):
        asked.append(Asked(version=body.version + 1, at=moment))
    elif not has_text and before.version != NO_TEXT:
        asked.append(Asked(version=NO_TEXT, at=moment))
    return PrivacyText(**texts, asked=asked[-MAX_ASKED_VERSIONS:])


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


async def privacy_text(db: AsyncSession) -> PrivacyText:
    return (await read_group(db, KEY, PrivacyText))[0]


async def view(db: AsyncSession) -> PrivacyView:
    text, version = await read_group(db, KEY, PrivacyText)
    since = text.asked[-1].at if text.version != NO_TEXT else None
    return PrivacyView(text_zh=text.text_zh, text_en=text.text_en, asked_since=since, version=version)


async def update(work: UnitOfWork, body: PrivacyUpdate) -> PrivacyView:
    saved = changed(await privacy_text(work.db), body, now())
    await write_group(work, KEY, saved, body.version, lambda: view(work.db))
    return await view(work.db)


async def for_reader(db: AsyncSession, language: Language) -> ReadersText:
    text = await privacy_text(db)
    needed = text.version != NO_TEXT
    return ReadersText(needed=needed, version=text.version, text=text.text(language) if needed else "")


async def accept(work: UnitOfWork, extension_id: int, version: int) -> None:
    if version != (await privacy_text(work.db)).version:
        raise Conflict("privacy_changed")
    await repository.set_privacy_version(work.db, extension_id, version)
    record(work.db, AuditAction.ACCEPTED, AuditObject.PRIVACY_TEXT, name=str(version))
