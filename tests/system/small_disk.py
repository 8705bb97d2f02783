"""Runs in its own mount namespace: mounts a small file system, fills it, and prints the server's answers."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from linkus.app import create_app
from linkus.kit.settings import Settings
from linkus.runtime.migrate import upgrade
from tests.support.api import Server
from tests.system.watching import watcher

SIZE = "24m"
PIECE = b"x" * 4096


def fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(PIECE)
        except OSError:
            return


async def observe(server: Server) -> dict[str, Any]:
    await server.services.storage.look()
    administrator = server.browser(cookies=dict(server.clients[0].cookies))
    ready = await administrator.get("/readyz", headers=watcher(server))
    settings = (await administrator.get("/api/v1/admin/settings/general")).json()
    given = {"company_name": "x" * 100, "version": settings["version"]}
    write = await administrator.put("/api/v1/admin/settings/general", json=given)
    return {
        "status": ready.status_code,
        "parts": ready.json()["parts"],
        "write": [write.status_code, write.json().get("code")],
        "read": (await administrator.get("/api/v1/admin/extensions")).status_code,
    }


async def main(folder: Path) -> None:
    settings = Settings(home=folder, engine="off")
    await asyncio.to_thread(upgrade, settings)
    app = create_app(settings, tasks=False)
    async with app.router.lifespan_context(app):
        server = Server(app)
        await server.sign_in(await server.make_administrator())
        found = [await observe(server)]
        fill(folder / "filler")
        found.append(await observe(server))
        (folder / "filler").unlink()
        found.append(await observe(server))
        for client in server.clients:
            await client.aclose()
    sys.stdout.write("\n" + json.dumps(found) + "\n")


if __name__ == "__main__":
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", sys.argv[1]], check=True)
    asyncio.run(main(Path(sys.argv[1])))
