"""Serves one connection of `/ws/events`: identifies its session, sends its events, and ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from fastapi import WebSocket, WebSocketDisconnect
from starlette.websockets import WebSocketState

from linkus.client_permission.rules.enforcement import allowed_targets
from linkus.client_permission.rules.events import MenuEvents
from linkus.event_catalogue import Alive, Hello, SessionEnded
from linkus.kit.bus import CLIENTS, PORTAL, Event, Message, Subscription, extension_topic, session_topic
from linkus.kit.clock import now
from linkus.kit.errors import Forbidden, NotSignedIn
from linkus.kit.services import kit_of
from linkus.kit.waiting import wait_with_timeout
from linkus.services import Services
from linkus.session.auth import check_administrator, check_extension, check_first_login, check_origin
from linkus.session.cookies import ADMIN_COOKIE, CLIENT_COOKIE

log = structlog.get_logger("gateway")
MAX_TEXTS, TEXTS_SECONDS = 20, 10.0  # per connection
MAX_TEXT_CHARACTERS = 1000
MAX_FRAME_BYTES = 16 * 1024  # the HTTP server closes a longer one unread, with 1009
UNSUPPORTED_DATA, POLICY_VIOLATION = 1003, 1008
# close codes for applications (RFC 6455, 7.4.2)
TOO_SLOW = 4000  # the page reconnects and reads everything again
SESSION_ENDED = 4001
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
            portal = await check_administrator(database, token)
            return _Listener(portal.session_id, (PORTAL, session_topic(portal.session_id)))
        client = await check_extension(database, token)
        check_first_login(client)
    except Forbidden:
        await websocket.close(1008)  # before accept: an HTTP 403
        return None
    except NotSignedIn as error:
        await _refuse(websocket, str(error.extra.get("reason", "not_signed_in")))
        return None
    topics = (CLIENTS, extension_topic(client.extension_id), session_topic(client.session_id))
    return _Listener(client.session_id, topics, client.extension_id, client.client_kind)


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
    services: Services = websocket.app.state.services
    return (await services.visibility.current()).may_hear_of(listener.extension_id, message.about)


async def _menu_events(websocket: WebSocket, listener: _Listener) -> Callable[[Event], bool]:
    """Return what decides whether an event belongs to a menu that the user sees. Administrators get every event."""
    if listener.extension_id is None:
        return lambda _event: True
    async with kit_of(websocket).database.transaction(write=False) as db:
        menus = await allowed_targets(db, "menu", listener.extension_id)
    return MenuEvents(menus, listener.client_kind).passes


async def _tell(websocket: WebSocket, subscription: Subscription, listener: _Listener) -> None:
    loop = asyncio.get_running_loop()
    menu_events = await _menu_events(websocket, listener)
    next_beat = loop.time() + BEAT_SECONDS
    next_word = loop.time() + ALIVE_SECONDS
    while True:
        if subscription.overflowed:
            log.info("too_slow")
            await websocket.close(TOO_SLOW, "too slow")
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
        if not menu_events(message.event) or not await _may_hear(websocket, listener, message):
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
