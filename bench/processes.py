"""Reads CPU time and memory of a part: all processes below the one that the supervisor started."""

import psutil  # type: ignore[import-untyped]  # it comes without types


def tree(pid: int) -> list[psutil.Process]:
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def cpu_ms(pid: int) -> float:
    """Return the CPU time, with that of ended children if their parent waited for them."""
    total = 0.0
    for process in tree(pid):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total * 1000


def pss_mb(pid: int) -> float:
    """Return the proportional set size: each shared page is divided among the processes that share it."""
    total = 0
    for process in tree(pid):
        try:
            total += process.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return total / 2**20
