from __future__ import annotations

from fastapi import APIRouter, WebSocket

from linkus.gateway.connection import serve

root_router = APIRouter()


@root_router.websocket("/ws/events")
async def events(websocket: WebSocket, role: str = "") -> None:
    """Send the events that concern this session. `?role=admin` selects the portal's cookie."""
    await serve(websocket, administrator=role == "admin")
