"""The directory of who may see whom, and the dependency by which endpoints get it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from linkus.client_permission.services import PeopleServices
from linkus.client_permission.visibility.directory import Directory, Visibility


@dataclass(kw_only=True)
class VisibilityServices(PeopleServices):
    visibility: Visibility


async def _directory(connection: HTTPConnection) -> Directory:
    services: VisibilityServices = connection.app.state.services
    return await services.visibility.current()


AppDirectory = Annotated[Directory, Depends(_directory)]  # with every change committed so far
