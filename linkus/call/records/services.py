"""Names the services that the writer of call records needs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from linkus.call.call_state import Ended
from linkus.client_permission.visibility.services import VisibilityServices


@dataclass(kw_only=True)
class RecordServices(VisibilityServices):
    ended_calls: asyncio.Queue[Ended]  # live calls put them here
