"""A session's large observations: in one array, in memory that a client of this machine may map.

What `environment_service.proto` says of observations in memory is done here. The memory is a file
without a name in any directory, so nothing is left behind, however this process and the client end.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import secrets
import sys
import weakref
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver._proto import value_pb2
from gangway_envserver.kinds import ArrayKind, Kind

# At 141 kB a step took 0.85 of the CPU time of both processes that it took in messages.
_LEAST_BYTES: Final = 1 << 17
# So many that what a client copies after the answer is little; each costs a short message.
_PARTS: Final = 4


def large_rows(kind: Kind, copies: int) -> LargeRows | None:
    """Where observations of so many copies go; None when they are small or no arrays."""
    if isinstance(kind, ArrayKind) and copies * kind.value_bytes >= _LEAST_BYTES:
        return LargeRows(kind, copies)
    return None


class LargeRows:
    """The observations of a session's last reset or step, one row per copy.

    A command writes them, and they hold until the next one does. `array` has the wire's dtype and
    byte order; `memory` names it to clients, and is None where it cannot be mapped.
    """

    def __init__(self, kind: ArrayKind, copies: int) -> None:
        self._kind = kind
        self._shape = (copies, *kind.shape)
        # So many rows are told of as soon as they are there.
        self._told = frozenset(copies * part // _PARTS for part in range(1, _PARTS)) - {0}
        self._tell: Callable[[int], object] | None = None
        size = copies * kind.value_bytes
        self.memory = _shared(size)
        buffer: bytearray | mmap.mmap
        if self.memory is None:
            buffer = bytearray(size)
        else:
            self._close = weakref.finalize(self, os.close, self.memory.file)
            buffer = mmap.mmap(self.memory.file, size)
        self.array: np.ndarray[Any, Any] = np.ndarray(self._shape, kind.wire_dtype, buffer)

    def row(self, value: Any) -> np.ndarray[Any, Any]:
        """One copy's observation, not yet copied; otherwise as `Kind.encode`."""
        return self._kind.fitting(value, self._kind.shape)

    def __setitem__(self, copy: int, row: np.ndarray[Any, Any]) -> None:
        """Copies a row into the array; the copies' rows come in order."""
        self.array[copy] = row
        rows = copy + 1
        if rows in self._told and self._tell is not None:
            self._tell(rows * self._kind.value_bytes)

    @contextlib.contextmanager
    def telling(self, tell: Callable[[int], object]) -> Iterator[None]:
        """Tells how many bytes are there already, while a step is at work."""
        self._tell = tell
        try:
            yield
        finally:
            self._tell = None

    def fill(self, batch: Any) -> value_pb2.Value:
        """As `Kind.whole`, without the data."""
        self.array[...] = self._kind.fitting(batch, self._shape)
        return self.message()

    def message(self) -> value_pb2.Value:
        """The batch as a message without its data."""
        return self._kind.message(self._shape, b"")

    def complete(self, response: pb.AttachResponse) -> None:
        """Puts the data into the response of the last reset or step."""
        result = response.reset if response.HasField("reset") else response.step
        result.observations.tensor.data = self.array.tobytes()
        response.observations_in_memory = False

    def close(self) -> None:
        """Lets no further client map the memory."""
        if self.memory is not None:
            self._close()


def _shared(size: int) -> pb.SharedMemory | None:
    """A file in memory; None where the system has none."""
    if sys.platform != "linux":
        return None
    import fcntl  # noqa: PLC0415 - not on Windows

    with contextlib.suppress(OSError):
        name = f"gangway-{secrets.token_urlsafe(18)}"
        descriptor = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        try:
            os.ftruncate(descriptor, size)
            # A mapped file that shrinks would be the end of the client's process.
            seals = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
            fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
        except OSError:
            os.close(descriptor)
            raise
        return pb.SharedMemory(process=os.getpid(), file=descriptor, name=name, size=size)
    return None
