"""`linkus serve`: runs one instance with all its parts until it is stopped."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import structlog

from linkus import __version__
from linkus.engine import fence
from linkus.engine.kamailio import Edge, EdgeError
from linkus.engine.keys import ENGINE_NAMES, ensure_keys
from linkus.engine.layout import REPOSITORY, Layout, layout_of
from linkus.engine.probes import http_answers
from linkus.engine.programs import PART_NAMES, Program, engine_programs, reachable
from linkus.engine.render import prepare, render_all
from linkus.engine.sandbox import Sandbox
from linkus.engine.status import EngineStatus, PartState, PartStateName
from linkus.engine.supervisor import Supervisor
from linkus.engine.tls import find_certificate
from linkus.engine.upkeep import Upkeep
from linkus.kit.logs import configure_logs
from linkus.kit.settings import BRAIN_PORT, EDGE_RPC_PORT, Settings
from linkus.kit.waiting import wait_with_timeout
from linkus.runtime.addresses import print_addresses, print_setup_link
from linkus.runtime.channel import Report, SupervisorEnd
from linkus.runtime.console import Progress, Refusal
from linkus.runtime.limits import raise_file_limit
from linkus.runtime.lock import only_instance, write_run_record
from linkus.runtime.preflight import check_image, check_ports, check_sockets, check_tls, check_versions

FIRST_START_SECONDS = 90.0
FILLED_SECONDS = 30.0
FILLED_POLL_SECONDS = 0.1
log = structlog.get_logger("supervisor")

SetupLink = asyncio.Future[str | None]  # the exception is the brain's refusal to start


@dataclass(slots=True)
class Instance:
    """The components of a running instance."""

    settings: Settings
    layout: Layout
    progress: Progress
    status: EngineStatus
    supervisor: Supervisor
    sandboxes: dict[str, Sandbox | None]
    channel: SupervisorEnd
    upkeep: Upkeep
    setup_link: SetupLink
    stopping: asyncio.Event = field(default_factory=asyncio.Event)


async def serve(settings: Settings) -> None:
    layout, progress = layout_of(settings), Progress()
    with only_instance(settings.home):
        sandbox = check_image(layout)
        prepare(layout, sandbox)
        configure_logs(settings.log_level, layout.logs / "supervisor.log")
        raise_file_limit()
        instance = assemble(settings, layout, progress)
        _listen_for_the_end(instance)
        try:
            # the brain takes longest to load, so start it before the checks
            instance.supervisor.start("linkus")
            await _prepare(instance, sandbox)
            await _run(instance)
        finally:
            progress.step("正在停止", "Stopping")
            await instance.supervisor.stop()
            await instance.channel.close()
            await asyncio.to_thread(fence.take_down, layout)
            progress.step("已停止", "Stopped")


def assemble(settings: Settings, layout: Layout, progress: Progress) -> Instance:
    setup_link: SetupLink = asyncio.get_running_loop().create_future()
    status = EngineStatus(PART_NAMES)

    def on_report(report: Report) -> None:
        link = report.get("setup_link")
        if "refusal" in report and not setup_link.done():
            chinese, english = report["refusal"].split("\n")[:2]
            setup_link.set_exception(Refusal(chinese, english))
        elif not setup_link.done():
            setup_link.set_result(link)
        elif link:  # the brain restarted before an administrator existed, which voids the earlier link
            print_setup_link(link)

    channel = SupervisorEnd(status, on_report)
    programs = [brain_program(layout, channel), *engine_programs(layout)]
    sandboxes: dict[str, Sandbox | None] = {"linkus": None}
    supervisor = Supervisor(programs, sandboxes, layout.logs, status)
    upkeep = Upkeep(layout, supervisor)
    return Instance(settings, layout, progress, status, supervisor, sandboxes, channel, upkeep, setup_link)


async def _prepare(instance: Instance, sandbox: Sandbox) -> None:
    layout = instance.layout
    check_ports(layout)
    check_sockets(layout)
    check_tls(layout)
    await asyncio.to_thread(fence.put_up, layout)
    versions = await check_versions(sandbox)
    render_all(layout, sandbox, ensure_keys(layout.keys, ENGINE_NAMES), find_certificate(layout))
    instance.sandboxes.update(dict.fromkeys(versions, sandbox))
    instance.channel.go({"linkus": __version__, **versions})
    instance.progress.step("检查完成，配置已生成", "Checked, and configuration written")


def brain_program(layout: Layout, channel: SupervisorEnd) -> Program:
    return Program(
        "linkus",
        [sys.executable, "-m", "linkus.runtime.brain"],
        http_answers(f"http://{reachable(layout.internal)}:{BRAIN_PORT}/healthz"),
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        open_stdin=channel.open,
    )


def _listen_for_the_end(instance: Instance) -> None:
    loop = asyncio.get_running_loop()

    def stop() -> None:
        if instance.stopping.is_set():  # second signal: do not wait
            instance.supervisor.kill()
        instance.stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop)
    # lets an operator apply a renewed certificate without waiting up to an hour
    loop.add_signal_handler(signal.SIGUSR1, instance.upkeep.now)


async def _run(instance: Instance) -> None:
    def changed(part: PartState) -> None:
        if part.state is PartStateName.READY:
            instance.progress.step(f"{part.name} 已就绪", f"{part.name} is ready")
        elif part.state in (PartStateName.RESTARTING, PartStateName.FAILED) and part.pid is None:
            instance.progress.step(f"{part.name}：{part.message('zh-CN')}", f"{part.name}: {part.message('en')}")
        _write_record(instance)

    unsubscribe = instance.status.subscribe(changed)
    instance.supervisor.start()
    upkeep = asyncio.create_task(instance.upkeep.run())
    stopping = asyncio.create_task(instance.stopping.wait())
    try:
        ready = asyncio.create_task(_wait_ready(instance))
        await asyncio.wait({ready, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if ready.done():
            print_addresses(instance.settings, instance.layout, ready.result(), instance.progress.seconds)
            await stopping
        ready.cancel()
    finally:
        upkeep.cancel()
        stopping.cancel()
        unsubscribe()


async def _wait_ready(instance: Instance) -> str | None:
    """Wait until every part has been ready once. Return the setup link of the first administrator, if any."""
    failed: asyncio.Future[PartState] = asyncio.get_running_loop().create_future()

    def watch(part: PartState) -> None:
        if part.state is PartStateName.FAILED and not failed.done():
            failed.set_result(part)

    unsubscribe = instance.status.subscribe(watch)
    ready = asyncio.create_task(instance.supervisor.wait_ready())
    try:
        await _first_of(ready, failed, instance.setup_link)
        if not ready.done():
            part = failed.result() if failed.done() else _slowest(instance.status)
            log = instance.layout.logs / f"{part.name}.log"
            raise Refusal(
                f"{part.name} 无法启动，请查看 {log}。{part.message('zh-CN')}",
                f"{part.name} does not start, see {log}. {part.message('en')}",
            )
        link = await wait_with_timeout(instance.setup_link, FIRST_START_SECONDS)
        await _wait_filled(instance.layout)
        return link
    finally:
        ready.cancel()
        unsubscribe()


async def _wait_filled(layout: Layout) -> None:
    """Wait until the edge knows all extensions and trunks, because it refuses calls and registrations until then. After
    a timeout the start continues: the addresses are shown, and the status page reports the problem."""
    edge = Edge.at(layout.internal, EDGE_RPC_PORT, layout.keys)
    deadline = time.monotonic() + FILLED_SECONDS
    try:
        while await _is_being_filled(edge):
            if time.monotonic() > deadline:
                log.warning("edge not filled", seconds=FILLED_SECONDS)
                break
            await asyncio.sleep(FILLED_POLL_SECONDS)
    finally:
        await edge.close()


async def _is_being_filled(edge: Edge) -> bool:
    try:
        return bool(await edge.missing())
    except EdgeError:  # the edge has died; the brain fills it again after its restart
        return True


async def _first_of(ready: asyncio.Future[None], failed: asyncio.Future[PartState], link: SetupLink) -> None:
    """Wait until `ready` or `failed` is done, or time is up. Raise a refusal of the brain, which may replace the
    link."""
    waiting: set[asyncio.Future[Any]] = {ready, failed, link}
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(FIRST_START_SECONDS):
            while not (ready.done() or failed.done()):
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                if link in done:
                    link.result()


def _slowest(status: EngineStatus) -> PartState:
    return next(part for part in status.parts if part.state is not PartStateName.READY)


def _write_record(instance: Instance) -> None:
    write_run_record(
        instance.layout.home,
        {
            "pid": os.getpid(),
            "host": instance.layout.host,
            "internal": instance.layout.internal,
            "addresses": [each.local for each in instance.upkeep.addresses.endpoints],
            "portal": instance.settings.portal_url,
            "linkus": instance.settings.linkus_url,
            "version": __version__,
            "written_at": time.time(),
            "parts": {
                part.name: {
                    "state": part.state,
                    "pid": part.pid,
                    "restarts": part.restarts,
                    "udp_problem": part.udp_problem,
                }
                for part in instance.status.parts
            },
        },
    )


def run(settings: Settings) -> None:
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(settings))
