"""The services of sessions, and the dependencies by which endpoints get them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from linkus.kit.services import KitServices
from linkus.session.limits import ChangeLimits, MailTestLimits, ResetLimits, SecondFactorLimits, SignInLimits


@dataclass(kw_only=True)
class SessionServices(KitServices):
    sign_in_limits: SignInLimits = field(default_factory=SignInLimits)
    reset_limits: ResetLimits = field(default_factory=ResetLimits)
    second_factor_limits: SecondFactorLimits = field(default_factory=SecondFactorLimits)
    change_limits: ChangeLimits = field(default_factory=ChangeLimits)
    mail_test_limits: MailTestLimits = field(default_factory=MailTestLimits)


async def _sign_in_limits(connection: HTTPConnection) -> SignInLimits:
    services: SessionServices = connection.app.state.services
    return services.sign_in_limits


async def _reset_limits(connection: HTTPConnection) -> ResetLimits:
    services: SessionServices = connection.app.state.services
    return services.reset_limits


async def _second_factor_limits(connection: HTTPConnection) -> SecondFactorLimits:
    services: SessionServices = connection.app.state.services
    return services.second_factor_limits


async def _change_limits(connection: HTTPConnection) -> ChangeLimits:
    services: SessionServices = connection.app.state.services
    return services.change_limits


async def _mail_test_limits(connection: HTTPConnection) -> MailTestLimits:
    services: SessionServices = connection.app.state.services
    return services.mail_test_limits


AppSignInLimits = Annotated[SignInLimits, Depends(_sign_in_limits)]
AppResetLimits = Annotated[ResetLimits, Depends(_reset_limits)]
AppSecondFactorLimits = Annotated[SecondFactorLimits, Depends(_second_factor_limits)]
AppChangeLimits = Annotated[ChangeLimits, Depends(_change_limits)]
AppMailTestLimits = Annotated[MailTestLimits, Depends(_mail_test_limits)]
