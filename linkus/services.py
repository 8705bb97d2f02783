"""All services of the running server, and the dependencies by which endpoints get those of features.

`linkus/app.py` builds them. A feature's endpoints declare a dependency; its tasks get `Services` as a parameter.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from linkus.call.live.answer_claims import AnswerClaims
from linkus.call.live.calls import Calls
from linkus.client_permission.visibility.directory import Directory, Visibility
from linkus.kit.clock import now
from linkus.kit.services import KitServices
from linkus.organization.impact import ImpactSource
from linkus.presence.service import Presence
from linkus.prompt.files import PromptFiles
from linkus.security.limits import ResetLimits, SignInLimits
from linkus.system.edge_counters import EdgeCounters
from linkus.system.ports import EngineParts, no_edge
from linkus.system.storage import StorageWatch
from linkus.trunk.monitor import TrunkMonitor
from linkus.voicemail.files import MessageFiles


@dataclass(kw_only=True)
class Services(KitServices):
    """Holds what features offer to each other."""

    presence: Presence
    calls: Calls
    visibility: Visibility
    # rules that a change of a department or group concerns
    impact_sources: list[ImpactSource] = field(default_factory=list)
    answer_claims: AnswerClaims = field(default_factory=AnswerClaims)
    trunk_monitor: TrunkMonitor
    prompt_files: PromptFiles
    voicemail_files: MessageFiles
    storage: StorageWatch
    engine_status: EngineParts
    engine_versions: Mapping[str, str]  # of the running programs, by name
    edge_counters: EdgeCounters = field(default_factory=EdgeCounters)
    edge_is_being_filled: Callable[[], Awaitable[bool]] = no_edge
    # called with each event of the edge (linkus/engine/edge_events.py); must not block
    edge_listeners: list[Callable[[object], None]] = field(default_factory=list)
    sign_in_limits: SignInLimits = field(default_factory=SignInLimits)
    reset_limits: ResetLimits = field(default_factory=ResetLimits)
    started_at: datetime = field(default_factory=now)
    # close what a feature opened; called when all tasks have ended
    on_close: list[Callable[[], Awaitable[None]]] = field(default_factory=list)


async def _services(connection: HTTPConnection) -> Services:
    services: Services = connection.app.state.services
    return services


AppServices = Annotated[Services, Depends(_services)]


async def _presence(services: AppServices) -> Presence:
    return services.presence


async def _calls(services: AppServices) -> Calls:
    return services.calls


async def _impact_sources(services: AppServices) -> list[ImpactSource]:
    return services.impact_sources


async def _directory(services: AppServices) -> Directory:
    return await services.visibility.current()


async def _answer_claims(services: AppServices) -> AnswerClaims:
    return services.answer_claims


async def _trunk_monitor(services: AppServices) -> TrunkMonitor:
    return services.trunk_monitor


async def _prompt_files(services: AppServices) -> PromptFiles:
    return services.prompt_files


async def _voicemail_files(services: AppServices) -> MessageFiles:
    return services.voicemail_files


async def _sign_in_limits(services: AppServices) -> SignInLimits:
    return services.sign_in_limits


async def _reset_limits(services: AppServices) -> ResetLimits:
    return services.reset_limits


AppPresence = Annotated[Presence, Depends(_presence)]
AppCalls = Annotated[Calls, Depends(_calls)]
AppImpactSources = Annotated[list[ImpactSource], Depends(_impact_sources)]
AppDirectory = Annotated[Directory, Depends(_directory)]  # with every change committed so far
AppAnswerClaims = Annotated[AnswerClaims, Depends(_answer_claims)]
AppTrunkMonitor = Annotated[TrunkMonitor, Depends(_trunk_monitor)]
AppPromptFiles = Annotated[PromptFiles, Depends(_prompt_files)]
AppVoicemailFiles = Annotated[MessageFiles, Depends(_voicemail_files)]
AppSignInLimits = Annotated[SignInLimits, Depends(_sign_in_limits)]
AppResetLimits = Annotated[ResetLimits, Depends(_reset_limits)]
