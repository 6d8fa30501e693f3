"""What a command and the processes it started take: CPU time and memory, from Linux's /proc."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
INTERVAL_SECONDS = 0.2


@dataclass(frozen=True)
class Usage:
    """A process: its program, the CPU seconds of its threads, and the most memory it ever held."""

    name: str
    cpu_seconds: float
    peak_bytes: int


class FamilyWatch:
    """Watches a process and its descendants from a thread of its own, until it is closed.

    What a descendant used is known up to the last look at it, 0.2 s before its end at the worst.
    Where there is no /proc nothing is known.
    """

    def __init__(self, root: int) -> None:
        self._root = root
        self._seen: dict[int, Usage] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="processes", daemon=True)
        self._thread.start()

    def usages(self) -> dict[int, Usage]:
        """Every process seen so far, by its id, as of now."""
        with self._lock:
            for pid in _family(self._root):
                usage = _usage(pid, self._seen.get(pid))
                if usage is not None:
                    self._seen[pid] = usage
            return dict(self._seen)

    def close(self) -> None:
        """Stops watching."""
        self._closing.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._closing.wait(INTERVAL_SECONDS):
            self.usages()


def _family(root: int) -> Iterator[int]:
    """A process and those that descend from it."""
    children: dict[int, list[int]] = {}
    for folder in PROC.glob("[0-9]*"):
        pid = int(folder.name)
        stat = _stat(pid)
        if stat is not None:
            children.setdefault(int(stat[1][1]), []).append(pid)
    found = [root]
    while found:
        pid = found.pop()
        yield pid
        found += children.get(pid, [])


def _stat(pid: int) -> tuple[str, list[str]] | None:
    """A process's program and what /proc/PID/stat says after it; None when it has ended."""
    try:
        stat = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    name, _, rest = stat.partition("(")[2].rpartition(")")
    return name, rest.split()


def _usage(pid: int, last: Usage | None) -> Usage | None:
    """What a process used; None when it has ended and its parent knows of that.

    One whose parent does not know yet has its CPU time, and no memory any more.
    """
    stat = _stat(pid)
    if stat is None:
        return None
    name, numbers = stat
    ticks = int(numbers[11]) + int(numbers[12])
    try:
        status = (PROC / str(pid) / "status").read_text()
    except OSError:
        return None
    peaks = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    peak = int(peaks[0]) * 1024 if peaks else 0
    seconds = ticks / os.sysconf("SC_CLK_TCK")
    return Usage(name, seconds, max(peak, last.peak_bytes if last else 0))
