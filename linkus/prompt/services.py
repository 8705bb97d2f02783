"""The files of prompts, and the dependency by which endpoints get them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from linkus.kit.services import KitServices
from linkus.prompt.files import PromptFiles


@dataclass(kw_only=True)
class PromptServices(KitServices):
    prompt_files: PromptFiles


async def _prompt_files(connection: HTTPConnection) -> PromptFiles:
    services: PromptServices = connection.app.state.services
    return services.prompt_files


AppPromptFiles = Annotated[PromptFiles, Depends(_prompt_files)]
