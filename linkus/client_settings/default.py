"""Default settings of an extension. The administrator sets the codec of the mobile client."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_settings.schemas import MODELS, MobileDefault
from linkus.shared.setting_groups import read_group

KEY = "mobile_default"


async def mobile_default(db: AsyncSession) -> tuple[MobileDefault, int]:
    return await read_group(db, KEY, MobileDefault)


async def default_values(db: AsyncSession, kind: str) -> dict[str, Any]:
    values = MODELS[kind]().model_dump(mode="json")
    if kind == "mobile":
        values |= (await mobile_default(db))[0].model_dump(mode="json")
    return values
