"""The events of imports."""

from __future__ import annotations

from typing import Literal

from linkus.importing.schemas import ImportProgress
from linkus.kit.bus import Event


class ImportProgressed(Event, ImportProgress):
    """The progress of an import, as in `GET /admin/imports/{id}` without `errors` and `message`."""

    type: Literal["import.progress"] = "import.progress"
