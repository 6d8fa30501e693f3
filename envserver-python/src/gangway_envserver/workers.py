"""`gymnasium.vector.AsyncVectorEnv` whose processes are gone when it is, whatever they do.

The processes are spawned, not forked: a fork would copy this process's gRPC threads' locks and
connections into them. Each also ends by itself when this process does (`WorkerMaker`).
"""

from __future__ import annotations

import contextlib
import operator
import signal
from collections.abc import Iterable, Iterator
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Any, Final

import gymnasium
from gymnasium.error import CustomSpaceError
from gymnasium.vector import AsyncVectorEnv, AutoresetMode
from gymnasium.vector.async_vector_env import AsyncState
from gymnasium.vector.utils import create_shared_memory

from gangway_envserver.copies import CopyRaised, qualified_name
from gangway_envserver.maker import CopyMaker, WorkerMaker

if TYPE_CHECKING:
    _AsyncVectorEnv = AsyncVectorEnv[Any, Any]
else:
    _AsyncVectorEnv = AsyncVectorEnv  # generic from Gymnasium 1.4 on

_LOST: Final = (EOFError, ConnectionError)  # what a pipe raises whose other end is gone
_DEATH_SECONDS: Final = 10.0  # between the end of a process's pipe and its own


class Workers(_AsyncVectorEnv):
    """One process per copy."""

    processes: list[BaseProcess]  # type: ignore[assignment]

    def __init__(
        self,
        maker: CopyMaker,
        copies: int,
        autoreset_mode: AutoresetMode,
        observation_space: gymnasium.Space[Any],
    ) -> None:
        """Raises what the first copy's constructor raises, `CopyRaised` for a worker that died."""
        self.processes = []
        try:
            super().__init__(
                [WorkerMaker(maker, copy) for copy in range(copies)],
                shared_memory=_has_fixed_size(observation_space),
                copy=False,  # what it gives is encoded at once
                context="spawn",
                autoreset_mode=autoreset_mode,
            )
        except _LOST as lost:
            error = self._death() or lost
            self._kill()
            raise error from lost
        except BaseException:
            self._kill()
            raise

    def reset(self, **settings: Any) -> tuple[Any, dict[str, Any]]:
        """As Gymnasium's; `CopyRaised` for a worker that died."""
        with self._naming_the_dead():
            return super().reset(**settings)

    def step(self, actions: Any) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """As Gymnasium's; `CopyRaised` for a worker that died."""
        with self._naming_the_dead():
            return super().step(actions)

    def call(self, name: str, *arguments: Any, **keywords: Any) -> tuple[Any, ...]:
        """As Gymnasium's; `CopyRaised` for a worker that died."""
        with self._naming_the_dead():
            return super().call(name, *arguments, **keywords)

    def set_attr(self, name: str, values: Any) -> None:
        """As Gymnasium's; `CopyRaised` for a worker that died."""
        with self._naming_the_dead():
            super().set_attr(name, values)

    @contextlib.contextmanager
    def _naming_the_dead(self) -> Iterator[None]:
        try:
            yield
        except _LOST as lost:
            raise self._death() or lost from lost

    def _death(self) -> CopyRaised | None:
        """The end of the first worker that has ended; None when none does soon."""
        ended = wait([process.sentinel for process in self.processes], _DEATH_SECONDS)
        for copy, process in enumerate(self.processes):
            if process.sentinel in ended:
                process.join(_DEATH_SECONDS)  # its last file is closed before it is gone
            code = process.exitcode
            if code is not None:
                how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
                said = f"the copy's process ended with {how}; the server's log may say why"
                return CopyRaised(copy, "ChildProcessError", said, "")
        return None

    def _raise_if_errors(self, successes: Iterable[bool]) -> None:
        """As Gymnasium's, but of several exceptions it raises the first copy's, and names it."""
        failed = [self.error_queue.get() for success in successes if not success]
        if not failed:
            return
        for copy, *_ in failed:
            self.parent_pipes[copy].close()
            self.parent_pipes[copy] = None  # type: ignore[call-overload]  # as Gymnasium does
        self._state = AsyncState.DEFAULT
        copy, kind, said, trace = min(failed, key=operator.itemgetter(0))
        if issubclass(kind, CopyRaised):
            raise said
        raise CopyRaised(copy, qualified_name(kind), str(said), trace)

    def close(self, **settings: Any) -> None:
        """Lets the workers close their environments, then ends those that are left.

        After a call that was cut short by a worker's death nothing can be said to the others.
        """
        try:
            if not self.closed and self._state == AsyncState.DEFAULT:
                super().close(**settings)
        finally:
            self._kill()

    def _kill(self) -> None:
        self.closed = True
        started = [process for process in self.processes if process.pid is not None]
        for process in started:
            process.kill()
        for process in started:
            process.join()


def _has_fixed_size(space: gymnasium.Space[Any]) -> bool:
    """Whether Gymnasium can hold the space's values in shared memory."""
    try:
        create_shared_memory(space, n=1)
    except (TypeError, CustomSpaceError):
        return False
    return True
