"""The live calls, and the dependencies by which endpoints get them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from linkus.call.live.answer_claims import AnswerClaims
from linkus.call.live.calls import Calls
from linkus.presence.services import PresenceServices


@dataclass(kw_only=True)
class CallServices(PresenceServices):
    calls: Calls
    answer_claims: AnswerClaims = field(default_factory=AnswerClaims)


async def _call_services(connection: HTTPConnection) -> CallServices:
    services: CallServices = connection.app.state.services
    return services


async def _calls(connection: HTTPConnection) -> Calls:
    services: CallServices = connection.app.state.services
    return services.calls


async def _answer_claims(connection: HTTPConnection) -> AnswerClaims:
    services: CallServices = connection.app.state.services
    return services.answer_claims


AppCallServices = Annotated[CallServices, Depends(_call_services)]
AppCalls = Annotated[Calls, Depends(_calls)]
AppAnswerClaims = Annotated[AnswerClaims, Depends(_answer_claims)]
