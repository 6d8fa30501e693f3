"""A copy in one of Gymnasium's vector environments: its number, and results that are its own.

Which copy raised, only the copy itself can tell. And Gymnasium keeps what a copy returned by
reference while it steps or resets, so results are taken over here.

This module imports little, because every worker imports it.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

import gymnasium

from gangway_envserver.gave import Unfit
from gangway_envserver.returned import (
    checked_info,
    flag,
    number,
    owned,
    owned_observation,
    reset_values,
    step_values,
)


class CopyRaised(Exception):  # noqa: N818 - named for what happened, as RequestFailed
    """What a copy's environment raised, in words, which pass from process to process.

    The arguments: which copy (None when it is not known), the exception's class, what it says, its
    traceback, and whether the environment did not raise, but gave something that is none of its
    interface's.
    """

    def __init__(
        self, copy: int | None, exception: str, said: str, trace: str, gave: bool = False
    ) -> None:
        super().__init__(copy, exception, said, trace, gave)
        self.copy, self.exception, self.said, self.trace = copy, exception, said, trace
        self.gave = gave

    @classmethod
    def of(cls, copy: int | None, error: BaseException) -> CopyRaised:
        """As an exception says it; one that says nothing is told by the line that raised it."""
        trace = "".join(traceback.format_exception(error))
        said = _text(error) or _raising_line(error)
        return cls(copy, qualified_name(type(error)), said, trace, isinstance(error, Unfit))


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
    """Raises `CopyRaised` with its number, and returns what the environment cannot change any more.

    All else is as without it, attributes among it.
    """

    def __init__(self, env: gymnasium.Env[Any, Any], copy: int) -> None:
        super().__init__(env)
        self._numbered = _Numbered(copy)

    def reset(self, **settings: Any) -> tuple[Any, dict[str, Any]]:
        """As the environment's."""
        with self._numbered:
            observation, info = reset_values(self.env.reset(**settings))
            return owned_observation(observation), _owned_info(info)

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """As the environment's."""
        with self._numbered:
            observation, reward, terminated, truncated, info = step_values(self.env.step(action))
            return (
                owned_observation(observation),
                number(reward),
                flag(terminated, "terminated"),
                flag(truncated, "truncated"),
                _owned_info(info),
            )

    def render(self) -> Any:
        """As the environment's."""
        with self._numbered:
            return owned(self.env.render())

    def has_wrapper_attr(self, name: str) -> bool:
        """As the environment's."""
        return self.env.has_wrapper_attr(name)

    def get_wrapper_attr(self, name: str) -> Any:
        """As the environment's; what can be called raises `CopyRaised`, too."""
        with self._numbered:
            value = self.env.get_wrapper_attr(name)
            return self._calling(value) if callable(value) else owned(value)

    def set_wrapper_attr(self, name: str, value: Any, *, force: bool = True) -> bool:
        """As the environment's."""
        with self._numbered:
            return self.env.set_wrapper_attr(name, value, force=force)

    def _calling(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **keywords: Any) -> Any:
            with self._numbered:
                return owned(method(*arguments, **keywords))

        return call


class _Numbered:
    """Lets an exception leave as `CopyRaised`; a tenth of the cost of a generator."""

    __slots__ = ("_copy",)

    def __init__(self, copy: int) -> None:
        self._copy = copy

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is not None and not isinstance(error, KeyboardInterrupt):
            raise CopyRaised.of(self._copy, error) from error


def _owned_info(info: Any) -> dict[Any, Any]:
    if type(info) is dict and not info:
        return {}
    return {key: owned(value) for key, value in checked_info(info).items()}
