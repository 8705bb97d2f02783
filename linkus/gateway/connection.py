"""Serves one connection of `/ws/events`: identifies its session, sends its events, and ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from fastapi import WebSocket, WebSocketDisconnect
from starlette.websockets import WebSocketState

from linkus.administrator.events import AdministratorChanged
from linkus.administrator.roles.event_pages import may_hear
from linkus.client_permission.rules.enforcement import allowed_targets
from linkus.client_permission.rules.menu_events import MenuEvents
from linkus.client_permission.visibility.services import VisibilityServices
from linkus.gateway.events import Alive, Hello
from linkus.kit.bus import CLIENTS, PORTAL, Bus, Event, Message, Subscription, extension_topic, session_topic
from linkus.kit.clock import now
from linkus.kit.errors import Forbidden, NotSignedIn
from linkus.kit.http import is_at_clients_port
from linkus.kit.services import kit_of
from linkus.kit.waiting import wait_with_timeout
from linkus.session.auth import check_administrator, check_extension, check_first_login, check_origin
from linkus.session.cookies import ADMIN_COOKIE, CLIENT_COOKIE
from linkus.session.events import SessionEnded
from linkus.shared.roles.catalogue import Role

log = structlog.get_logger("gateway")
MAX_TEXTS, TEXTS_SECONDS = 20, 10.0  # per connection
MAX_TEXT_CHARACTERS = 1000
MAX_FRAME_BYTES = 16 * 1024  # the HTTP server closes a longer one unread, with 1009
UNSUPPORTED_DATA, POLICY_VIOLATION = 1003, 1008
# close codes for applications (RFC 6455, 7.4.2)
CLOSE_TOO_SLOW = 4000  # the page reconnects and reads everything again
SESSION_ENDED = 4001
CLOSE_TOO_MANY = 4002
# Each connection costs work with every event. A browser has one for each of its pages that are open.
MAX_OF_SESSION = 10
MAX_OF_OWNER = 40  # of an extension, or of an administrator, over all sessions
# How late an expired session is noticed. The check also keeps "last seen" up to date, exact to a minute. A peer that
# vanished without a word is found by uvicorn's own pings.
BEAT_SECONDS = 30.0
# A page that hears nothing for longer than this assumes that its connection is dead and opens another. It has no other
# sign of a dead connection.
ALIVE_SECONDS = 5.0
ALIVE = Alive().model_dump_json()


async def serve(websocket: WebSocket, *, administrator: bool) -> None:
    listener = await _who(websocket, administrator=administrator)
    if listener is None:
        return
    bus = kit_of(websocket).bus
    if _is_full(bus, listener):
        await _turn_away(websocket, listener)
        return
    subscription = bus.subscribe(listener.topics)
    await websocket.accept()
    try:
        # check again now that no event can be missed: the session may have ended before the subscription
        if await _still_there(websocket, administrator=administrator):
            await _run(websocket, subscription, listener)
    except (WebSocketDisconnect, RuntimeError) as error:
        # starlette raises RuntimeError for a send after the peer has closed
        if websocket.client_state is WebSocketState.CONNECTED and not isinstance(error, WebSocketDisconnect):
            raise
    finally:
        bus.unsubscribe(subscription)


@dataclass(frozen=True)
class _Listener:
    """Says whose connection it is. An administrator has no `extension_id`, and sees everybody."""

    session_id: int
    owner: str  # the topic that all connections of the same extension or administrator have
    topics: tuple[str, ...]
    extension_id: int | None = None
    client_kind: str = ""


async def _who(websocket: WebSocket, *, administrator: bool) -> _Listener | None:
    """Return who listens, or None if the connection was refused (and closed)."""
    database = kit_of(websocket).database
    try:
        token = _token(websocket, administrator)
        check_origin(websocket, required="authorization" not in websocket.headers)
        if administrator:
            if is_at_clients_port(websocket):
                raise NotSignedIn()
            portal = await check_administrator(database, token)
            owner = f"administrator.{portal.administrator_id}"  # nothing is published to it: it counts connections
            return _Listener(portal.session_id, owner, (PORTAL, session_topic(portal.session_id), owner))
        client = await check_extension(database, token)
        check_first_login(client)
    except Forbidden:
        await websocket.close(1008)  # before accept: an HTTP 403
        return None
    except NotSignedIn as error:
        await _refuse(websocket, str(error.extra.get("reason", "not_signed_in")))
        return None
    owner = extension_topic(client.extension_id)
    topics = (CLIENTS, owner, session_topic(client.session_id))
    return _Listener(client.session_id, owner, topics, client.extension_id, client.client_kind)


def _is_full(bus: Bus, listener: _Listener) -> bool:
    return bus.count(session_topic(listener.session_id)) >= MAX_OF_SESSION or bus.count(listener.owner) >= MAX_OF_OWNER


async def _turn_away(websocket: WebSocket, listener: _Listener) -> None:
    """Refuse one connection too many, and not the oldest: the pages of a browser would close each other in turn."""
    log.info("too_many_connections", session_id=listener.session_id)
    await websocket.accept()
    await websocket.close(CLOSE_TOO_MANY, "too many connections")


async def _refuse(websocket: WebSocket, reason: str) -> None:
    """Accept the connection and close it with the reason: a browser hides a refused handshake from its page."""
    await websocket.accept()
    await _send(websocket, SessionEnded.model_validate({"reason": reason}))
    await websocket.close(SESSION_ENDED, reason)


async def _still_there(websocket: WebSocket, *, administrator: bool) -> bool:
    check = check_administrator if administrator else check_extension
    try:
        await check(kit_of(websocket).database, _token(websocket, administrator))
    except NotSignedIn as error:
        reason = str(error.extra.get("reason", "not_signed_in"))
        await _send(websocket, SessionEnded.model_validate({"reason": reason}))
        await websocket.close(SESSION_ENDED, reason)
        return False
    return True


async def _run(websocket: WebSocket, subscription: Subscription, listener: _Listener) -> None:
    await _send(websocket, Hello(session_id=listener.session_id, server_time=now()))
    listening = asyncio.create_task(_listen(websocket))
    telling = asyncio.create_task(_tell(websocket, subscription, listener))
    done, pending = await asyncio.wait({listening, telling}, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    for task in done:
        task.result()


async def _listen(websocket: WebSocket) -> None:
    """Read from the client to learn when it leaves; clients have nothing to send. A client that breaks the limits is
    closed with the reason (RFC 6455, 7.4.1): binary frames are not understood, and texts must be few and short."""
    clock = asyncio.get_running_loop().time
    began, heard = clock(), 0
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            return
        text = message.get("text")
        if text is None:
            await websocket.close(UNSUPPORTED_DATA, "no binary frames")
            return
        if clock() - began > TEXTS_SECONDS:
            began, heard = clock(), 0
        heard += 1
        if len(text) > MAX_TEXT_CHARACTERS or heard > MAX_TEXTS:
            await websocket.close(POLICY_VIOLATION, "nothing is to be said here")
            return


async def _may_hear(websocket: WebSocket, listener: _Listener, message: Message) -> bool:
    """Return whether a user may see the extension that an event is about."""
    if message.about is None or listener.extension_id is None:
        return True
    services: VisibilityServices = websocket.app.state.services
    return (await services.visibility.current()).may_hear_of(listener.extension_id, message.about)


def _portal_events(websocket: WebSocket) -> Callable[[Event], Awaitable[bool]]:
    """Return what decides whether an event belongs to a page that the administrator's role allows. It reads the role
    at the first event, and again when roles change."""
    role: Role | None = None

    async def passes(event: Event) -> bool:
        nonlocal role
        if role is None or isinstance(event, AdministratorChanged):
            try:
                role = (await check_administrator(kit_of(websocket).database, _token(websocket, True))).role
            except NotSignedIn:
                role = None
                return isinstance(event, SessionEnded)  # which comes, or is noticed with the next beat
        return may_hear(role, event)

    return passes


async def _client_events(
    websocket: WebSocket, listener: _Listener, extension_id: int
) -> Callable[[Event], Awaitable[bool]]:
    """Return what decides whether an event belongs to a menu that the user sees."""
    async with kit_of(websocket).database.transaction(write=False) as db:
        menus = MenuEvents(await allowed_targets(db, "menu", extension_id), listener.client_kind)

    async def passes(event: Event) -> bool:
        return menus.passes(event)

    return passes


async def _tell(websocket: WebSocket, subscription: Subscription, listener: _Listener) -> None:
    loop = asyncio.get_running_loop()
    if listener.extension_id is None:
        passes = _portal_events(websocket)
    else:
        passes = await _client_events(websocket, listener, listener.extension_id)
    next_beat = loop.time() + BEAT_SECONDS
    next_word = loop.time() + ALIVE_SECONDS
    while True:
        if subscription.overflowed:
            log.info("too_slow")
            await websocket.close(CLOSE_TOO_SLOW, "too slow")
            return
        if loop.time() >= next_beat:
            next_beat = loop.time() + BEAT_SECONDS
            if not await _still_there(websocket, administrator=listener.extension_id is None):
                return
        try:
            message = await wait_with_timeout(
                subscription.queue.get(), max(min(next_beat, next_word) - loop.time(), 0.01)
            )
        except TimeoutError:
            if loop.time() >= next_word:
                next_word = loop.time() + ALIVE_SECONDS
                await websocket.send_text(ALIVE)
            continue
        if not await passes(message.event) or not await _may_hear(websocket, listener, message):
            continue
        next_word = loop.time() + ALIVE_SECONDS
        await websocket.send_text(message.text)
        if _ends_session(message):
            await websocket.close(SESSION_ENDED, str(message.body.get("reason", "")))
            return


def _ends_session(message: Message) -> bool:
    return isinstance(message.event, SessionEnded)


def _cookie(administrator: bool) -> str:
    return ADMIN_COOKIE if administrator else CLIENT_COOKIE


def _token(websocket: WebSocket, administrator: bool) -> str | None:
    """Return the token from the cookie, or from the header that programs other than browsers send."""
    scheme, _, value = websocket.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" and value else websocket.cookies.get(_cookie(administrator))


async def _send(websocket: WebSocket, event: Event) -> None:
    await websocket.send_text(Message(frozenset(), event).text)
