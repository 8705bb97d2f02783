"""Acts as the administrator for tests, by the API."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Self

import httpx

ADMINISTRATOR = "admin"
PASSWORD = "Walk-in-The-Park-73"
OWN_PASSWORD = "Stay-at-The-Lake-58"

_numbers = itertools.count(1001)


@dataclass(frozen=True, slots=True)
class Person:
    """An extension with its Linkus client enabled."""

    id: int
    number: str
    name: str
    password: str
    registration_name: str
    language: str


class PortalApi:
    def __init__(self, address: str, *, verify: bool = True) -> None:
        self.address = address
        self._http = httpx.Client(
            base_url=f"{address}/api/v1",
            headers={"Origin": address, "Accept-Language": "zh-CN"},
            timeout=15,
            verify=verify,
        )
        self.call("POST", "/sessions", {"username": ADMINISTRATOR, "password": PASSWORD})

    def call(self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> Any:
        answer = self._http.request(method, path, json=body, headers=headers)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def add_person(self, last_name: str = "", first_name: str = "", **fields: object) -> Person:
        number = str(next(_numbers))
        body = {
            "number": number,
            "first_name": first_name or number,
            "last_name": last_name,
            "linkus_enabled": True,
            "user_password": PASSWORD,
            **fields,
        }
        made = self.call("POST", "/admin/extensions", body)
        name, registration, language = made["display_name"], made["registration_name"], made["language"]
        return Person(made["id"], number, name, PASSWORD, registration, language)

    def add_user(self, last_name: str = "", first_name: str = "", **fields: object) -> Person:
        """Add a user who has signed in by a link and has their own password, so the client does not ask for one."""
        person = self.add_person(last_name, first_name, **{"user_password": "", **fields})
        return self.choose_password(person)

    def give_role(self, person: Person, role: str) -> Any:
        """Give the user a role, whose login is new with it."""
        logins = [{"extension_id": person.id, "email": ""}]
        body = {"role": role, "extension_id": person.id, "confirmed_logins": logins}
        return self.call("POST", "/admin/administrators", body)

    def choose_password(self, person: Person) -> Person:
        """Have the user choose their own password by a login link."""
        token = self.login_link(person).rpartition("t=")[2]
        redeemed = self.call("POST", "/credentials/redeem", {"token": token, "transport": "bearer"})
        user = {"Authorization": f"Bearer {redeemed['token']}"}
        self.call("PUT", "/client/password", {"new_password": OWN_PASSWORD}, headers=user)
        self.call("DELETE", "/client/session", headers=user)
        return replace(person, password=OWN_PASSWORD)

    def wait_online(self, person: Person, kind: str, seconds: float = 10) -> None:
        end = time.monotonic() + seconds
        while not self.call("GET", f"/admin/extensions/{person.id}")["online"][kind]:
            assert time.monotonic() < end, f"{person.number}.{kind} is not online after {seconds:.0f} s"
            time.sleep(0.1)

    def login_link(self, person: Person, client_kind: str = "web") -> str:
        path = f"/admin/extensions/{person.id}/credential"
        return str(self.call("POST", path, {"client_kind": client_kind})["link"])

    def switch_linkus(self, person: Person, enabled: bool) -> None:
        self.call("POST", "/admin/extensions/linkus", {"ids": [person.id], "enabled": enabled})

    def devices(self, person: Person) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.call("GET", f"/admin/sessions?extension_id={person.id}")["items"]
        return found

    def sign_out(self, session_id: int) -> None:
        self.call("DELETE", f"/admin/sessions/{session_id}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()
