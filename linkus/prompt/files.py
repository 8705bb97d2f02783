"""The prompts as files: the spoken ones, and those played now."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from linkus.kit.messages import LANGUAGES, Language
from linkus.kit.private_files import replacing

NARROW, WIDE = ".wav", ".wav16"  # 8 and 16 kHz: the core takes the one that suits the call's codec


@dataclass(frozen=True)
class PromptFiles:
    recipe: Path  # prompts.json
    spoken: Path  # made with the engine's image
    played: Path  # LINKUS_HOME/prompts: the present file of every prompt

    def texts(self) -> dict[str, dict[Language, str]]:
        """Return the text of each prompt in each language."""
        texts: dict[str, dict[Language, str]] = json.loads(self.recipe.read_text("utf-8"))
        return {name: {language: text[language] for language in LANGUAGES} for name, text in texts.items()}

    def read_spoken(self, name: str, language: str) -> bytes | None:
        path = self.spoken / language / f"{name}{WIDE}"
        return path.read_bytes() if path.exists() else None

    def play(self, name: str, language: str, narrow: bytes, wide: bytes) -> None:
        """Play these files from the next call on. A call that is playing the old file continues with it (rename)."""
        for suffix, data in ((NARROW, narrow), (WIDE, wide)):
            _write(self.played / language / f"{name}{suffix}", data)

    def play_spoken(self, name: str, language: str) -> None:
        for suffix in (NARROW, WIDE):
            source = self.spoken / language / f"{name}{suffix}"
            target = self.played / language / f"{name}{suffix}"
            if source.exists():
                _write(target, source.read_bytes())
            else:  # no engine image: nothing is played here at all
                target.unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    if path.exists() and path.read_bytes() == data:
        return
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    with replacing(path, durable=True) as fresh:
        fresh.write_bytes(data)
        fresh.chmod(0o640)  # the engine's user is in the group, which the folder passes on (setgid)
