from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from linkus.kit.database import Base


class VisibilityRule(Base):
    __tablename__ = "visibility_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(63))
    enabled: Mapped[bool] = mapped_column(default=True)
    only_self: Mapped[bool] = mapped_column(default=False)  # its subjects see no colleague: chosen, not left over
    version: Mapped[int] = mapped_column(default=1)


class VisibilityRuleItem(Base):
    """Names one subject or target of a rule: an extension, a group or a department. None of them stands for everyone.

    A row goes with what it names, so that nothing turns into everyone.
    """

    __tablename__ = "visibility_rule_item"
    __table_args__ = (
        CheckConstraint(
            "CASE WHEN extension_id IS NULL THEN 0 ELSE 1 END + CASE WHEN group_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN department_id IS NULL THEN 0 ELSE 1 END <= 1",
            name="names_one",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("visibility_rule.id", ondelete="CASCADE"), index=True)
    side: Mapped[str] = mapped_column(String(7))  # subject, target
    extension_id: Mapped[int | None] = mapped_column(ForeignKey("extension.id", ondelete="CASCADE"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("extension_group.id", ondelete="CASCADE"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id", ondelete="CASCADE"), index=True)
