"""The events of bulk changes."""

from __future__ import annotations

from typing import Literal

from linkus.client_settings.bulk_change.schemas import BulkView
from linkus.kit.bus import Event


class BulkProgressed(Event, BulkView):
    """The progress of a bulk change, as in `GET /admin/client-settings/bulk/{id}`."""

    type: Literal["client_settings.progress"] = "client_settings.progress"
