"""The finding of a check, and its printed form."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    NOTE = "note"  # worth knowing, but nothing is broken
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Text:
    chinese: str
    english: str


@dataclass(frozen=True, slots=True)
class Finding:
    level: Level
    subject: Text
    said: Text
    remedy: Text | None = None


_MARK = {Level.OK: "✓", Level.NOTE: "·", Level.PROBLEM: "✗"}
_WORD = {
    Level.OK: Text("正常", "ok"),
    Level.NOTE: Text("提示", "note"),
    Level.PROBLEM: Text("问题", "problem"),
}


def lines_of(finding: Finding) -> list[str]:
    word, subject, said = _WORD[finding.level], finding.subject, finding.said
    lines = [
        f"{_MARK[finding.level]} [{word.chinese}] {subject.chinese}：{said.chinese}",
        f"  [{word.english}] {subject.english}: {said.english}",
    ]
    if finding.remedy is not None:
        lines += [f"  → {finding.remedy.chinese}", f"  → {finding.remedy.english}"]
    return lines
