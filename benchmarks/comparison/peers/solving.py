"""When an agent has learnt: a mean return of 475 over the last 100 training episodes."""

import math
import time
from collections import deque
from collections.abc import Iterable

MEAN_RETURN = 475.0
EPISODES = 100


class Solving:
    """Counts returns and seconds, from when it is made on."""

    def __init__(self) -> None:
        self._begun = time.perf_counter()
        self._returns: deque[float] = deque(maxlen=EPISODES)
        self._seconds = math.inf

    def add(self, returns: Iterable[float]) -> bool:
        """Takes episodes that ended; whether it is solved."""
        for each in returns:
            self._returns.append(each)
            if len(self._returns) == EPISODES and sum(self._returns) >= EPISODES * MEAN_RETURN:
                self._seconds = min(self._seconds, time.perf_counter() - self._begun)
        return self._seconds < math.inf

    def print(self) -> None:
        """Prints the seconds until it was solved, inf when it was not."""
        print("seconds", self._seconds, flush=True)
