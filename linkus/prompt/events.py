"""The events of prompts."""

from __future__ import annotations

from typing import Literal

from linkus.kit.bus import Event
from linkus.kit.messages import Language


class PromptChanged(Event):
    """A prompt was uploaded or removed."""

    type: Literal["prompt.changed"] = "prompt.changed"
    name: str
    language: Language
