from __future__ import annotations

from pydantic import BaseModel

from linkus.kit.fields import Body, Version


class LinkusSdk(BaseModel):
    """EN-1: while it is on, the switch of an extension's clients names the pad client (SDK) as well."""

    enabled: bool = False


class LinkusSdkView(LinkusSdk):
    version: int


class LinkusSdkUpdate(Body):
    enabled: bool
    version: Version
