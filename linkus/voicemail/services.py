"""The files of messages, and the dependency by which endpoints get them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from linkus.call.services import CallServices
from linkus.voicemail.files import MessageFiles


@dataclass(kw_only=True)
class VoicemailServices(CallServices):
    voicemail_files: MessageFiles


async def _voicemail_files(connection: HTTPConnection) -> MessageFiles:
    services: VoicemailServices = connection.app.state.services
    return services.voicemail_files


AppVoicemailFiles = Annotated[MessageFiles, Depends(_voicemail_files)]
