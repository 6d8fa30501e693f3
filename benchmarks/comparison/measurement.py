"""Runs a command and reads the figure that it prints.

A command prints a line `measuring` when it is warm, then one with its figure: `rate NUMBER` (per
second), `seconds NUMBER` or `share NUMBER` (per cent); other lines do not matter. Without
`measuring`, CPU times count from its start.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from comparison.processes import FamilyWatch, Usage

FIGURES = ("rate", "seconds", "share")
TIMEOUT_SECONDS = 900.0


@dataclass(frozen=True)
class Measurement:
    """A figure, how long it was measured, and what each process used in that time."""

    value: float
    seconds: float
    usages: list[Usage]


class MeasurementError(Exception):
    """A command that gave no figure; the message says why."""


def measure(
    command: Sequence[str],
    variables: Mapping[str, str] | None = None,
    timeout: float = TIMEOUT_SECONDS,
) -> Measurement:
    """Runs a command to its end.

    Raises MeasurementError when it fails, prints no figure or takes longer than the timeout, in
    seconds; nothing that it started is left behind then.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env={**os.environ, **(variables or {})},
                start_new_session=True,
            )
        except OSError as failed:
            raise MeasurementError(f"{command[0]}: {failed}") from failed
        with process:
            found = _watched(process, timeout)
        if process.returncode != 0 or found is None:
            raise MeasurementError(f"exit code {process.returncode}, {_last_line(errors)}")
        return found


def _watched(process: subprocess.Popen[str], timeout: float) -> Measurement | None:
    """Reads the figure, waits for the end of the command and ends what it leaves behind."""
    late = threading.Event()

    def give_up() -> None:
        late.set()
        _kill(process)

    alarm = threading.Timer(timeout, give_up)
    alarm.start()
    watch = FamilyWatch(process.pid)
    try:
        assert process.stdout is not None
        found = _read(process.stdout, watch)
        process.wait()
    finally:
        alarm.cancel()
        watch.close()
        _kill(process)
    if late.is_set():
        raise MeasurementError(f"took longer than {timeout:g} s")
    return found


def _read(lines: IO[str], watch: FamilyWatch) -> Measurement | None:
    """Reads to the end of the output, which is when the last process that holds it ends."""
    begun = time.monotonic()
    before: dict[int, Usage] = {}
    found = None
    for line in lines:
        word, _, rest = line.strip().partition(" ")
        if word == "measuring":
            begun = time.monotonic()
            before = watch.usages()
        elif word in FIGURES:
            seconds = time.monotonic() - begun
            found = Measurement(float(rest), seconds, between(before, watch.usages()))
    return found


def between(before: Mapping[int, Usage], after: Mapping[int, Usage]) -> list[Usage]:
    """What each process used since, the busiest first."""
    usages = [
        Usage(usage.name, usage.cpu_seconds - _cpu_seconds(before.get(pid)), usage.peak_bytes)
        for pid, usage in after.items()
    ]
    return sorted(usages, key=lambda usage: -usage.cpu_seconds)


def _cpu_seconds(usage: Usage | None) -> float:
    return usage.cpu_seconds if usage else 0.0


def _last_line(errors: IO[str]) -> str:
    errors.seek(0)
    lines = [line.strip() for line in errors if line.strip()]
    return lines[-1] if lines else "no figure or error was printed"


def _kill(process: subprocess.Popen[str]) -> None:
    """Ends the command and what is left of its process group."""
    with contextlib.suppress(ProcessLookupError):  # all of it has ended
        os.killpg(process.pid, signal.SIGKILL)
