from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from linkus.kit.fields import Body
from linkus.kit.pages import Page


class VoicemailView(BaseModel):
    """Describes a message. `seconds` is its length; its sound is at `/client/voicemail/{id}/audio` (WAV)."""

    id: int
    from_number: str
    from_name: str
    seconds: int
    created_at: datetime
    heard: bool


class VoicemailPage(Page[VoicemailView]):
    unheard: int
    full: bool = Field(description="Whether callers can leave no more messages until some are deleted.")


class VoicemailUpdate(Body):
    heard: bool
