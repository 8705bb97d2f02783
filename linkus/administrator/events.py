"""The event of administrators and roles."""

from __future__ import annotations

from typing import Literal

from linkus.kit.bus import Event


class AdministratorChanged(Event):
    """An administrator was added, changed or removed, or, with null, a role: read the session, which says what its own
    role allows, and the lists again. Events of pages that the role lacks are not sent."""

    type: Literal["administrator.changed"] = "administrator.changed"
    id: int | None
