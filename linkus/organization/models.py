from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from linkus.kit.database import Base


class Department(Base):
    """Stores a department. Without a parent it stands directly below the company, which is no row."""

    __tablename__ = "department"
    __table_args__ = (
        UniqueConstraint("parent_id", "name_key"),
        # in a unique constraint two NULLs differ, so that departments without a parent need an index of their own
        Index(
            "uq_department_top_name_key",
            "name_key",
            unique=True,
            sqlite_where=text("parent_id IS NULL"),
            postgresql_where=text("parent_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    name: Mapped[str] = mapped_column(String(63))
    name_key: Mapped[str] = mapped_column(String(63))
    position: Mapped[int]  # among its siblings; gaps are allowed
    version: Mapped[int] = mapped_column(default=1)


class DepartmentMember(Base):
    """Puts an extension into a department. Those in no department stand directly below the company."""

    __tablename__ = "department_member"

    department_id: Mapped[int] = mapped_column(ForeignKey("department.id", ondelete="CASCADE"), primary_key=True)
    extension_id: Mapped[int] = mapped_column(
        ForeignKey("extension.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class ExtensionGroup(Base):
    """Stores an extension group. The group of all extensions is no row."""

    __tablename__ = "extension_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(63))
    name_key: Mapped[str] = mapped_column(String(63), unique=True)
    version: Mapped[int] = mapped_column(default=1)


class ExtensionGroupMember(Base):
    __tablename__ = "extension_group_member"

    group_id: Mapped[int] = mapped_column(ForeignKey("extension_group.id", ondelete="CASCADE"), primary_key=True)
    extension_id: Mapped[int] = mapped_column(
        ForeignKey("extension.id", ondelete="CASCADE"), primary_key=True, index=True
    )
