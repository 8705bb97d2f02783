from __future__ import annotations

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from linkus.client_permission.rules.catalogue import Kind
from linkus.client_permission.rules.resolution import SubjectKind
from linkus.kit.database import Base


class PermissionRule(Base):
    """Stores a rule for the menus or the settings of clients. The default rule (everybody, everything) is no row."""

    __tablename__ = "permission_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(String(7), index=True)
    name: Mapped[str] = mapped_column(String(63))
    note: Mapped[str] = mapped_column(String(500), default="")
    is_allowing: Mapped[bool]
    targets: Mapped[list[str]] = mapped_column(JSON)  # as chosen: the parts of an item are not listed
    enabled: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)


class PermissionSubject(Base):
    """Stores whom a rule concerns. At most one of the three ids is set; none of them for the whole company and for the
    group of all extensions, which are no rows. A row goes with what it names, so that nothing turns into everyone."""

    __tablename__ = "permission_subject"

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("permission_rule.id", ondelete="CASCADE"), index=True)
    kind: Mapped[SubjectKind] = mapped_column(String(10))
    extension_id: Mapped[int | None] = mapped_column(ForeignKey("extension.id", ondelete="CASCADE"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("extension_group.id", ondelete="CASCADE"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id", ondelete="CASCADE"), index=True)
