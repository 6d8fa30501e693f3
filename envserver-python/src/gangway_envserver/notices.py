"""What Python warns of, told to the client of the session on whose thread it was raised.

Gymnasium's logger and environment checker speak through `warnings`, too. Python itself would show a
warning once per place in the code and process; here each session hears of it once.
"""

from __future__ import annotations

import logging
import re
import warnings
from contextvars import ContextVar, Token
from typing import Any, Final

from gangway_envserver._proto import warning_pb2
from gangway_envserver.errors import portable_text

LIMIT: Final = 32
_CHARACTERS: Final = 1000
_FOR_TERMINALS: Final = re.compile("\x1b\\[[0-9;]*m")
_log = logging.getLogger(__name__)


class Notices:
    """A session's warnings, each once. One thread at a time."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, str]] = set()
        self._pending: list[warning_pb2.EnvironmentWarning] = []
        self._token: Token[Notices | None]

    def add(self, category: str, text: str) -> None:
        """Keeps a warning unless it is known or there are too many."""
        text = portable_text(_FOR_TERMINALS.sub("", text))[:_CHARACTERS]
        if (category, text) in self._seen or len(self._seen) == LIMIT:
            return
        if len(self._seen) == LIMIT - 1:
            category = "UserWarning"
            text = (
                f"There are more warnings than {LIMIT - 1} in this session; no further one is told."
            )
        self._seen.add((category, text))
        self._pending.append(warning_pb2.EnvironmentWarning(category=category, text=text))
        _log.warning("%s: %s", category, text)

    @property
    def pending(self) -> bool:
        """Whether there are some to take."""
        return bool(self._pending)

    def take(self) -> list[warning_pb2.EnvironmentWarning]:
        """Those that were added since the last call."""
        taken, self._pending = self._pending, []
        return taken

    def listening(self) -> Notices:
        """Hears what this thread warns of in a `with` of it."""
        return self

    # A generator's context manager would take four times as long.
    def __enter__(self) -> None:  # noqa: D105
        self._token = _listener.set(self)

    def __exit__(self, *_: object) -> None:  # noqa: D105
        _listener.reset(self._token)


_listener: ContextVar[Notices | None] = ContextVar("listener", default=None)


def install() -> None:
    """Leads this process's warnings here. What concerns developers alone stays hidden."""
    warnings.filterwarnings("always", category=UserWarning)
    warnings.filterwarnings("always", category=RuntimeWarning)
    warnings.filterwarnings("always", message="\x1b\\[[0-9;]*mWARN: ", category=DeprecationWarning)
    warnings.showwarning = _show


def _show(message: Warning | str, category: type[Warning], *_where: Any, **_more: Any) -> None:
    listener = _listener.get()
    if listener is not None:
        listener.add(category.__name__, str(message))
    else:
        _log.warning("%s: %s", category.__name__, _FOR_TERMINALS.sub("", str(message)))
