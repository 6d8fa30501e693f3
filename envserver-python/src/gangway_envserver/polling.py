"""Waiting for a socket without sleeping, as long as what is waited for keeps coming soon."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from typing import Final

# About what it costs to be woken, so that at worst a wait costs twice as much.
_NANOSECONDS: Final = 300_000
_MOST_MISSES: Final = 6


class Polling:
    """Begins a wait with polling.

    A processor that slept is woken late and has lost its caches: one CartPole over a direct stream
    makes 2 to 4 times as many steps where both sides poll. Vain polling is left out of ever more of
    the next waits, at most 62, and nothing is polled where there is but one processor, which the
    other side needs. Nor while `alone` says that other streams are there: each look takes the
    interpreter from the thread that steps, behind whose step the wait is hidden anyway. Two lanes
    of 128 copies make 1.14 times as many steps without, two of 4 copies 1.2 times. Not thread-safe.
    """

    def __init__(self, processors: int, alone: Callable[[], bool] = lambda: True) -> None:
        self._useful = processors > 1
        self._alone = alone
        self._misses = 0  # in a row
        self._waits_to_skip = 0

    def receive(self, connection: socket.socket, most: int) -> bytes:
        """As `connection.recv(most)`."""
        if self._waits_to_skip > 0:
            self._waits_to_skip -= 1
        elif self._useful and self._alone():
            until = time.monotonic_ns() + _NANOSECONDS
            while time.monotonic_ns() < until:
                try:
                    received = connection.recv(most, socket.MSG_DONTWAIT)
                except BlockingIOError:
                    continue
                self._misses = 0
                return received
            self._misses = min(self._misses + 1, _MOST_MISSES)
            self._waits_to_skip = (1 << self._misses) - 2
        return connection.recv(most)


def processors() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):  # Linux
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
