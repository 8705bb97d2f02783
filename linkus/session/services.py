"""The services of sessions, and the dependencies by which endpoints get them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from linkus.lockout.lockouts import Lockouts
from linkus.lockout.services import LockoutServices
from linkus.session.limits import ChangeLimits, MailTestLimits, ResetLimits


@dataclass(kw_only=True)
class SessionServices(LockoutServices):
    reset_limits: ResetLimits = field(default_factory=ResetLimits)
    change_limits: ChangeLimits = field(default_factory=ChangeLimits)
    mail_test_limits: MailTestLimits = field(default_factory=MailTestLimits)


async def _lockouts(connection: HTTPConnection) -> Lockouts:
    services: SessionServices = connection.app.state.services
    return services.lockouts


async def _reset_limits(connection: HTTPConnection) -> ResetLimits:
    services: SessionServices = connection.app.state.services
    return services.reset_limits


async def _change_limits(connection: HTTPConnection) -> ChangeLimits:
    services: SessionServices = connection.app.state.services
    return services.change_limits


async def _mail_test_limits(connection: HTTPConnection) -> MailTestLimits:
    services: SessionServices = connection.app.state.services
    return services.mail_test_limits


AppLockouts = Annotated[Lockouts, Depends(_lockouts)]
AppResetLimits = Annotated[ResetLimits, Depends(_reset_limits)]
AppChangeLimits = Annotated[ChangeLimits, Depends(_change_limits)]
AppMailTestLimits = Annotated[MailTestLimits, Depends(_mail_test_limits)]
