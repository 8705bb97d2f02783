from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from linkus.kit.database import Base


class PagingGroup(Base):
    """Stores a number that reaches many members at once. It must differ from all extension numbers."""

    __tablename__ = "paging_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(8), unique=True)
    name: Mapped[str] = mapped_column(String(63))
    mode: Mapped[str] = mapped_column(String(10), default="one_way")  # one_way, two_way
    callers: Mapped[str] = mapped_column(String(10), default="all")  # who may page: all, members, chosen
    version: Mapped[int] = mapped_column(default=1)


class PagingGroupMember(Base):
    __tablename__ = "paging_group_member"

    group_id: Mapped[int] = mapped_column(ForeignKey("paging_group.id", ondelete="CASCADE"), primary_key=True)
    extension_id: Mapped[int] = mapped_column(
        ForeignKey("extension.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class PagingGroupCaller(Base):
    """Lists who may page when `callers` is `chosen`."""

    __tablename__ = "paging_group_caller"

    group_id: Mapped[int] = mapped_column(ForeignKey("paging_group.id", ondelete="CASCADE"), primary_key=True)
    extension_id: Mapped[int] = mapped_column(
        ForeignKey("extension.id", ondelete="CASCADE"), primary_key=True, index=True
    )
