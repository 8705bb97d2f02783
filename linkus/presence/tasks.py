"""Connects presence with the edge, as long as the server runs."""

from __future__ import annotations

import functools

from linkus.engine.kamailio import Edge
from linkus.engine.layout import layout_of
from linkus.kit.background import Task
from linkus.kit.outbox_worker import Handler, Worker
from linkus.kit.settings import EDGE_RPC_PORT
from linkus.presence.deregistration import Deregistration
from linkus.presence.edge_sync import EdgeSync
from linkus.presence.edge_writer import EdgeWriter
from linkus.presence.phone_batcher import MAX_BATCH_PHONES
from linkus.presence.services import PresenceServices

MAX_EDGE_REQUESTS = 16  # concurrent


def tasks(services: PresenceServices) -> list[Task]:
    """Return no tasks without the engine: changes for the edge then wait in the outbox."""
    settings = services.settings
    if settings.engine == "off":
        return []
    edge = Edge.at(settings.internal_host, EDGE_RPC_PORT, layout_of(settings).keys)
    services.on_close.append(edge.close)
    writer = EdgeWriter(services.database, services.presence, edge)
    edge_sync = EdgeSync(services, edge, writer)
    deregistration = Deregistration(services.database, services.presence, edge)

    def work(topic: str, handler: Handler, max_concurrency: int = MAX_EDGE_REQUESTS) -> Task:
        return Worker(
            services.database,
            services.outbox,
            topic,
            handler,
            concurrency=MAX_EDGE_REQUESTS,
            max_concurrency=max_concurrency,
        ).run

    return [
        functools.partial(edge_sync.listen, layout_of(settings).edge_events_socket),
        edge_sync.reconcile_forever,
        work("edge.phone", writer.write_phone, max_concurrency=2 * MAX_BATCH_PHONES),  # one batch read, one written
        work("edge.revoke", deregistration.revoke),
    ]
