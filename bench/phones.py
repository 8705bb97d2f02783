"""Desk phones for the measurements: extensions in the portal, registered by sipp."""

from dataclasses import dataclass
from pathlib import Path

from bench.instance import HOST, PEERS, Instance
from bench.sipp import Outcome, Sipp, write_users

CALLER_PORT, CALLEE_PORT = 6501, 6502


@dataclass(frozen=True, slots=True)
class Phone:
    number: str
    password: str

    @property
    def identity(self) -> str:
        return f"{self.number}.phone"

    @property
    def digest(self) -> str:
        """sipp's word for: answer the challenge with these."""
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
    return phones


def register(phones: list[Phone], folder: Path, rate: int, port: int = CALLEE_PORT) -> Outcome:
    """Each once, `rate` a second, all from one address, as phones behind one router are."""
    users = write_users(folder / "users.csv", [[phone.identity, phone.digest] for phone in phones])
    return Sipp(
        folder, "register.xml", PEERS, port, "-inf", str(users), "-r", str(rate), "-m", str(len(phones)),
        "-l", "5000", "-timeout", "60", f"{HOST}:5060",
    ).wait(90)  # fmt: skip
