"""Settings of the Linkus server page."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from linkus.kit.database import Base

DEFAULT_VALIDITY_DAYS = 7


class LinkusServer(Base):
    """One row (1). Until it is written, the defaults hold."""

    __tablename__ = "linkus_server"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    credential_validity_days: Mapped[int] = mapped_column(default=DEFAULT_VALIDITY_DAYS)
    version: Mapped[int] = mapped_column(default=1)
