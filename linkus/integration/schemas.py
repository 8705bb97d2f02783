from __future__ import annotations

from pydantic import BaseModel

from linkus.kit.fields import Body, Version


class LinkusSdk(BaseModel):
    """The switch of the Linkus SDK (EN-1). While it is on, the switch of an extension's clients names the pad client
    (SDK) too."""

    enabled: bool = False


class LinkusSdkView(LinkusSdk):
    version: int


class LinkusSdkUpdate(Body):
    enabled: bool
    version: Version
