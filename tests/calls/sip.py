"""A small SIP user agent on UDP or WebSocket. It can also misbehave as no real telephone would."""

from __future__ import annotations

import asyncio
from typing import Generic, TypeVar

import websockets

from tests.calls.message import Message, digest, parse, tag, uri
from tests.calls.transports import Tls, Udp, WebSocket, unique

WAIT = 6.0
AUTHORIZATION = {401: ("WWW-Authenticate", "Authorization"), 407: ("Proxy-Authenticate", "Proxy-Authorization")}


class Call:
    """A dialog, from either side."""

    def __init__(self, agent: Agent, invite: Message, *, outgoing: bool) -> None:
        self.agent, self.invite, self.outgoing = agent, invite, outgoing
        self.call_id = invite.get("Call-ID")
        self.own_tag = tag(invite.get("From")) if outgoing else unique()
        self.routes: list[str] = [] if outgoing else invite.all("Record-Route")
        self.target = "" if outgoing else uri(invite.get("Contact"))
        self.remote = invite.get("To") if outgoing else invite.get("From")
        self.local = invite.get("From") if outgoing else f"{invite.get('To')};tag={self.own_tag}"
        self.sequence = int(invite.get("CSeq").split()[0]) if outgoing else 100
        self.responses: asyncio.Queue[Message] = asyncio.Queue()
        self.requests: asyncio.Queue[Message] = asyncio.Queue()
        self.ended: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self.acknowledged = asyncio.Event()
        self.body = "" if outgoing else invite.body

    def has(self, request: Message) -> bool:
        """Return whether a request belongs to this dialog. A phone matches both tags (RFC 3261 12.2.2)."""
        remote = tag(self.remote)
        return tag(request.get("To")) == self.own_tag and tag(request.get("From")) == (
            remote or tag(request.get("From"))
        )

    # ---- messages from the other side
    async def response(self, *statuses: int) -> Message:
        """Return the next response, provisional or final, with one of these statuses. Skip others."""
        async with asyncio.timeout(WAIT):
            while True:
                message = await self.responses.get()
                if message.status in statuses:
                    if message.status >= 200 and message.method == "INVITE":
                        await self._settle(message)
                    return message
                if message.status >= 200 and message.method == "INVITE":
                    raise AssertionError(f"expected {statuses}, got {message.start}")

    async def _settle(self, message: Message) -> None:
        self.remote = message.get("To")
        if message.status < 300 and not self.target:
            self.routes = list(reversed(message.all("Record-Route")))
            self.target = uri(message.get("Contact"))
        if message.status < 300:
            self.body = message.body
        await self.acknowledge(message)

    async def acknowledge(self, message: Message) -> None:
        request = self.request("ACK", sequence=int(message.get("CSeq").split()[0]))
        if message.status >= 300:
            # The ACK of a refusal belongs to the transaction (RFC 3261 17.1.1.3).
            request = self.request("ACK", sequence=int(message.get("CSeq").split()[0]), in_transaction=True)
        await self.agent.send(request)

    # ---- messages from this side
    def request(self, method: str, sequence: int | None = None, *, in_transaction: bool = False) -> Message:
        if sequence is None:
            self.sequence += 1
            sequence = self.sequence
        target = self.invite.start.split()[1] if in_transaction else self.target
        message = Message(f"{method} {target} SIP/2.0")
        via = self.invite.get("Via") if in_transaction else self.agent.via()
        message.add("Via", via).add("Max-Forwards", 70)
        for route in [] if in_transaction else self.routes:
            message.add("Route", route)
        message.add("From", self.local).add("To", self.remote if method != "CANCEL" else self.invite.get("To"))
        return message.add("Call-ID", self.call_id).add("CSeq", f"{sequence} {method}")

    async def ask(self, method: str, body: str = "", **headers: str) -> Message:
        """Send an in-dialog request. Return its final response."""
        message = self.request(method)
        message.add("Contact", self.agent.contact)
        for name, value in headers.items():
            message.add(name.replace("_", "-"), value)
        if body:
            message.add("Content-Type", "application/sdp")
            message.body = body
        response = await self.agent.transact(message)
        if method == "INVITE":
            await self._settle(response)
        return response

    async def bye(self) -> Message:
        return await self.ask("BYE")

    async def cancel(self, reason: str = "") -> None:
        message = self.request("CANCEL", sequence=int(self.invite.get("CSeq").split()[0]), in_transaction=True)
        if reason:
            message.add("Reason", reason)
        await self.agent.send(message)

    async def answer(self, status: int, reason: str, body: str = "", **headers: str) -> None:
        """Send a response to the incoming INVITE."""
        await self.reply(self.invite, status, reason, body, **headers)

    async def reply(self, request: Message, status: int, reason: str, body: str = "", **headers: str) -> None:
        message = response_to(request, status, reason)
        if not tag(request.get("To")):
            message.headers = [
                (name, f"{value};tag={self.own_tag}" if name == "To" else value) for name, value in message.headers
            ]
        message.add("Contact", self.agent.contact)
        for name, value in headers.items():
            message.add(name.replace("_", "-"), value)
        if body:
            message.add("Content-Type", "application/sdp")
            message.body = body
        await self.agent.send(message)


async def refusal(call: Call, seconds: float = 25) -> int:
    """Return the final answer, which comes after a prompt."""
    async with asyncio.timeout(seconds):
        while (message := await call.responses.get()).status < 300:
            pass
    await call.acknowledge(message)
    return message.status


def response_to(request: Message, status: int, reason: str) -> Message:
    message = Message(f"SIP/2.0 {status} {reason}")
    for name in ("Via", "Record-Route", "From", "To", "Call-ID", "CSeq"):
        for value in request.all(name):
            message.add(name, value)
    return message


Transport = TypeVar("Transport", bound=Udp | Tls | WebSocket)


class Agent(Generic[Transport]):
    """An identity on a transport."""

    def __init__(self, transport: Transport, aor: str, username: str = "", password: str = "") -> None:
        self.transport, self.aor, self.username, self.password = transport, aor, username, password
        suffix = "" if transport.name == "UDP" else f";transport={transport.name.lower()}"
        self.contact = f"<sip:{aor}@{transport.address}{suffix}>"
        self.calls: dict[str, Call] = {}
        self.incoming: asyncio.Queue[Call] = asyncio.Queue()
        self.seen: list[Message] = []
        self.sent: list[Message] = []
        self._waiting: dict[str, asyncio.Queue[Message]] = {}
        self._register_id = unique()
        self._register_sequence = 0
        self.is_closed = False
        self._reading = asyncio.create_task(self._read())
        self._following: dict[str, asyncio.Task[None]] = {}  # by Call-ID

    def via(self) -> str:
        return f"SIP/2.0/{self.transport.name} {self.transport.address};branch=z9hG4bK{unique()};rport"

    async def send(self, message: Message) -> None:
        self.sent.append(message)
        await self.transport.send(message.encode())

    async def close(self) -> None:
        self.is_closed = True
        tasks = [self._reading, *self._following.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.transport.close()

    # ---- requests of this side
    def new(self, method: str, target: str, to: str, aor: str = "") -> Message:
        own = f"<sip:{aor or self.aor}@linkus.example>"
        message = Message(f"{method} {target} SIP/2.0").add("Via", self.via()).add("Max-Forwards", 70)
        message.add("From", f"{own};tag={unique()}").add("To", to).add("Call-ID", unique())
        return message.add("CSeq", f"1 {method}").add("Contact", self.contact)

    async def transact(self, message: Message) -> Message:
        """Send a request, answer a challenge once, and return the final response."""
        queue = await self._begin(message)
        async with asyncio.timeout(WAIT):
            while (response := await queue.get()).status < 200:
                pass
        return response

    async def _begin(self, message: Message) -> asyncio.Queue[Message]:
        queue: asyncio.Queue[Message] = asyncio.Queue()
        self._waiting[_key(message)] = queue
        await self.send(message)
        return queue

    async def register(self, expires: int = 300, *, aor: str = "", to: str = "", authorize: bool = True) -> Message:
        """Send REGISTER from `aor` to `to`. After a challenge, send it once more with this agent's credentials."""
        own = f"<sip:{aor or self.aor}@linkus.example>"
        whom = f"<sip:{to or aor or self.aor}@linkus.example>"
        response = None
        for _ in range(2):
            self._register_sequence += 1
            message = Message("REGISTER sip:linkus.example SIP/2.0").add("Via", self.via()).add("Max-Forwards", 70)
            message.add("From", f"{own};tag={unique()}").add("To", whom).add("Call-ID", self._register_id)
            message.add("CSeq", f"{self._register_sequence} REGISTER").add("Contact", self.contact)
            message.add("Expires", expires).add("User-Agent", "Linkus test")
            if response is not None:
                self.authorize(message, response)
            response = await self.transact(message)
            if response.status != 401 or not authorize:
                break
        assert response is not None
        return response

    def authorize(self, message: Message, challenge: Message) -> None:
        asked, answered = AUTHORIZATION[challenge.status]
        method, target = message.start.split()[:2]
        message.add(answered, digest(challenge.get(asked), method, target, self.username, self.password))

    async def call(self, dialled: str, body: str, *, aor: str = "", target: str = "", **headers: str) -> Call:
        """Send INVITE, with digest when challenged. The call's queue gets the responses. With `target` the request goes
        to that URI, and only To names the called number."""
        to = f"<sip:{dialled}@linkus.example>"
        message = self.new("INVITE", target or f"sip:{dialled}@linkus.example", to, aor)
        for name, value in headers.items():
            message.add(name.replace("_", "-"), value)
        if body:
            message.add("Content-Type", "application/sdp")
            message.body = body
        call = self.calls[message.get("Call-ID")] = Call(self, message, outgoing=True)
        queue = await self._begin(message)
        self._following[message.get("Call-ID")] = asyncio.create_task(self._follow(call, message, queue))
        return call

    async def _follow(self, call: Call, message: Message, queue: asyncio.Queue[Message]) -> None:
        """Pass the responses on, and answer a first challenge."""
        challenged = not self.username
        while True:
            response = await queue.get()
            if response.status != 407 or challenged:
                call.responses.put_nowait(response)
                continue
            challenged = True
            unanswered = call.remote
            call.remote = response.get("To")
            await call.acknowledge(response)
            call.remote = unanswered
            fresh = {"Via": self.via(), "CSeq": "2 INVITE"}
            message.headers = [(name, fresh.get(name, value)) for name, value in message.headers]
            call.sequence = 2
            self.authorize(message, response)
            queue = await self._begin(message)

    # ---- incoming messages
    async def _read(self) -> None:
        while True:
            try:
                message = parse(await self.transport.receive())
            except websockets.ConnectionClosed:
                return
            self.seen.append(message)
            if message.is_request:
                await self._request(message)
            elif queue := self._waiting.get(_key(message)):
                queue.put_nowait(message)

    async def _request(self, message: Message) -> None:
        call = self.calls.get(message.get("Call-ID"))
        if message.method == "INVITE" and call is None:
            call = self.calls[message.get("Call-ID")] = Call(self, message, outgoing=False)
            self.incoming.put_nowait(call)
        elif message.method == "ACK":
            if call:
                call.acknowledged.set()
        elif call is None or message.method in ("OPTIONS", "NOTIFY"):
            if call:
                call.requests.put_nowait(message)
            await self.send(response_to(message, 200 if call or message.method == "OPTIONS" else 481, "OK"))
        elif message.method == "BYE" and not call.has(message):
            await self.send(response_to(message, 481, "Call/Transaction Does Not Exist"))
        elif message.method in ("BYE", "CANCEL"):
            await self.send(response_to(message, 200, "OK"))
            if message.method == "CANCEL":
                await call.answer(487, "Request Terminated")
            if not call.ended.done():
                call.ended.set_result(message)
        else:
            call.requests.put_nowait(message)

    def forget(self) -> None:
        """Drop what has been said and done, in a test that goes on for an hour: it would fill gigabytes."""
        for kept in (self.seen, self.sent):
            del kept[:-50]
        for remembered in (self._waiting, self.calls):
            for key in list(remembered)[:-50]:
                del remembered[key]
        for call_id in self._following.keys() - self.calls.keys():
            self._following.pop(call_id).cancel()

    async def next_call(self) -> Call:
        return await asyncio.wait_for(self.incoming.get(), WAIT)


def _key(message: Message) -> str:
    return f"{message.get('Via').partition('branch=')[2].split(';')[0]} {message.get('CSeq')}"
