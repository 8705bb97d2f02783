"""Refuses to start without the key that belongs to the database, unless the operator accepts its loss."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from linkus.engine.keys import read_key
from linkus.kit.actor import Actor, ActorKind, acting
from linkus.kit.database import Database
from linkus.kit.settings import Settings
from linkus.runtime.console import Refusal
from linkus.system.sealed import KeyState, Loss, accept_loss, key_state, remember, seal_of

ACCEPT = "linkus accept-lost-keys"


@dataclass(frozen=True)
class KeyProblem:
    """The reason why the server must not start with the present keys, and the remedy."""

    chinese: str
    english: str
    remedy_chinese: str
    remedy_english: str

    @property
    def refusal(self) -> Refusal:
        return Refusal(f"{self.chinese}。{self.remedy_chinese}", f"{self.english}. {self.remedy_english}")


def present_key(folder: Path) -> str | None:
    """Return the seal key without creating one."""
    try:
        return (folder / "seal").read_text().strip()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        return ""


async def check_keys(settings: Settings, *, only_look: bool = False) -> KeyProblem | None:
    """Return why the server must not start with the present keys. If they are fine, store a new fingerprint."""
    folder = settings.home / "keys"
    database = Database(settings.database)
    try:
        async with database.transaction(write=not only_look) as db:
            state = await key_state(db, present_key(folder))
            if state is not KeyState.GOOD:
                return key_problem(state, folder)
            if not only_look:
                await remember(db, read_key(folder, "seal"))
    finally:
        await database.close()
    return None


def key_problem(state: KeyState, folder: Path) -> KeyProblem:
    if state is KeyState.MISSING:
        chinese, english = f"密钥文件 {folder / 'seal'} 不存在", f"The key file {folder / 'seal'} is missing"
    else:
        chinese = f"密钥文件 {folder / 'seal'} 不是此数据库原来的密钥"
        english = f"The key file {folder / 'seal'} is not the one that belongs to this database"
    return KeyProblem(
        f"{chinese}，数据库中已加密的密码无法读取",
        f"{english}, so the passwords that are sealed in it cannot be read",
        f"请从备份恢复 {folder}；如果密钥确已丢失，请运行 {ACCEPT}，然后在管理网页中重新填写中继和邮件服务器的密码。",
        f"Restore {folder} from a backup; if the keys are really lost, run {ACCEPT}, "
        "then enter the passwords of trunks and mail server again in the portal.",
    )


async def accept_lost_keys(settings: Settings) -> Loss | None:
    """Continue with the present keys, and create missing ones. Return None if nothing is lost."""
    folder = settings.home / "keys"
    database = Database(settings.database)
    try:
        async with database.transaction() as db:
            key = present_key(folder)
            if await key_state(db, key) is KeyState.GOOD:
                return None
            if key is not None and seal_of(key) is None:
                (folder / "seal").rename(folder / "seal.damaged")
            with acting(Actor(ActorKind.COMMAND_LINE, name=ACCEPT)):
                return await accept_loss(db, read_key(folder, "seal"))
    finally:
        await database.close()
