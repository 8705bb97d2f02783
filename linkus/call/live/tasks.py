"""Connects the live calls with the core and the edge, as long as the server runs."""

from __future__ import annotations

import functools

from linkus.call.live.core_sync import follow, keep_journal
from linkus.call.live.deregistered_clients import DeregisteredClients
from linkus.call.live.lost_clients import LostClients
from linkus.call.records.journal import CoreJournal
from linkus.call.services import CallServices
from linkus.engine.asterisk import CoreManager
from linkus.engine.edge_events import ClientLeg
from linkus.engine.keys import read_key
from linkus.engine.layout import layout_of
from linkus.kit.background import Task
from linkus.kit.outbox_worker import Worker
from linkus.kit.settings import CORE_AMI_PORT

MAX_CONCURRENT_ENDS = 16


def install(services: CallServices) -> None:
    def hear(event: object) -> None:
        if isinstance(event, ClientLeg):
            services.calls.leg_owners.note(event.call, event.aor, event.contact)

    services.edge_listeners.append(hear)
    services.presence.connection_observers.append(LostClients(services))
    services.presence.deregistration_observers.append(DeregisteredClients(services))


def tasks(services: CallServices) -> list[Task]:
    settings = services.settings
    if settings.engine == "off":
        return []
    manager = CoreManager(settings.internal_host, CORE_AMI_PORT, read_key(settings.home / "keys", "ami_secret"))
    core_journal = CoreJournal(layout_of(settings).core_journal)
    end_calls = DeregisteredClients(services).end_calls
    return [
        manager.run,
        functools.partial(follow, services.calls, manager, core_journal),
        functools.partial(keep_journal, services.calls, manager, core_journal),
        Worker(services.database, services.outbox, "call.end", end_calls, concurrency=MAX_CONCURRENT_ENDS).run,
    ]
