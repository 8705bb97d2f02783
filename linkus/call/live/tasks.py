"""Connects the live calls with the core and the edge, as long as the server runs."""

from __future__ import annotations

import functools

from fastapi import FastAPI

from linkus.call.live.answer_claims import AnswerClaims
from linkus.call.live.calls import Calls
from linkus.call.live.core_sync import follow, keep_journal
from linkus.call.records.journal import CoreJournal
from linkus.engine.asterisk import CoreManager
from linkus.engine.edge_events import ClientLeg, EdgeEvent
from linkus.engine.keys import read_key
from linkus.engine.layout import layout_of
from linkus.engine.plan_text import plan_text
from linkus.kit.background import Task
from linkus.kit.settings import CORE_AMI_PORT, EDGE_CORE_PORT, Settings


def install(app: FastAPI) -> None:
    """Install the calls. This runs after presence, which the calls use."""
    settings: Settings = app.state.settings
    render = functools.partial(plan_text, internal=settings.internal_host, edge_port=EDGE_CORE_PORT)
    app.state.answer_claims = AnswerClaims()
    calls = app.state.calls = Calls(app.state.bus, app.state.presence, render)

    def hear(event: EdgeEvent) -> None:
        if isinstance(event, ClientLeg):
            calls.leg_owners.note(event.call, event.aor, event.contact)

    app.state.edge_listeners.append(hear)


def tasks(app: FastAPI) -> list[Task]:
    settings: Settings = app.state.settings
    if settings.engine == "off":
        return []
    manager = CoreManager(settings.internal_host, CORE_AMI_PORT, read_key(settings.home / "keys", "ami_secret"))
    core_journal = CoreJournal(layout_of(settings).core_journal)
    return [
        manager.run,
        functools.partial(follow, app.state.calls, manager, core_journal),
        functools.partial(keep_journal, app.state.calls, manager, core_journal),
    ]
