"""Which user names sign in by hand (LM-1): the extension number, the e-mail address, or both."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.extension.models import Extension
from linkus.system.service import read_group

KEY = "login_mode"


class SignedInBy(StrEnum):
    """The way of a sign-in, kept with the session: a way that is closed ends what was opened by it."""

    NUMBER = "number"
    EMAIL = "email"
    CREDENTIAL = "credential"


class LoginMode(BaseModel):
    login_by_number: bool = True
    login_by_email: bool = True

    def allows(self, way: SignedInBy) -> bool:
        return {SignedInBy.NUMBER: self.login_by_number, SignedInBy.EMAIL: self.login_by_email}.get(way, True)


async def login_mode(db: AsyncSession) -> LoginMode:
    return (await read_group(db, KEY, LoginMode))[0]


async def user_names(db: AsyncSession, extension: Extension) -> tuple[str, ...]:
    """What the user types, the shortest first."""
    return user_names_by(await login_mode(db), extension)


def user_names_by(mode: LoginMode, extension: Extension) -> tuple[str, ...]:
    names = [extension.number] if mode.login_by_number else []
    if mode.login_by_email and extension.email:
        names.append(extension.email)
    return tuple(names)
