"""CPU time and memory of a part: all processes below the one that the supervisor started."""

import psutil  # type: ignore[import-untyped]  # it comes without types


def tree(pid: int) -> list[psutil.Process]:
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def cpu_ms(pid: int) -> float:
    """Also of children that have ended, as far as their parent waited for them."""
    total = 0.0
    for process in tree(pid):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total * 1000


def pss_mb(pid: int) -> float:
    """Proportional set size: shared pages are counted once among those who share them."""
    total = 0
    for process in tree(pid):
        try:
            total += process.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return total / 2**20
