"""The brain's process: API, events and tasks in one event loop, on the internal port."""

import asyncio
import socket

import uvicorn
import uvloop
from fastapi import FastAPI

from linkus.administrator.service import BadAdministratorSettings, ensure_setup_link
from linkus.app import create_app
from linkus.engine.programs import PART_NAMES
from linkus.engine.status import EngineStatus
from linkus.kit.logs import configure_logs
from linkus.kit.settings import BRAIN_PORT, Settings, get_settings
from linkus.runtime.channel import BrainEnd, Report
from linkus.runtime.console import both, say
from linkus.runtime.death import die_with_parent
from linkus.runtime.migrate import upgrade

STOP_SECONDS = 3


def run_brain(settings: Settings, *, supervised: bool = False) -> None:
    """With `supervised` as a child of `linkus serve`, which says when to begin; else alone, without the engine."""
    if supervised:
        die_with_parent()
    configure_logs(settings.log_level)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings, supervised=supervised))


class Server(uvicorn.Server):
    """uvicorn that says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


async def _serve(settings: Settings, *, supervised: bool) -> None:
    app = create_app(settings)
    status = EngineStatus(PART_NAMES)
    channel = BrainEnd(status)
    if supervised:  # for the status and about pages
        app.state.engine_status = status
        app.state.engine_versions = channel.versions
    server = Server(
        uvicorn.Config(
            app,
            host=settings.internal_host,
            port=BRAIN_PORT,
            http="httptools",
            ws="websockets-sansio",
            log_config=None,
            access_log=False,
            forwarded_allow_ips=settings.internal_host,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
    )
    async with asyncio.TaskGroup() as tasks:
        helpers = [tasks.create_task(_announce(app, server, channel, settings, supervised=supervised))]
        if supervised:
            helpers.append(tasks.create_task(_follow(channel, server)))
            await channel.go.wait()
        await asyncio.to_thread(upgrade, settings)
        await server.serve()
        for helper in helpers:
            helper.cancel()


async def _follow(channel: BrainEnd, server: Server) -> None:
    await channel.follow()
    server.should_exit = True  # the supervisor is gone


async def _announce(app: FastAPI, server: Server, channel: BrainEnd, settings: Settings, *, supervised: bool) -> None:
    """Tells the terminal where the first administrator begins, as long as there is none."""
    await server.listening.wait()
    try:
        link = await ensure_setup_link(app.state.database, settings)
    except BadAdministratorSettings as error:
        report: Report = {"refusal": str(error)}
    else:
        report = {"setup_link": link}
    if supervised:
        channel.report(report)
        return
    if "refusal" in report:
        server.should_exit = True
    say(next(iter(report.values())) or both("已就绪", "Ready"))


if __name__ == "__main__":
    run_brain(get_settings(), supervised=True)
