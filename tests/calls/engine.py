"""Runs the real engine for the tests: the product's own renderer, sandbox and supervisor, in a separate home."""

from __future__ import annotations

import asyncio
import datetime
import os
import secrets
import signal
import socket
from pathlib import Path
from typing import ClassVar, get_args

from linkus.engine.asterisk import CoreManager
from linkus.engine.kamailio import Edge, Part, Phone
from linkus.engine.keys import ensure_keys
from linkus.engine.layout import Layout
from linkus.engine.probes import ask_udp
from linkus.engine.programs import engine_programs
from linkus.engine.render import render_all
from linkus.engine.sandbox import Sandbox, choose_sandbox
from linkus.engine.status import EngineStatus
from linkus.engine.supervisor import Supervisor
from linkus.engine.tls import own_certificate
from linkus.kit.settings import CORE_AMI_PORT, EDGE_RPC_PORT, RTPENGINE_NG_PORT
from tests.calls.fake_brain import ha1

PARTS = ("rtpengine", "kamailio", "asterisk")
READY_SECONDS, RESTART_SECONDS = 40, 60


def free_address(first: int) -> str:
    """Return a loopback address that no other engine uses, so that two test runs can work side by side."""
    for last in range(first, first + 20):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((f"127.0.0.{last}", EDGE_RPC_PORT))
            except OSError:
                continue
            return f"127.0.0.{last}"
    raise OSError("every address for tests is taken")


HOST = os.environ.get("LINKUS_TEST_HOST") or free_address(101)


def find_image() -> Path:
    """Return the engine image: from the environment, or from the home that `make run` uses."""
    if told := os.environ.get("LINKUS_TEST_IMAGE"):
        return Path(told)
    return Path(os.environ.get("LINKUS_HOME", "var")).resolve() / "engine" / "image"


_LOG_LINES = 12  # of each part, in the report of a failed test


class Engine:
    running: ClassVar[list[Engine]] = []  # in this process

    def __init__(
        self, home: Path, host: str = HOST, internal: str = HOST, *, tls: bool = False, public: str = ""
    ) -> None:
        self.host, self.internal = host, internal
        image = find_image()
        assert (image / "usr").is_dir(), f"there is no engine image at {image}: make run builds it"
        (home / "engine").mkdir(parents=True)
        (home / "engine" / "image").symlink_to(image)
        self.layout = Layout(home=home, host=host, internal=internal, public=public)
        self.keys = ensure_keys(self.layout.keys)
        sandbox = choose_sandbox(self.layout)
        certificate = own_certificate(self.layout, datetime.datetime.now(datetime.UTC)) if tls else None
        render_all(self.layout, sandbox, self.keys, certificate)
        programs = [program for program in engine_programs(self.layout) if program.name in PARTS]
        self.status = EngineStatus(PARTS)
        sandboxes: dict[str, Sandbox | None] = dict.fromkeys(PARTS, sandbox)
        self.supervisor = Supervisor(programs, sandboxes, self.layout.logs, self.status)
        self.edge = Edge.at(internal, EDGE_RPC_PORT, self.layout.keys)
        self.core = CoreManager(internal, CORE_AMI_PORT, self.keys["ami_secret"])
        self._core_task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self.running.append(self)
        self.supervisor.start()
        await asyncio.wait_for(self.supervisor.wait_ready(), READY_SECONDS)
        self._core_task = asyncio.create_task(self.core.run())
        await asyncio.wait_for(self.core.wait_connected(), READY_SECONDS)
        await self.fill()

    async def stop(self) -> None:
        if self._core_task:
            self._core_task.cancel()
            await asyncio.gather(self._core_task, return_exceptions=True)
        await self.edge.close()
        await self.supervisor.stop()
        self.running.remove(self)

    async def add_phone(self, number: str, password: str, *, name: str = "", max_contacts: int = 3) -> Phone:
        name = name or f"reg-{number}"
        phone = Phone(f"{number}.phone", name, ha1(name, password), max_contacts)
        await self.edge.set_phones([phone])
        await self.edge.say_complete("phones")  # the edge may have been restarted
        return phone

    async def fill(self) -> None:
        """Tell the edge, in the brain's place, that all tables are written."""
        for part in get_args(Part):
            await self.edge.say_complete(part)

    async def relayed_calls(self) -> set[str]:
        """Return the Call-IDs for which rtpengine holds ports now."""
        return set(_strings_of_list(await self.ask_relay("list", limit=1000)))

    async def is_relayed(self, call_id: str) -> bool:
        """Return whether rtpengine holds ports for one call. `relayed_calls` lists a thousand."""
        return "6:result2:ok" in await self.ask_relay("query", **{"call-id": call_id})

    async def until_freed(self, before: set[str], seconds: float = 5.0) -> None:
        """Wait until the relay holds no ports beyond those in `before`."""
        async with asyncio.timeout(seconds):
            while await self.relayed_calls() - before:
                await asyncio.sleep(0.05)

    async def ask_relay(self, command: str, **fields: int | str) -> str:
        """Return rtpengine's answer (ng protocol), as it came."""
        question = {"command": command, **fields}
        body = "".join(_bencode(key) + _bencode(question[key]) for key in sorted(question))
        # Use a new cookie each time: for a known cookie rtpengine repeats its answer.
        text = f"{secrets.token_hex(8)} d{body}e"
        answer = await ask_udp(self.internal, RTPENGINE_NG_PORT, lambda _: text.encode())
        assert answer is not None
        return answer.decode().partition(" ")[2]

    def log(self, part: str) -> str:
        file = self.layout.logs / f"{part}.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def describe(self) -> str:
        """Return the state of each part and the end of its log, for the report of a failed test. Every line begins with
        `engine: `, by which `scripts/stages` finds it."""
        lines: list[str] = []
        for part in self.status.parts:
            lines.append(
                f"{part.name} at {self.host} {part.state}, {part.restarts} restarts, {part.reason} {part.detail}"
            )
            lines += [f"  {line}" for line in self.log(part.name).splitlines()[-_LOG_LINES:]]
        return "\n".join(f"engine: {line}" for line in lines)

    async def pause(self, part: str) -> None:
        """Stop a part as if it hung."""
        self._signal(part, signal.SIGSTOP)

    async def resume(self, part: str) -> None:
        self._signal(part, signal.SIGCONT)

    def _signal(self, part: str, number: signal.Signals) -> None:
        pid = self.status.part(part).pid
        assert pid is not None
        os.kill(pid, number)

    async def restart(self, part: str, number: signal.Signals = signal.SIGTERM) -> None:
        """End a part, which the supervisor then starts again."""
        before = self.status.part(part).restarts
        self._signal(part, number)
        async with asyncio.timeout(RESTART_SECONDS):
            while self.status.part(part).restarts == before or self.status.part(part).state != "ready":
                await asyncio.sleep(0.05)


def _bencode(value: str | int) -> str:
    return f"i{value}e" if isinstance(value, int) else f"{len(value.encode())}:{value}"


def _strings_of_list(document: str) -> list[str]:
    """Return the strings of the list `calls` in `d5:callsl...e6:result2:oke`."""
    rest = document.partition("5:callsl")[2]
    found = []
    while rest and rest[0].isdigit():
        length, _, rest = rest.partition(":")
        found.append(rest[: int(length)])
        rest = rest[int(length) :]
    return found
