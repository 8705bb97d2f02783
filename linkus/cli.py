"""The command line. Each command imports its modules when it runs, so that every command starts quickly."""

import json
import os
import sys
from typing import Annotated

import typer

from linkus import __version__
from linkus.engine.file_modes import use_private_umask
from linkus.kit.settings import Settings, get_settings
from linkus.runtime.console import Refusal, say

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help="Linkus 服务器 · Linkus server"
)


@app.command()
def serve() -> None:
    """启动全部服务，按 Ctrl-C 停止 · Run all parts until told to stop."""
    settings = read_settings()
    use_private_umask()
    if settings.engine == "off":
        from linkus.runtime.brain import run_brain

        run_brain(settings)
    else:
        from linkus.serve import run

        run(settings)


@app.command()
def migrate() -> None:
    """更新数据库结构 · Bring the database up to date."""
    from linkus.runtime.migrate import upgrade

    settings = read_settings()
    use_private_umask()
    upgrade(settings)
    say("数据库结构已是最新 · The database is up to date")


@app.command()
def doctor() -> None:
    """检查环境并说明如何修复 · Check what an instance needs and say what to do."""
    from linkus.doctor import run_doctor

    raise typer.Exit(run_doctor(read_settings()))


@app.command()
def accept_lost_keys() -> None:
    """密钥确已丢失时继续使用数据库 · Go on with the database when its keys are really lost."""
    import asyncio

    from linkus.runtime import key_check
    from linkus.runtime.existing_database import require_database
    from linkus.runtime.lock import only_instance

    settings = read_settings()
    require_database(settings, "accept-lost-keys")
    with only_instance(settings.home):
        loss = asyncio.run(key_check.accept_lost_keys(settings))
    if loss is None:
        say("密钥与数据库相符，没有丢失任何内容 · The keys fit the database: nothing is lost")
        return
    for name in loss.trunks:
        say(f"请重新填写中继 {name} 的密码 · Enter the password of trunk {name} again")
    if loss.mail_server:
        say("请重新填写邮件服务器的密码 · Enter the password of the mail server again")
    if loss.pins:
        say(f"已重新生成 {loss.pins} 个语音信箱 PIN 码 · Voicemail PINs made anew: {loss.pins}")


@app.command()
def rescue(
    name: Annotated[
        str, typer.Argument(help="用户名或分机号码；不填则列出管理员 · name or extension; none lists all")
    ] = "",
) -> None:
    """禁用某个管理员的两步验证 · Remove the second factor of an administrator who has lost it."""
    import asyncio

    from linkus.administrator import rescue as accounts
    from linkus.features import load_models
    from linkus.runtime.existing_database import existing_database

    settings = read_settings()
    load_models()

    async def run() -> list[accounts.Rescuable] | bool | None:
        async with existing_database(settings, f"rescue {name}".strip()) as database:
            return await (accounts.remove_second_factor(database, name) if name else accounts.administrators(database))

    found = asyncio.run(run())
    if isinstance(found, list):
        for one in found:
            state = "已禁用 · disabled" if one.disabled else "已启用 · enabled"
            factor = "有两步验证 · second factor" if one.has_second_factor else "没有两步验证 · no second factor"
            say(f"{one.name}\t{' · '.join(one.role)}\t{state}\t{factor}")
    elif found is None:
        raise Refusal(f"没有管理员 {name}。", f"There is no administrator {name}.")
    elif found:
        say(f"管理员 {name} 现在只用密码登录 · {name} signs in with the password alone now")
    else:
        say(f"管理员 {name} 没有两步验证 · {name} has no second factor")


@app.command()
def openapi() -> None:
    """输出 API 的 OpenAPI 描述 · Print the OpenAPI description of the API."""
    from linkus.app import create_app

    sys.stdout.write(json.dumps(create_app(read_settings()).openapi(), ensure_ascii=False, indent=2) + "\n")


@app.command()
def image(
    here: Annotated[bool, typer.Option(help="程序已装在本容器中 · the programs are in this container")] = False,
) -> None:
    """构建引擎镜像（需要 root） · Build the engine image (needs root)."""
    from linkus.engine.image import ImageError, build, build_here
    from linkus.engine.layout import layout_of
    from linkus.runtime.console import both

    def tell(chinese: str, english: str) -> None:
        say(both(chinese, english))

    try:
        build_here(tell) if here else build(layout_of(read_settings()), tell)
    except ImageError as error:
        chinese, english = str(error).split("\n", 1)
        raise Refusal(chinese, english) from error


@app.command()
def version() -> None:
    """版本 · Version."""
    say(__version__)


def read_settings() -> Settings:
    from pydantic import ValidationError

    from linkus.kit.setting_rules import explain

    try:
        return get_settings()
    except ValidationError as error:
        chinese, english = explain(error.errors())
        raise Refusal(f"环境变量有误。{chinese}", f"Correct the environment variables. {english}") from error


def main() -> None:
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    try:
        app()
    except Refusal as refusal:
        for line in str(refusal).splitlines():
            sys.stderr.write(f"linkus: {line}\n")
        raise SystemExit(1) from None
