"""Sets the mobile defaults (Linkus server > Mobile defaults, CO-1) for new extensions or for all."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_settings import repository
from linkus.client_settings.codecs import CODEC_NAMES, Codec, is_usable
from linkus.client_settings.default import KEY, default_values, mobile_default
from linkus.client_settings.events import ManySettingsChanged
from linkus.client_settings.history.repository import ChangeSource, remember
from linkus.client_settings.schemas import (
    ApplyTo,
    CodecMode,
    CodecView,
    MobileDefault,
    MobileDefaultSaved,
    MobileDefaultUpdate,
    MobileDefaultView,
)
from linkus.client_settings.service import publish, view_of
from linkus.kit.bus import PORTAL
from linkus.kit.work import UnitOfWork
from linkus.shared.setting_groups import write_group

KIND = "mobile"
CHUNK_ROWS = 500


def codecs() -> list[CodecView]:
    """List all codecs that can be chosen."""
    return [
        CodecView(
            codec=codec, name=CODEC_NAMES[codec], mode=CodecMode.USABLE if is_usable(codec) else CodecMode.PASS_THROUGH
        )
        for codec in Codec
    ]


async def view(db: AsyncSession) -> MobileDefaultView:
    values, version = await mobile_default(db)
    return MobileDefaultView(**values.model_dump(), codecs=codecs(), version=version)


async def update(work: UnitOfWork, body: MobileDefaultUpdate) -> MobileDefaultSaved:
    """Set the default. Extensions without a row of their own follow it, so each of them first gets a row with its
    present values. With `apply_to: all`, one statement then writes the new values into every row."""
    previous = await default_values(work.db, KIND)
    values = MobileDefault(codec=body.codec, only_this_codec=body.only_this_codec)
    await write_group(work, KEY, values, body.version, lambda: view(work.db))
    await repository.write_missing(work.db, KIND, previous)
    extensions, connected = 0, 0
    if body.apply_to is ApplyTo.ALL:
        await _remember(work.db, values.model_dump(mode="json"))
        extensions = await repository.write_all(work.db, KIND, values.model_dump(mode="json"))
        connected = await _notify(work)
    return MobileDefaultSaved(**(await view(work.db)).model_dump(), extensions=extensions, connected=connected)


async def _remember(db: AsyncSession, values: dict[str, Any]) -> None:
    """Store in the history what the new default is about to alter."""
    differing = await repository.differing(db, KIND, values)
    altered = [(extension_id, version + 1, before) for extension_id, version, before in differing]
    for start in range(0, len(altered), CHUNK_ROWS):
        await remember(db, ChangeSource.DEFAULT, KIND, altered[start : start + CHUNK_ROWS], values)


async def _notify(work: UnitOfWork) -> int:
    """Publish one event for each extension that somebody listens for, and one for open portal pages: not ten
    thousand."""
    listening = work.bus.listened_extensions()
    rows = await repository.with_numbers(work.db, KIND, listening)
    for row, number in rows:
        publish(work, row.extension_id, number, view_of(row), portal=False)
    work.publish([PORTAL], ManySettingsChanged(kind=KIND))
    return len(rows)
