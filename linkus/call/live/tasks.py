"""Connects the live calls with the core and the edge, as long as the server runs."""

from __future__ import annotations

import functools

from linkus.call.live.core_sync import follow, keep_journal
from linkus.call.records.journal import CoreJournal
from linkus.engine.asterisk import CoreManager
from linkus.engine.edge_events import ClientLeg
from linkus.engine.keys import read_key
from linkus.engine.layout import layout_of
from linkus.kit.background import Task
from linkus.kit.settings import CORE_AMI_PORT
from linkus.services import Services


def install(services: Services) -> None:
    def hear(event: object) -> None:
        if isinstance(event, ClientLeg):
            services.calls.leg_owners.note(event.call, event.aor, event.contact)

    services.edge_listeners.append(hear)


def tasks(services: Services) -> list[Task]:
    settings = services.settings
    if settings.engine == "off":
        return []
    manager = CoreManager(settings.internal_host, CORE_AMI_PORT, read_key(settings.home / "keys", "ami_secret"))
    core_journal = CoreJournal(layout_of(settings).core_journal)
    return [
        manager.run,
        functools.partial(follow, services.calls, manager, core_journal),
        functools.partial(keep_journal, services.calls, manager, core_journal),
    ]
