"""The manager client against a small manager interface, for cases that are hard to produce with the real one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from linkus.engine.asterisk import CoreManager, CoreRefusedError, CoreUnreachableError
from linkus.engine.core_events import (
    Connected,
    CoreEvent,
    DialBegin,
    Hangup,
    HangupRequested,
    Lost,
    NewState,
    parse_event,
)


class Core:
    """Answers as Asterisk's manager interface does. `say` sends events to signed-in clients."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.writers: list[asyncio.StreamWriter] = []
        self.server: asyncio.Server | None = None
        self.port = 0
        self.mute = False

    async def start(self) -> None:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self.server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self.server:
            self.server.close()
        for writer in self.writers:
            writer.close()
        self.writers.clear()

    def say(self, *lines: str) -> None:
        for writer in self.writers:
            writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                block = (await reader.readuntil(b"\r\n\r\n")).decode()
                action = dict(line.split(": ", 1) for line in block.strip().split("\r\n"))
                self.asked.append(action)
                if not self.mute:
                    writer.write(self._answer(action).encode())
        writer.close()

    def _answer(self, action: dict[str, str]) -> str:
        own = f"ActionID: {action['ActionID']}\r\n"
        match action["Action"]:
            case "Login" if action["Secret"] != "right":
                return f"Response: Error\r\n{own}Message: Authentication failed\r\n\r\n"
            case "Hangup" if action["Channel"] == "PJSIP/gone":
                return f"Response: Error\r\n{own}Message: No such channel\r\n\r\n"
            case "Hangup" if action["Channel"] == "PJSIP/locked":
                return f"Response: Error\r\n{own}Message: Permission denied\r\n\r\n"
            case "CoreShowChannels":
                item = "Channel: PJSIP/edge-1\r\nUniqueid: 1.1\r\nLinkedid: 1.1\r\nChannelStateDesc: Up\r\n"
                item += "ChanVariable: LK_CALL=c1\r\nChanVariable: LK_USER=1001\r\nChanVariable: LK_KIND=web\r\n"
                return (
                    f"Response: Success\r\n{own}EventList: start\r\n\r\n"
                    f"Event: CoreShowChannel\r\n{own}{item}\r\n"
                    f"Event: CoreShowChannelsComplete\r\n{own}EventList: Complete\r\nListItems: 1\r\n\r\n"
                )
            case _:
                return f"Response: Success\r\n{own}AsteriskVersion: 22.10.1\r\n\r\n"


@pytest_asyncio.fixture
async def core() -> AsyncIterator[Core]:
    core = Core()
    await core.start()
    yield core
    await core.stop()


@contextlib.asynccontextmanager
async def running(core: Core, *, trusted: bool = True) -> AsyncIterator[CoreManager]:
    manager = CoreManager("127.0.0.1", core.port, "right" if trusted else "wrong")
    task = asyncio.create_task(manager.run())
    try:
        yield manager
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def next_event(manager: CoreManager) -> CoreEvent:
    return await asyncio.wait_for(anext(manager.events()), 3)


class TestActions:
    async def test_version_and_channels(self, core: Core) -> None:
        async with running(core) as manager:
            await manager.wait_connected()
            assert await manager.version() == "22.10.1"
            [channel] = await manager.channels()
            assert (channel.name, channel.call, channel.user, channel.kind) == ("PJSIP/edge-1", "c1", "1001", "web")

    async def test_hangup(self, core: Core) -> None:
        async with running(core) as manager:
            await manager.wait_connected()
            await manager.hangup("PJSIP/edge-1", 17)
            assert (core.asked[-1]["Channel"], core.asked[-1]["Cause"]) == ("PJSIP/edge-1", "17")
            await manager.hangup("PJSIP/gone")
            with pytest.raises(CoreRefusedError, match="Permission"):
                await manager.hangup("PJSIP/locked")

    async def test_a_value_is_no_second_action(self, core: Core) -> None:
        async with running(core) as manager:
            await manager.wait_connected()
            with pytest.raises(ValueError, match="line break"):
                await manager.hangup("PJSIP/x\r\nAction: Originate")

    async def test_without_connection(self) -> None:
        with pytest.raises(CoreUnreachableError):
            await CoreManager("127.0.0.1", 9, "right").ping()


class TestConnection:
    async def test_is_made_again(self, core: Core) -> None:
        async with running(core) as manager:
            assert isinstance(await next_event(manager), Connected)
            await core.stop()
            assert isinstance(await next_event(manager), Lost)
            assert not manager.connected
            await core.start()
            assert isinstance(await next_event(manager), Connected)

    async def test_who_waits_is_told(self, core: Core) -> None:
        async with running(core) as manager:
            await manager.wait_connected()
            core.mute = True
            asking = asyncio.create_task(manager.ping())
            await asyncio.sleep(0.1)
            await core.stop()
            with pytest.raises(CoreUnreachableError):
                await asking

    async def test_wrong_secret(self, core: Core) -> None:
        async with running(core, trusted=False) as manager:
            await asyncio.sleep(0.5)
            assert not manager.connected
            assert len(core.asked) >= 1


class TestEvents:
    async def test_stream(self, core: Core) -> None:
        async with running(core) as manager:
            assert isinstance(await next_event(manager), Connected)
            core.say(
                "Event: Newstate", "Channel: PJSIP/edge-1", "Uniqueid: 1.1", "Linkedid: 1.1", "ChannelStateDesc: Up"
            )
            core.say("Event: SomethingElse", "Channel: PJSIP/edge-1")
            core.say("Event: Hangup", "Channel: PJSIP/edge-1", "Uniqueid: 1.1", "Linkedid: 1.1", "Cause: 21")
            state, hangup = await next_event(manager), await next_event(manager)
            assert isinstance(state, NewState)
            assert state.channel.state == "Up"
            assert isinstance(hangup, Hangup)
            assert hangup.cause == 21

    def test_request_to_end_a_leg(self) -> None:
        event = parse_event({"Event": "HangupRequest", "Channel": "PJSIP/edge-1", "Uniqueid": "1.1", "Cause": "16"})
        assert isinstance(event, HangupRequested)
        assert event.channel.name == "PJSIP/edge-1"

    def test_dial(self) -> None:
        event = parse_event({
            "Event": "DialBegin", "Channel": "PJSIP/edge-1", "Uniqueid": "1.1", "Linkedid": "1.1",
            "DestChannel": "PJSIP/edge-2", "DestUniqueid": "1.2", "DestLinkedid": "1.1",
            "DestChanVariable(LK_USER)": "1002", "DialString": "edge/sip:1002.web@127.0.0.1:5070",
        })  # fmt: skip
        assert isinstance(event, DialBegin)
        assert event.aor == "1002.web"
        assert event.caller
        assert event.caller.linked_id == event.called.linked_id
        assert event.called.user == "1002"

    def test_what_says_nothing_of_calls(self) -> None:
        assert parse_event({"Event": "FullyBooted"}) is None
        assert parse_event({"Event": "Hangup"}) is None
