"""Desk phones for the measurements: extensions in the portal, registered by sipp."""

import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.instance import HOST, PEERS, Instance
from bench.sipp import Outcome, Sipp, write_users
from linkus.engine.kamailio import KEY_HEADER
from linkus.engine.keys import read_key
from linkus.kit.settings import EDGE_RPC_PORT

CALLER_PORT, CALLEE_PORT = 6501, 6502


def edge_key(instance: Instance) -> dict[str, str]:
    """Return the header that authorises requests to the edge's RPC."""
    return {KEY_HEADER: read_key(instance.home / "keys", "rpc")}


@dataclass(frozen=True, slots=True)
class Phone:
    number: str
    password: str

    @property
    def identity(self) -> str:
        return f"{self.number}.phone"

    @property
    def digest(self) -> str:
        """Return sipp's keyword for answering the challenge with these credentials."""
        return f"[authentication username=desk{self.number} password={self.password}]"


def make_phones(instance: Instance, first: int, count: int) -> list[Phone]:
    phones = [Phone(str(first + n), f"Desk-Secret-{first + n}") for n in range(count)]
    instance.import_extensions(
        [
            {
                "First Name": f"Phone {phone.number}",
                "Extension Number": phone.number,
                "Caller ID": phone.number,
                "Registration Name": f"desk{phone.number}",
                "Registration Password": phone.password,
                "User Role": "0",
            }
            for phone in phones
        ]
    )
    _wait_for_the_edge(instance, phones)
    return phones


def _wait_for_the_edge(instance: Instance, phones: list[Phone], seconds: float = 60) -> None:
    """Wait until the edge has the phones. The brain sends them after its commit, through the outbox."""
    end = time.monotonic() + seconds
    with httpx.Client(base_url=f"http://{HOST}:{EDGE_RPC_PORT}", headers=edge_key(instance)) as edge:
        for phone in phones:
            question = {"jsonrpc": "2.0", "id": 1, "method": "htable.get", "params": ["phones", phone.identity]}
            while "result" not in edge.post("/RPC", json=question).json():
                if time.monotonic() > end:
                    raise RuntimeError(f"the edge was not told of {phone.identity}")
                time.sleep(0.1)


def register(phones: list[Phone], folder: Path, rate: int, port: int = CALLEE_PORT) -> Outcome:
    """Register each phone once, `rate` per second, all from one address, like phones behind one router."""
    users = write_users(folder / "users.csv", [[phone.identity, phone.digest] for phone in phones])
    return Sipp(
        folder, "register.xml", PEERS, port, "-inf", str(users), "-r", str(rate), "-m", str(len(phones)),
        "-l", "5000", "-timeout", "60", f"{HOST}:5060",
    ).wait(90)  # fmt: skip
