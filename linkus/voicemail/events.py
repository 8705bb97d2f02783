"""The events of voicemail."""

from __future__ import annotations

from typing import Literal

from linkus.kit.bus import Event


class VoicemailChanged(Event):
    """A message was left, heard or deleted: read them again."""

    type: Literal["voicemail.changed"] = "voicemail.changed"
    unheard: int
