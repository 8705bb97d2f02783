from __future__ import annotations

from fastapi import APIRouter, WebSocket

from linkus.gateway.connection import serve

root_router = APIRouter()


@root_router.websocket("/ws/events")
async def events(websocket: WebSocket, role: str = "") -> None:
    """Everything that happens, as far as it concerns this session. `?role=admin` picks the portal's cookie."""
    await serve(websocket, administrator=role == "admin")
