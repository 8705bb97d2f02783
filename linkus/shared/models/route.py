from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from linkus.kit.database import Base


class InboundRoute(Base):
    """Stores where a call from outside goes, by the dialled number (DID). The first match by position counts."""

    __tablename__ = "inbound_route"

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(63))
    trunk_id: Mapped[int | None] = mapped_column(ForeignKey("trunk.id", ondelete="CASCADE"))  # None: any
    did_number: Mapped[str] = mapped_column(String(40), default="")  # empty: any
    did_name: Mapped[str] = mapped_column(String(63), default="")
    destination: Mapped[str] = mapped_column(String(15))  # extension, paging_group, voicemail
    extension_id: Mapped[int | None] = mapped_column(ForeignKey("extension.id", ondelete="CASCADE"))
    paging_group_id: Mapped[int | None] = mapped_column(ForeignKey("paging_group.id", ondelete="CASCADE"))
    enabled: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)


class OutboundRoute(Base):
    """Stores by which trunks a dialled number goes out, and as which number. The first match by position counts."""

    __tablename__ = "outbound_route"

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(63), unique=True)
    pattern: Mapped[str] = mapped_column(String(40))  # digits, X 0-9, Z 1-9, N 2-9, [..], a final . for the rest
    strip: Mapped[int] = mapped_column(default=0)  # how many digits are taken off the front
    prepend: Mapped[str] = mapped_column(String(20), default="")
    enabled: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)


class OutboundRouteTrunk(Base):
    """Lists the trunks of a route, tried one after the other."""

    __tablename__ = "outbound_route_trunk"

    route_id: Mapped[int] = mapped_column(ForeignKey("outbound_route.id", ondelete="CASCADE"), primary_key=True)
    trunk_id: Mapped[int] = mapped_column(ForeignKey("trunk.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int]
