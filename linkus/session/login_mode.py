"""Rules for which user names sign in by hand (LM-1): the extension number, the email address, or both."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.errors import FieldError, ValidationFailed
from linkus.kit.fields import Body, Version
from linkus.kit.work import UnitOfWork
from linkus.session import repository
from linkus.session.schemas import EndReason
from linkus.session.service import end_sessions
from linkus.shared.models.extension import Extension
from linkus.shared.setting_groups import hold_group, read_group, write_group

KEY = "login_mode"


class SignedInBy(StrEnum):
    """Names the way of a sign-in, which is stored with the session. Closing a way ends the sessions that it opened."""

    NUMBER = "number"
    EMAIL = "email"
    CREDENTIAL = "credential"


LoginName = Literal["number", "email"]


class LoginMode(BaseModel):
    login_by_number: bool = True
    login_by_email: bool = True

    def allows(self, way: SignedInBy) -> bool:
        return {SignedInBy.NUMBER: self.login_by_number, SignedInBy.EMAIL: self.login_by_email}.get(way, True)

    @property
    def names(self) -> list[LoginName]:
        names: list[LoginName] = ["number"] if self.login_by_number else []
        return [*names, "email"] if self.login_by_email else names


async def login_mode(db: AsyncSession, *, hold: bool = False) -> LoginMode:
    """Return the login mode. With `hold`, nobody changes it until the transaction ends."""
    if hold:
        await hold_group(db, KEY)
    return (await read_group(db, KEY, LoginMode))[0]


async def user_names(db: AsyncSession, extension: Extension) -> tuple[str, ...]:
    """Return the user names that the user can type, the shortest first."""
    return user_names_by(await login_mode(db), extension)


def user_names_by(mode: LoginMode, extension: Extension) -> tuple[str, ...]:
    names = [extension.number] if mode.login_by_number else []
    if mode.login_by_email and extension.email:
        names.append(extension.email)
    return tuple(names)


class LoginModeView(LoginMode):
    version: int


class LoginModeUpdate(Body):
    login_by_number: bool
    login_by_email: bool
    version: Version


class LoginModeSaved(LoginModeView):
    sessions_ended: int


class LoginModeEffect(BaseModel):
    """Counts the sign-outs that a change would cause, and the users with Linkus on that it would leave without a user
    name. These users have no email address, and could sign in only by a link or code."""

    sessions: int
    extensions: int
    without_email: int


async def view(db: AsyncSession) -> LoginModeView:
    mode, version = await read_group(db, KEY, LoginMode)
    return LoginModeView(**mode.model_dump(), version=version)


def closed_ways(mode: LoginMode) -> list[str]:
    return [way.value for way in SignedInBy if not mode.allows(way)]


async def effect(db: AsyncSession, mode: LoginMode) -> LoginModeEffect:
    sessions = await repository.live_sessions(db, signed_in_by=closed_ways(mode))
    loses_numbers = (await login_mode(db)).login_by_number and not mode.login_by_number
    return LoginModeEffect(
        sessions=len(sessions),
        extensions=len({session.extension_id for session, _ in sessions}),
        without_email=await repository.count_without_email(db) if loses_numbers else 0,
    )


async def update(work: UnitOfWork, body: LoginModeUpdate) -> LoginModeSaved:
    """Change the login mode. Closing a way immediately signs out everybody who came in by it."""
    mode = LoginMode(login_by_number=body.login_by_number, login_by_email=body.login_by_email)
    if not (mode.login_by_number or mode.login_by_email):
        error = FieldError("login_mode_none")
        raise ValidationFailed(fields={"login_by_number": error, "login_by_email": error})
    await write_group(work, KEY, mode, body.version, lambda: view(work.db))
    ended = await end_sessions(work, EndReason.LOGIN_MODE_CHANGED, signed_in_by=closed_ways(mode))
    return LoginModeSaved(**(await view(work.db)).model_dump(), sessions_ended=ended)
