"""Checks disk, clock and ports of the machine."""

import ctypes
import datetime
import json
import shutil
from pathlib import Path
from typing import Any

import psutil

from linkus.doctor.finding import Finding, Level, Text
from linkus.engine.layout import Layout
from linkus.runtime.ports import Port, find_holder, needed_ports
from linkus.runtime.preflight import port_problem

GIGABYTE = 1024**3
DISK_NEEDED = 1 * GIGABYTE
# a correct clock cannot be earlier than this code
WRITTEN = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
_TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised


def check_disk(layout: Layout) -> Finding:
    subject = Text("磁盘", "Disk")
    place = next(folder for folder in (layout.home, *layout.home.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    said = Text(f"{place} 可用 {free / GIGABYTE:.1f} GB", f"{free / GIGABYTE:.1f} GB free at {place}")
    if free >= DISK_NEEDED:
        return Finding(Level.OK, subject, said)
    remedy = Text(
        "请至少释放 1 GB，或用 LINKUS_HOME 换一个位置。", "Free at least 1 GB, or move LINKUS_HOME to another place."
    )
    return Finding(Level.PROBLEM, subject, said, remedy)


def check_clock(now: datetime.datetime, synchronised: bool) -> Finding:
    """Check the clock. A wrong clock breaks certificates, one-time links and SIP credentials."""
    subject = Text("时钟", "Clock")
    stamp = now.isoformat(timespec="seconds")
    if now < WRITTEN:
        remedy = Text("请校准系统时间并启用时间同步。", "Set the system time and switch time synchronisation on.")
        return Finding(Level.PROBLEM, subject, Text(f"时间 {stamp} 不正确", f"The time {stamp} is wrong"), remedy)
    if not synchronised:
        remedy = Text("建议启用时间同步（如 chrony）。", "Switch time synchronisation on, for example chrony.")
        said = Text(f"{stamp}，未与时间服务器同步", f"{stamp}, not synchronised with a time server")
        return Finding(Level.NOTE, subject, said, remedy)
    return Finding(Level.OK, subject, Text(f"{stamp}，已同步", f"{stamp}, synchronised"))


def clock_is_synchronised() -> bool:
    structure = ctypes.create_string_buffer(256)  # struct timex, with modes = 0: read only
    return bool(ctypes.CDLL(None).adjtimex(structure) not in (_TIME_ERROR, -1))


def check_fence(possible: bool) -> Finding:
    """Check the packet filter. It alone protects the relay's control port, which needs no key, from other local
    users."""
    subject = Text("内部端口", "Internal ports")
    if possible:
        said = Text(
            "运行时由 nftables 挡住本机的其他用户", "while running, nftables keeps other users of this machine away"
        )
        return Finding(Level.OK, subject, said)
    said = Text(
        "无法使用 nftables：本机的任何用户都能控制媒体中继（端口 2223）",
        "nftables cannot be used: any user of this machine can control the media relay (port 2223)",
    )
    remedy = Text(
        "如果本机还有其他用户，请安装 nftables 并以 root 运行。",
        "If this machine has other users, install nftables and run as root.",
    )
    return Finding(Level.NOTE, subject, said, remedy)


def check_udp_guard(layout: Layout) -> list[Finding]:
    """Check that the UDP ports of the running programs are guarded (linkus/engine/udp_guard.py). A program of another
    user could take over a port that is not, and get what was meant for ours."""
    if not running_pids(layout.home):
        return []
    parts = read_run_record(layout.home)["parts"]
    problems = {name: part["udp_problem"] for name, part in parts.items() if part.get("udp_problem")}
    if not problems:
        return []
    names, reasons = ", ".join(problems), ", ".join(sorted(set(problems.values())))
    said = Text(
        f"系统不允许保护 UDP 端口（{reasons}）：本机的任何用户都能接管 {names} 的端口",
        f"the system forbids to guard UDP ports ({reasons}): any user of this machine can take over those of {names}",
    )
    remedy = Text(
        "如果本机还有其他用户，请以 root 运行；在容器中请允许 CAP_SYS_PTRACE。",
        "If this machine has other users, run as root; in a container, allow CAP_SYS_PTRACE.",
    )
    return [Finding(Level.NOTE, Text("UDP 端口", "UDP ports"), said, remedy)]


def check_ports_free(layout: Layout) -> list[Finding]:
    """Check that the ports are free. Ports used by the running instance of this home are no problem."""
    own = running_pids(layout.home)
    findings = [_port(port, own) for port in needed_ports(layout)]
    problems = [finding for finding in findings if finding is not None]
    if problems:
        return problems
    said = Text("由正在运行的实例使用", "used by the running instance") if own else Text("全部空闲", "all are free")
    return [Finding(Level.OK, Text("端口", "Ports"), said)]


def _port(port: Port, own: set[int]) -> Finding | None:
    problem = port_problem(port)
    if problem is None:
        return None
    holder = find_holder(port)
    if holder is not None and _descends(holder.pid, own):
        return None
    said, remedy = zip(*(_split(line) for line in str(problem).splitlines()), strict=True)
    return Finding(Level.PROBLEM, Text("端口", "Ports"), Text(*said), Text(*remedy))


def _split(sentence: str) -> tuple[str, str]:
    """Split a refusal ("problem, remedy") into problem and remedy, which are printed on separate lines."""
    for separator in ("，请", ": "):
        head, found, tail = sentence.partition(separator)
        if found:
            return head, ("请" if separator.startswith("，") else "") + tail
    return sentence, sentence


def running_pids(home: Path) -> set[int]:
    """Return the process ids of the instance that runs in this home."""
    record = read_run_record(home)
    if not record:
        return set()
    pids = {record["pid"], *(part["pid"] for part in record["parts"].values() if part["pid"])}
    return {pid for pid in pids if psutil.pid_exists(pid)}


def read_run_record(home: Path) -> dict[str, Any]:
    """Return run.json of the instance that runs in this home, or an empty one."""
    try:
        record: dict[str, Any] = json.loads((home / "run.json").read_text())
    except (OSError, ValueError):
        return {}
    return record


def _descends(pid: int, ancestors: set[int]) -> bool:
    try:
        family = {pid, *(parent.pid for parent in psutil.Process(pid).parents())}
    except psutil.NoSuchProcess:
        return False
    return not family.isdisjoint(ancestors)
