"""The metrics besides request timings: parts, registrations, calls and outbox (docs/en/operator.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from linkus.kit.kinds import SipKind
from linkus.kit.outbox import waiting
from linkus.system.health import READY, status
from linkus.system.services import SystemServices

Figures = list[GaugeMetricFamily | CounterMetricFamily]


async def exposition(services: SystemServices) -> bytes:
    """Return all metrics in Prometheus' format: the counters of the process, and gauges read at this moment."""
    registry = CollectorRegistry()
    registry.register(_Present([*await _parts(services), *_people(services), *await _outbox(services)]))
    return generate_latest() + generate_latest(registry)


class _Present(Collector):
    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Any]:
        return self._figures


async def _parts(services: SystemServices) -> Figures:
    up = GaugeMetricFamily("linkus_part_up", "Whether a part is ready: 1 or 0", labels=["part"])
    restarts = CounterMetricFamily("linkus_part_restarts", "How often a part was started again", labels=["part"])
    for part in (await status(services, "en")).parts:
        up.add_metric([part.name], float(part.state == READY))
        restarts.add_metric([part.name], part.restarts)
    failing = GaugeMetricFamily("linkus_background_tasks_failing", "Background tasks of the brain that fail")
    failing.add_metric([], len(services.background.failing))
    refused = CounterMetricFamily("linkus_edge_refused_messages", "SIP messages refused at the edge", labels=["reason"])
    for reason, count in services.edge_counters.refused.items():
        refused.add_metric([reason], count)
    faults = CounterMetricFamily("linkus_edge_script_faults", "Exceptions in the edge's routing script")
    faults.add_metric([], services.edge_counters.faults)
    return [up, restarts, failing, refused, faults]


def _people(services: SystemServices) -> Iterator[GaugeMetricFamily]:
    registered = GaugeMetricFamily("linkus_registrations", "Registered clients and phones", labels=["kind"])
    counts = services.presence.registry.counts()
    for kind in SipKind:
        registered.add_metric([kind.value], counts[kind.value])
    yield registered
    calls = GaugeMetricFamily("linkus_calls", "Calls that go on", labels=["state"])
    states = [call.state.value for call in services.calls.live()]
    for state in ("ringing", "talking"):
        calls.add_metric([state], states.count(state))
    yield calls


async def _outbox(services: SystemServices) -> Figures:
    rows = GaugeMetricFamily("linkus_outbox_rows", "What is to be done; mail.send: mails queued", labels=["topic"])
    due = GaugeMetricFamily("linkus_outbox_rows_due", "What could be done now and is not begun", labels=["topic"])
    try:
        async with services.database.transaction(write=False) as db:
            found = await waiting(db)
    except SQLAlchemyError:
        return []  # linkus_part_up reports that the database is away
    for topic in sorted({*found, *services.outbox.topics}):
        count, late = found.get(topic, (0, 0))
        rows.add_metric([topic], count)
        due.add_metric([topic], late)
    return [rows, due]
