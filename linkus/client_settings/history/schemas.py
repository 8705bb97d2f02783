from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from linkus.client_settings.history.repository import ChangeSource
from linkus.kit.actor import ActorKind
from linkus.kit.fields import Body, Line, Moment

SettingValue = bool | int | str


class SettingChange(BaseModel):
    """Tells of one change of one setting. `actor_name` is an administrator's name, or number and name of a user."""

    name: str
    changed_at: datetime
    actor: ActorKind
    actor_name: str
    source: ChangeSource
    before: SettingValue
    after: SettingValue


class SettingHistory(BaseModel):
    """Lists the changes of one client's settings, newest first. A setting that is not among them has never changed as
    far back as the history reaches, which is 400 days and 500 changes. What a user changes within a
    minute is one change."""

    items: list[SettingChange]


class SettingsThen(BaseModel):
    """Holds the values as they were at a moment."""

    moment: datetime
    values: dict[str, SettingValue]


class RestoreRequest(Body):
    """Names settings that get the values back that they had at `moment`."""

    names: Annotated[list[Annotated[Line, Field(max_length=63)]], Field(min_length=1, max_length=50)]
    moment: Moment
