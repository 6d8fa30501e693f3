"""`gymnasium.vector.AsyncVectorEnv` whose processes are gone when it is, whatever they do.

The processes are spawned, not forked: a fork would copy this process's gRPC threads' locks and
connections into them. Each also ends by itself when this process does (`WorkerMaker`).
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Any

import gymnasium
from gymnasium.error import CustomSpaceError
from gymnasium.vector import AsyncVectorEnv, AutoresetMode
from gymnasium.vector.async_vector_env import AsyncState
from gymnasium.vector.utils import create_shared_memory

from gangway_envserver.errors import CopyRaised
from gangway_envserver.maker import CopyMaker, WorkerMaker

if TYPE_CHECKING:
    _AsyncVectorEnv = AsyncVectorEnv[Any, Any]
else:
    _AsyncVectorEnv = AsyncVectorEnv  # generic from Gymnasium 1.4 on


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
        """Raises what the first copy's constructor raises, or EOFError when a worker's ends it."""
        self.processes = []
        try:
            super().__init__(
                [WorkerMaker(maker)] * copies,
                shared_memory=_has_fixed_size(observation_space),
                copy=False,  # what it gives is encoded at once
                context="spawn",
                autoreset_mode=autoreset_mode,
            )
        except BaseException:
            self._kill()
            raise

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
        error = kind(said)
        error.add_note(f"In the copy's own process:\n{trace.rstrip()}")
        raise CopyRaised(copy, error)

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
