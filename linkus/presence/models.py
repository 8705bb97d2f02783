"""Database model of revoked SIP identities."""

from __future__ import annotations

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from linkus.kit.database import Base


class SipRevocation(Base):
    """Revokes the SIP credentials of `aor` that expire at `until` or before (docs/contracts/identities.md).

    `aor` is `1001.web`, or `1001.web:17` for the credentials of one session only.
    """

    __tablename__ = "sip_revocation"

    aor: Mapped[str] = mapped_column(String(40), primary_key=True)
    until: Mapped[int] = mapped_column(BigInteger)  # unix time
