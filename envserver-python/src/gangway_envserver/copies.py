"""Which copy of a vector environment raised, told by the copy itself.

This module imports little, because every worker imports it.
"""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import gymnasium


class CopyRaised(Exception):  # noqa: N818 - named for what happened, as RequestFailed
    """What a copy's environment raised, in words, which pass from process to process.

    The arguments: which copy (None when it is not known), the exception's class, what it says, its
    traceback.
    """

    def __init__(self, copy: int | None, exception: str, said: str, trace: str) -> None:
        super().__init__(copy, exception, said, trace)
        self.copy, self.exception, self.said, self.trace = copy, exception, said, trace

    @classmethod
    def of(cls, copy: int | None, error: BaseException) -> CopyRaised:
        """As an exception says it; one that says nothing is told by the line that raised it."""
        trace = "".join(traceback.format_exception(error))
        said = _text(error) or _raising_line(error)
        return cls(copy, qualified_name(type(error)), said, trace)


def qualified_name(kind: type[BaseException]) -> str:
    """The name of an exception's class, without the module of Python's own."""
    return f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as unreadable:  # noqa: BLE001 - environment code
        return f"its text cannot be read, because __str__ raised {type(unreadable).__name__}"


def _raising_line(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return "it says nothing"
    last = frames[-1]
    return f"it says nothing; raised by `{last.line}`, line {last.lineno} of {last.filename}"


class NumberedCopy(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Raises `CopyRaised` with its number; all else is as without it, attributes among it."""

    def __init__(self, env: gymnasium.Env[Any, Any], copy: int) -> None:
        super().__init__(env)
        self._copy = copy

    def reset(self, **settings: Any) -> tuple[Any, dict[str, Any]]:
        """As the environment's."""
        with self._numbered():
            return self.env.reset(**settings)

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """As the environment's."""
        with self._numbered():
            return self.env.step(action)

    def render(self) -> Any:
        """As the environment's."""
        with self._numbered():
            return self.env.render()

    def has_wrapper_attr(self, name: str) -> bool:
        """As the environment's."""
        return self.env.has_wrapper_attr(name)

    def get_wrapper_attr(self, name: str) -> Any:
        """As the environment's; what can be called raises `CopyRaised`, too."""
        with self._numbered():
            value = self.env.get_wrapper_attr(name)
        return self._calling(value) if callable(value) else value

    def set_wrapper_attr(self, name: str, value: Any, *, force: bool = True) -> bool:
        """As the environment's."""
        with self._numbered():
            return self.env.set_wrapper_attr(name, value, force=force)

    def _calling(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **keywords: Any) -> Any:
            with self._numbered():
                return method(*arguments, **keywords)

        return call

    @contextlib.contextmanager
    def _numbered(self) -> Iterator[None]:
        try:
            yield
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise CopyRaised.of(self._copy, error) from error
