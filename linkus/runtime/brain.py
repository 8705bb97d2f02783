"""The brain process: API, events and tasks in one event loop, on the internal port."""

import asyncio
import gc

import uvicorn
import uvloop

from linkus.administrator.service import BadAdministratorSettings, ensure_setup_link
from linkus.app import create_app
from linkus.engine.layout import layout_of
from linkus.engine.programs import PART_NAMES
from linkus.engine.status import EngineStatus
from linkus.kit.database import Database
from linkus.kit.logs import configure_logs
from linkus.kit.settings import Settings, get_settings
from linkus.runtime.channel import BrainEnd, Report
from linkus.runtime.console import Refusal, both, say
from linkus.runtime.death import die_with_parent
from linkus.runtime.doors import BrainServer
from linkus.runtime.key_check import check_keys
from linkus.runtime.migrate import upgrade
from linkus.system.ports import RunningEngine

SCAN_AFTER = (10_000, 10, 50)  # new objects, scans of these, scans of those that survived (Python: 700, 10, 10)


def run_brain(settings: Settings, *, supervised: bool = False) -> None:
    """Run the brain. With `supervised` it is a child of `linkus serve` and waits for a start message; else it runs
    without the engine."""
    if supervised:
        die_with_parent()
    configure_logs(settings.log_level)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        report = runner.run(_serve(settings, supervised=supervised))
    if "refusal" in report and not supervised:
        raise Refusal(*report["refusal"].split("\n")[:2])


async def _serve(settings: Settings, *, supervised: bool) -> Report:
    status = EngineStatus(PART_NAMES)
    channel = BrainEnd(status)
    app = create_app(settings, engine=RunningEngine(status, channel.versions) if supervised else None)
    server = BrainServer(app, settings.internal_host, layout_of(settings).brain_socket if supervised else None)
    async with asyncio.TaskGroup() as tasks:
        follower: asyncio.Task[None] | None = None
        if supervised:
            follower = tasks.create_task(_follow(channel, server))
            await channel.go.wait()
        await asyncio.to_thread(upgrade, settings)
        problem = await check_keys(settings)
        report = {"refusal": str(problem.refusal)} if problem else await _first_administrator(settings)
        if supervised:
            channel.report(report)
        elif "refusal" not in report:
            say(report["setup_link"] or both("已启动", "Started"))
        if "refusal" not in report:
            _keep_what_is_here()
            await server.serve()
        if follower is not None:
            follower.cancel()
    return report


def _keep_what_is_here() -> None:
    """Exclude modules, models and routes from garbage collection, because they live as long as the process. Each scan
    of them would stop all calls for a fifth of a second. A scan of everything else takes half a second with thousands
    of connected clients, so it has to be rare: almost nothing here is garbage that only a scan finds."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SCAN_AFTER)


async def _follow(channel: BrainEnd, server: uvicorn.Server) -> None:
    await channel.follow()
    server.should_exit = True  # the supervisor is gone


async def _first_administrator(settings: Settings) -> Report:
    """Create the first administrator before anybody can connect, or return the setup link. Return a refusal if the
    settings are wrong."""
    database = Database(settings.database)
    try:
        return {"setup_link": await ensure_setup_link(database, settings)}
    except BadAdministratorSettings as error:
        return {"refusal": str(error)}
    finally:
        await database.close()


if __name__ == "__main__":
    run_brain(get_settings(), supervised=True)
