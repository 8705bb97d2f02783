"""The outbox against a model: whatever its workers do, in any order, nothing is lost or started again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from linkus.kit import outbox, outbox_worker
from linkus.kit.clock import now
from linkus.kit.outbox import OutboxRow, RetryLater, back_off, release_leases
from linkus.kit.outbox_worker import LEASE_DURATION, Worker
from tests.support.api import Server
from tests.support.machine import Run, run_machine

TOPIC = "test.machine"
CONCURRENCY = 3
OUTCOMES = st.sampled_from(["done", "gone for good", "later", "broken"])

ACTIONS = st.sampled_from(["claim", "work off", "work off", "overtake", "stop", "kill"])


@dataclass
class Item:
    """The model's state of a row."""

    due: datetime
    attempts: int = 0
    holder: str | None = None  # the last worker that leased it, and has neither released it nor died
    error: str = ""
    ended: int = 0  # how often a worker has finished it


@dataclass
class Model:
    items: dict[int, Item] = field(default_factory=dict)

    @property
    def left(self) -> dict[int, Item]:
        return {number: item for number, item in self.items.items() if not item.ended}

    def due(self, moment: datetime) -> list[int]:
        found = [number for number, item in self.left.items() if item.due <= moment]
        return sorted(found, key=lambda number: (self.items[number].due, number))


class OutboxMachine(RuleBasedStateMachine):
    """Two workers of two processes lease rows and work them off in steps. The machine sets the clock."""

    def __init__(self, server: Server, run: Run, clock: list[datetime]) -> None:
        super().__init__()
        self.server, self.run, self.clock = server, run, clock
        self.model = Model()
        self.outcomes: dict[int, str] = {}
        self.run(server.clear_outbox())
        self.workers = {name: self._worker() for name in "ab"}
        self.leased_rows: dict[str, list[OutboxRow]] = {"a": [], "b": []}

    @property
    def moment(self) -> datetime:
        return self.clock[0]

    def _worker(self) -> Worker:
        return Worker(self.server.database, self.server.services.outbox, TOPIC, self._handle, CONCURRENCY)

    async def _handle(self, payload: dict[str, Any]) -> None:
        number = payload["n"]
        outcome = self.outcomes[number]
        if outcome == "later":
            raise RetryLater("not now")
        if outcome == "broken":
            raise ValueError("cannot be done")
        self.model.items[number].ended += 1

    @rule(count=st.integers(1, 4), delay=st.sampled_from([0, 0, 1, 300]), together=st.booleans())
    def enqueue(self, count: int, delay: int, together: bool) -> None:
        first = len(self.model.items) + 1
        numbers = list(range(first, first + count))
        due = self.moment if together else self.moment + timedelta(seconds=delay)

        async def write() -> None:
            outbox = self.server.services.outbox
            async with self.server.database.transaction() as db:
                if together:
                    await outbox.add_many(db, TOPIC, [{"n": number} for number in numbers])
                for number in () if together else numbers:
                    outbox.add(db, TOPIC, {"n": number}, due_at=due)

        self.run(write())
        self.model.items |= {number: Item(due) for number in numbers}

    @rule(seconds=st.sampled_from([0.5, 1, 3, 60, 119, 121, 1000]))
    def time_passes(self, seconds: float) -> None:
        self.clock[0] += timedelta(seconds=seconds)

    @initialize(count=st.integers(1, 6))
    def begin(self, count: int) -> None:
        self.enqueue(count, 0, together=True)

    def holding(self, name: str) -> str:
        """Return `name`, or the other worker if only that one holds rows."""
        return name if self.leased_rows[name] else next(other for other, rows in self.leased_rows.items() if rows)

    def claim(self, name: str, wait: bool) -> None:
        if self.leased_rows[name]:
            name = next(other for other, rows in self.leased_rows.items() if not rows)
        if wait and self.model.left:
            self.clock[0] = max(self.moment, min(item.due for item in self.model.left.values()))
        rows = self.run(self.workers[name]._lease())
        self.leased_rows[name] = rows
        assert [row.payload["n"] for row in rows] == self.model.due(self.moment)[:CONCURRENCY]
        for row in rows:
            item = self.model.items[row.payload["n"]]
            assert not item.ended, "nothing is begun after it was done"
            item.due, item.holder = self.moment + LEASE_DURATION, name

    def a_lease_runs_out(self, name: str) -> None:
        """The other worker leases the rows, while this one still works on them."""
        self.clock[0] += LEASE_DURATION + timedelta(seconds=1)
        if not all(self.leased_rows.values()):
            self.claim(name, wait=False)

    def work_off(self, name: str, outcomes: tuple[str, ...]) -> None:
        name = self.holding(name)
        rows, self.leased_rows[name] = self.leased_rows[name], []
        self.outcomes = {row.payload["n"]: outcome for row, outcome in zip(rows, outcomes, strict=False)}
        self._do_all(self.workers[name], rows)
        for number, outcome in self.outcomes.items():
            item = self.model.items[number]
            if outcome in ("later", "broken") and item.holder == name:
                item.attempts += 1
                item.due, item.holder = self.moment + back_off(item.attempts - 1), None
                item.error = "RetryLater: not now" if outcome == "later" else "ValueError: cannot be done"

    def _do_all(self, worker: Worker, rows: list[OutboxRow]) -> None:
        for row in rows:
            self.run(worker._handle(row))
        self.run(worker._release([]))

    def stop(self, name: str) -> None:
        """Stop the process in order, while it holds rows."""
        name = self.holding(name)
        rows, self.leased_rows[name] = self.leased_rows[name], []
        self.run(self.workers[name]._release(rows))
        for row in rows:
            item = self.model.items[row.payload["n"]]
            if item.holder == name:
                item.due, item.holder = self.moment, None

    def kill(self, name: str) -> None:
        """Kill the process. Its rows wait for the end of the lease."""
        name = self.holding(name)
        self.leased_rows[name] = []
        self.workers[name] = self._worker()
        for item in self.model.items.values():
            if item.holder == name:
                item.holder = "nobody"

    @rule(name=st.sampled_from("ab"), action=ACTIONS, wait=st.booleans(), outcomes=st.tuples(*[OUTCOMES] * CONCURRENCY))
    def a_process(self, name: str, action: str, wait: bool, outcomes: tuple[str, ...]) -> None:
        """Combine all actions in one rule, because hypothesis omits some rules for a whole run."""
        free = not all(self.leased_rows.values())
        if not any(self.leased_rows.values()) or (action == "claim" and free):
            self.claim(name, wait=wait)
        elif action == "overtake" and free:
            self.a_lease_runs_out(name)
        elif action == "stop":
            self.stop(name)
        elif action == "kill":
            self.kill(name)
        else:
            self.work_off(name, outcomes)

    @rule()
    def kill_all_and_start_again(self) -> None:
        self.leased_rows = {"a": [], "b": []}
        self.run(release_leases(self.server.database))
        for item in self.model.left.values():
            if item.holder is not None and self.server.database.is_sqlite:
                item.due, item.holder = self.moment, None
            elif item.holder is not None:
                item.holder = "nobody"

    @invariant()
    def nothing_is_lost(self) -> None:
        rows = {row.payload["n"]: row for row in self.run(self.server.outbox(TOPIC))}
        assert set(rows) == set(self.model.left)
        for number, item in self.model.left.items():
            row = rows[number]
            assert (row.due_at, row.attempts, row.error) == (item.due, item.attempts, item.error)
            assert row.leased == (item.holder is not None)

    def teardown(self) -> None:
        """Check that a process that starts without rows finishes everything in the end."""
        self.outcomes = dict.fromkeys(self.model.items, "done")
        self.clock[0] += timedelta(hours=1)
        worker = self._worker()
        for _ in self.model.items:
            self._do_all(worker, self.run(worker._lease()))
        assert all(item.ended for item in self.model.items.values())
        assert self.run(self.server.outbox(TOPIC)) == []


async def test_rows_are_neither_lost_nor_handled_again(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [now()]
    for module in (outbox, outbox_worker):
        monkeypatch.setattr(module, "now", lambda: clock[0])
    await run_machine(lambda run: OutboxMachine(server, run, clock), examples=20, steps=30)
