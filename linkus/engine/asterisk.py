"""Client of the core's manager interface (AMI): streams call events, and controls and ends calls.

The connection is restored whenever it breaks. The AMI user of the brain may see, redirect and end calls, nothing else.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator

import structlog

from linkus.engine.core_events import Channel, Connected, CoreEvent, Lost, Message, channel, parse_event
from linkus.kit.back_off import BackOff
from linkus.kit.waiting import wait_with_timeout

log = structlog.get_logger(__name__)

USER = "brain"
TIMEOUT = 5.0
_LINE_LIMIT = 1 << 20
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_PING_SECONDS = 15.0


class CoreError(Exception):
    """Raised when the core did not carry out a request."""


class CoreUnreachableError(CoreError):
    """Raised when there is no connection to the core. A later retry may work."""


class CoreRefusedError(CoreError):
    """Raised when the core answers with an error, for example because the channel does not exist."""


class _Pending:
    """An action in flight. The answer to a list action ends with an event of its own."""

    def __init__(self, *, is_list: bool) -> None:
        self.answer: asyncio.Future[list[Message]] = asyncio.get_running_loop().create_future()
        self._is_list = is_list
        self._items: list[Message] = []

    def take(self, message: Message) -> bool:
        """Add a message of this action. Return True if it was the last one."""
        if self.answer.done():
            return True
        if message.get("Response") in ("Error", "Goodbye"):
            self.answer.set_exception(CoreRefusedError(message.get("Message", "refused")))
            return True
        self._items.append(message)
        if self._is_list and message.get("EventList") != "Complete":
            return False
        self.answer.set_result(self._items)
        return True


class CoreManager:
    """Keeps an AMI connection. `run()` maintains it in a task, `events()` streams events, and any task may send
    actions."""

    def __init__(self, host: str, port: int, secret: str, *, hears_calls: bool = True) -> None:
        """Set up the client. Without `hears_calls` the stream has only `Connected` and `Lost`."""
        self._host, self._port = host, port
        self._events: asyncio.Queue[CoreEvent] = asyncio.Queue()
        self._pending: dict[str, _Pending] = {}
        self._ids = itertools.count(1)
        self._writer: asyncio.StreamWriter | None = None
        self._login: dict[str, str] = {"Username": USER, "Secret": secret}
        if not hears_calls:
            self._login["Events"] = "system"
        self._ready = asyncio.Event()
        self._lost = asyncio.Event()
        self._started_at: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    async def started_at(self) -> float:
        """Return when the connected core started, in Unix seconds. The core reports this after the login."""
        return await wait_with_timeout(asyncio.shield(self._started_at), TIMEOUT)

    @property
    def connected(self) -> bool:
        return self._ready.is_set()

    async def wait_connected(self) -> None:
        await self._ready.wait()

    async def wait_lost(self) -> None:
        """Wait until the connection is lost."""
        await self._lost.wait()

    async def events(self) -> AsyncIterator[CoreEvent]:
        while True:
            yield await self._events.get()

    async def run(self) -> None:
        """Connect, and reconnect whenever the connection breaks, until cancelled."""
        back_off = BackOff(_FIRST_PAUSE, _LONGEST_PAUSE)
        while True:
            try:
                await self._session()
            except (OSError, EOFError, TimeoutError, CoreError, ValueError) as error:
                log.info("core not connected", error=repr(error))
            finally:
                was_connected = self.connected
                self._drop()
            if was_connected:
                back_off.reset()
            await asyncio.sleep(back_off.next_seconds())

    # ---- actions
    async def hangup(self, channel_name: str, cause: int = 16) -> None:
        """End a leg. Do nothing if it has already ended."""
        try:
            await self._ask("Hangup", Channel=channel_name, Cause=str(cause))
        except CoreRefusedError as error:
            if "no such channel" not in str(error).lower():
                raise

    async def redirect(self, channel_name: str, context: str) -> None:
        """Continue a leg at the start of a dialplan context. Do nothing if it has already ended."""
        try:
            await self._ask("Redirect", Channel=channel_name, Context=context, Exten="s", Priority="1")
        except CoreRefusedError as error:
            if "does not exist" not in str(error).lower():
                raise

    async def refresh(self, channel_name: str) -> None:
        """Make the core offer its media to a leg again (re-INVITE). Do nothing if the leg has already ended."""
        try:
            variable = "PJSIP_SEND_SESSION_REFRESH()"
            await self._ask("Setvar", Channel=channel_name, Variable=variable, Value="invite")
        except CoreRefusedError as error:
            if "no such channel" not in str(error).lower():
                raise

    async def set_variable(self, channel_name: str, name: str, value: str) -> None:
        await self._ask("Setvar", Channel=channel_name, Variable=name, Value=value)

    async def redirect_pair(self, leg: str, context: str, other: str, other_context: str) -> None:
        """Continue the two legs of a bridge in separate contexts, so that the end of one no longer ends the other."""
        await self._ask(
            "Redirect",
            Channel=leg,
            Context=context,
            Exten="s",
            Priority="1",
            ExtraChannel=other,
            ExtraContext=other_context,
            ExtraExten="s",
            ExtraPriority="1",
        )

    async def received_packets(self, channel_name: str) -> int | None:
        """Return the number of audio packets received from this leg, or None if the core does not know it."""
        answer = await self._ask("Getvar", Channel=channel_name, Variable="CHANNEL(rtcp,rxcount)")
        value = answer[0].get("Value", "")
        return int(value) if value.isdecimal() else None

    async def channels(self) -> list[Channel]:
        """Return all legs that exist now. A caller rebuilds its state from them after a reconnect."""
        answer = await self._ask("CoreShowChannels", is_list=True)
        found = [channel(message) for message in answer if message.get("Event") == "CoreShowChannel"]
        return [each for each in found if each is not None]

    async def ping(self) -> None:
        await self._ask("Ping")

    async def version(self) -> str:
        return (await self._ask("CoreSettings"))[0]["AsteriskVersion"]

    # ---- the connection
    async def _session(self) -> None:
        reader, writer = await wait_with_timeout(
            asyncio.open_connection(self._host, self._port, limit=_LINE_LIMIT), TIMEOUT
        )
        self._writer = writer
        greeting = await wait_with_timeout(reader.readline(), TIMEOUT)
        if not greeting.startswith(b"Asterisk Call Manager"):
            raise CoreError(f"not a manager interface: {greeting[:80]!r}")
        both = {asyncio.create_task(self._read(reader)), asyncio.create_task(self._stay_signed_in())}
        try:
            ended, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                task.result()
        finally:
            for task in both:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)

    async def _stay_signed_in(self) -> None:
        await self._ask("Login", is_list=False, **self._login)
        self._ready.set()
        self._lost.clear()
        self._events.put_nowait(Connected())
        while True:
            await asyncio.sleep(_PING_SECONDS)
            # A ping without an answer reveals a peer that vanished silently.
            await self.ping()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        message: dict[str, str] = {}
        while line := await reader.readline():
            text = line.decode("utf-8", "replace").rstrip("\r\n")
            if text:
                name, _, value = text.partition(": ")
                if name.endswith("ChanVariable"):
                    # `ChanVariable: LK_CALL=...` comes once for each variable.
                    variable, _, value = value.partition("=")
                    name = f"{name}({variable})"
                message[name] = value
            elif message:
                self._take(message)
                message = {}
        raise EOFError("the core closed the connection")

    def _take(self, message: Message) -> None:
        action = message.get("ActionID", "")
        if pending := self._pending.get(action):
            if pending.take(message):
                del self._pending[action]
        elif message.get("Event") == "FullyBooted":
            # sent after the login (with the uptime), or at the end of the core's start (the core started just now)
            uptime = message.get("Uptime", "")
            if not self._started_at.done():
                self._started_at.set_result(time.time() - (int(uptime) if uptime.isdecimal() else 0))
        elif event := parse_event(message):
            self._events.put_nowait(event)

    def _drop(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        for pending in self._pending.values():
            if not pending.answer.done():
                pending.answer.set_exception(CoreUnreachableError("the connection was lost"))
        self._pending.clear()
        self._started_at = asyncio.get_running_loop().create_future()
        if self.connected:
            self._ready.clear()
            self._lost.set()
            self._events.put_nowait(Lost())

    async def _ask(self, action: str, *, is_list: bool = False, **fields: str) -> list[Message]:
        if self._writer is None or (not self.connected and action != "Login"):
            raise CoreUnreachableError("no connection to the core")
        action_id = str(next(self._ids))
        lines = {"Action": action, "ActionID": action_id, **fields}
        if any("\r" in value or "\n" in value for value in lines.values()):
            # A line break would start a second action.
            raise ValueError("a value of an action has no line break")
        pending = self._pending[action_id] = _Pending(is_list=is_list)
        self._writer.write(("".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n").encode())
        try:
            return await wait_with_timeout(pending.answer, TIMEOUT)
        finally:
            self._pending.pop(action_id, None)
