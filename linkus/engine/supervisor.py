"""Keeps the parts of an instance running: starts them in order and restarts a part that dies or hangs."""

import asyncio
import contextlib
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import structlog

from linkus.engine.child import Child, start_child
from linkus.engine.logsieve import Sieve
from linkus.engine.programs import Program
from linkus.engine.sandbox import Sandbox
from linkus.engine.status import EngineStatus, PartStateName, Reason
from linkus.engine.udp_guard import guard_udp
from linkus.kit.back_off import BackOff

log = structlog.get_logger("supervisor")

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
# Calls wait for a part that has been ready, however often it dies. Only one that does not become ready can wait long.
LONGEST_PAUSE_AFTER_READY = 1.0
STEADY_SECONDS = 10.0  # after being ready this long, a part restarts after FIRST_PAUSE, because calls wait for it
READY_SECONDS = 60.0  # a first start on a busy machine takes longer than half a minute
MAX_READY_SECONDS = 240.0
POLL_SECONDS = 0.05
CHECK_SECONDS = 10.0
CHECKS_MISSED = 3
STARTS_WITH_MEMORY = 3  # after as many failed starts in a row, a part starts without what it knew
TRIES = 5  # failed starts in a row before the state is `failed`; retries continue


class Supervisor:
    def __init__(
        self, programs: Sequence[Program], sandboxes: Mapping[str, Sandbox | None], logs: Path, status: EngineStatus
    ) -> None:
        self._programs = {program.name: program for program in programs}
        self._sandboxes = sandboxes
        self._logs = logs
        self._children: dict[str, Child] = {}
        self._ready = {program.name: asyncio.Event() for program in programs}
        self._keepers: dict[str, asyncio.Task[None]] = {}
        self.status = status

    def start(self, *names: str) -> None:
        """Start the named parts, or all that have not been started."""
        for name in names or self._programs:
            if name not in self._keepers:
                self._keepers[name] = asyncio.create_task(self._keep(self._programs[name]), name=f"keep {name}")

    async def wait_ready(self) -> None:
        """Wait until every part has been ready once."""
        await asyncio.gather(*(event.wait() for event in self._ready.values()))

    def send(self, name: str, number: signal.Signals) -> None:
        """Send a signal to a running part. A stopped part reads its files when it starts."""
        if name in self._children:
            self._children[name].send(number)

    async def stop(self) -> None:
        for keeper in self._keepers.values():
            keeper.cancel()
        await asyncio.gather(*self._keepers.values(), return_exceptions=True)
        await asyncio.gather(*(self._stop(name) for name in list(self._children)))
        for name in self._programs:
            self._set(name, PartStateName.STOPPED, pid=None)

    async def _stop(self, name: str) -> None:
        child = self._children.pop(name)
        await child.stop(self._programs[name].stop_signal)

    def kill(self) -> None:
        """Kill all parts without waiting: the last resort when a second stop signal arrives."""
        for child in self._children.values():
            child.kill()

    async def _keep(self, program: Program) -> None:
        for name in program.after:
            await self._ready[name].wait()
        # Two pauses: after a part was ready, its first failed start is not the latest of a long row of failures.
        after_ready = BackOff(FIRST_PAUSE, LONGEST_PAUSE_AFTER_READY)
        after_failed_start = BackOff(FIRST_PAUSE, LONGEST_PAUSE)
        failures, patience = 0, READY_SECONDS
        while True:
            reason, detail, ready_for = await self._guarded(program, patience)
            failures = 0 if ready_for > 0 else failures + 1
            if failures == STARTS_WITH_MEMORY and program.memory is not None:
                _set_aside(program.name, program.memory)
            # A start on a busy machine may take longer than we waited. With the same patience it would never succeed.
            too_slow = ready_for == 0 and reason is Reason.NOT_ANSWERING
            patience = min(patience * 2, MAX_READY_SECONDS) if too_slow else READY_SECONDS
            if ready_for >= STEADY_SECONDS:
                after_ready.reset()
            if ready_for > 0:
                after_failed_start.reset()
                pause = after_ready.next_seconds()
            else:
                pause = after_failed_start.next_seconds()
            state = PartStateName.FAILED if failures >= TRIES else PartStateName.RESTARTING
            restarts = self.status.part(program.name).restarts + 1
            self._set(program.name, state, pid=None, restarts=restarts, reason=reason, detail=detail)
            log.warning("part ended", part=program.name, reason=reason, detail=detail, again_in=pause)
            await asyncio.sleep(pause)

    async def _guarded(self, program: Program, patience: float) -> tuple[Reason, str, float]:
        """Run the program once and turn any error into a reason. A lack of processes, files or memory may be temporary,
        so it must not end the supervision of the part."""
        try:
            return await self._once(program, patience)
        except Exception as error:
            if child := self._children.pop(program.name, None):
                await child.stop(signal.SIGKILL)
            if isinstance(error, FileNotFoundError):
                return Reason.MISSING, str(error.filename), 0.0
            log.error("part_not_kept", part=program.name, exc_info=error)
            return Reason.NOT_STARTED, str(error) or repr(error), 0.0

    async def _once(self, program: Program, patience: float) -> tuple[Reason, str, float]:
        """Run a program once, with `patience` seconds to start. Return why it ended, and how long it was ready."""
        if self.status.part(program.name).restarts == 0:
            self._set(program.name, PartStateName.STARTING)
        child = await self._spawn(program)
        ended = asyncio.create_task(child.wait())
        try:
            result = await self._life(program, child, ended, patience)
        finally:
            ended.cancel()
        await child.stop(signal.SIGKILL)  # skipped on cancellation: stop() is gentler
        self._children.pop(program.name, None)
        return result

    async def _life(
        self, program: Program, child: Child, ended: asyncio.Task[int], patience: float
    ) -> tuple[Reason, str, float]:
        self.status.change(program.name, pid=child.pid)
        if not await self._becomes_ready(program, child.pid, ended, patience):
            if ended.done():
                return *_why(ended.result(), child.cause_of_failed_start), 0.0
            return Reason.NOT_ANSWERING, child.cause_of_failed_start, 0.0
        udp_problem = _guard(program, child.pid)
        if udp_problem:
            log.warning("udp_not_guarded", part=program.name, pid=child.pid, reason=udp_problem)
        since = time.monotonic()
        self._ready[program.name].set()
        self._set(program.name, PartStateName.READY, reason=Reason.NONE, detail="", udp_problem=udp_problem)
        log.info("part ready", part=program.name, pid=child.pid, seconds=round(since - child.started, 2))
        if await self._lives(program, ended):
            return Reason.NOT_ANSWERING, child.last_words, time.monotonic() - since
        return *_why(ended.result(), child.last_words), time.monotonic() - since

    async def _spawn(self, program: Program) -> Child:
        """Start the child. A cancellation must not interrupt this: an unregistered process would be left behind."""
        begun = asyncio.create_task(self._begin(program))
        try:
            return await asyncio.shield(begun)
        except asyncio.CancelledError:
            await begun
            raise

    async def _begin(self, program: Program) -> Child:
        with contextlib.ExitStack() as stack:
            stdin = asyncio.subprocess.DEVNULL
            if program.open_stdin is not None:
                stdin = stack.enter_context(await program.open_stdin()).fileno()
            child = await start_child(
                program.command,
                self._logs / f"{program.name}.log",
                sandbox=self._sandboxes.get(program.name),
                env=program.env,
                cwd=program.cwd,
                stdin=stdin,
                sieve=Sieve(program.log_mark) if program.log_mark else None,
            )
        self._children[program.name] = child
        return child

    async def _becomes_ready(self, program: Program, pid: int, ended: asyncio.Task[int], patience: float) -> bool:
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and not ended.done():
            _guard(program, pid)  # guard sockets as they open: before the part is ready, others could take their ports
            if await program.ready():
                return True
            await asyncio.wait({ended}, timeout=POLL_SECONDS)
        return False

    async def _lives(self, program: Program, ended: asyncio.Task[int]) -> bool:
        """Wait until the program ends (False), or misses several probes in a row (True)."""
        missed = 0
        while missed < CHECKS_MISSED:
            await asyncio.wait({ended}, timeout=CHECK_SECONDS)
            if ended.done():
                return False
            missed = 0 if await program.ready() else missed + 1
        return True

    def _set(self, name: str, state: PartStateName, **values: object) -> None:
        self.status.change(name, state=state, since=time.time(), **values)


def _guard(program: Program, pid: int) -> str:
    return guard_udp(pid, is_core=program.name == "asterisk")


def _why(status: int, words: str) -> tuple[Reason, str]:
    if status < 0:
        with contextlib.suppress(ValueError):
            return Reason.KILLED, signal.Signals(-status).name
        return Reason.KILLED, str(-status)
    return Reason.EXITED, words or f"status {status}"


def _set_aside(part: str, memory: Path) -> None:
    """Rename the files of a part's database, which may be what keeps it from starting. Phones and clients register
    again; without this nobody could call. The renamed files show the cause."""
    log.error("memory_set_aside", part=part, file=str(memory))
    for suffix in ("", "-wal", "-shm", "-journal"):
        file = memory.with_name(memory.name + suffix)
        if file.exists():
            file.replace(memory.with_name(f"{memory.name}.bad{suffix}"))
