"""Runs all checks in order, and prints each finding as soon as it is known."""

import asyncio
import datetime
from collections.abc import AsyncIterator

from linkus.doctor.addresses import check_addresses
from linkus.doctor.finding import Finding, Level, lines_of
from linkus.doctor.instance import check_certificate, check_database, check_engine, check_integrity
from linkus.doctor.keys import check_keys
from linkus.doctor.machine import (
    check_clock,
    check_disk,
    check_fence,
    check_ports_free,
    check_udp_guard,
    clock_is_synchronised,
)
from linkus.doctor.mail import check_mail_server
from linkus.engine import fence
from linkus.engine.layout import layout_of
from linkus.kit.settings import Settings
from linkus.runtime.console import both, say


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    layout, now = layout_of(settings), datetime.datetime.now(datetime.UTC)
    yield check_disk(layout)
    yield check_clock(now, clock_is_synchronised())
    for finding in check_addresses(settings):
        yield finding
    for finding in check_ports_free(layout):
        yield finding
    yield check_fence(fence.is_possible())
    for finding in check_udp_guard(layout):
        yield finding
    yield check_certificate(layout, now)
    for finding in await check_engine(layout):
        yield finding
    database = await check_database(settings)
    yield database
    if database.level is not Level.OK:
        return
    yield await check_integrity(settings)
    keys, seal = await check_keys(settings)
    yield keys
    if seal is not None:
        yield await check_mail_server(settings, seal)


def run_doctor(settings: Settings) -> int:
    """Print the findings. Return 1 if there is a problem."""
    return asyncio.run(_run(settings))


async def _run(settings: Settings) -> int:
    problems = 0
    async for finding in examine(settings):
        for line in lines_of(finding):
            say(line)
        problems += finding.level is Level.PROBLEM
    say()
    if problems:
        say(both(f"发现 {problems} 个问题", f"Problems found: {problems}"))
        return 1
    say(both("一切正常", "Everything is all right"))
    return 0
