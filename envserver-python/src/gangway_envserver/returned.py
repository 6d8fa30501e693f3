"""What an environment returned, taken over: read or copied before other environment code runs.

An environment may use its objects again, and copies may share them: a reward in an array that a
reset clears, one info for all copies, a frame in a buffer. Nothing that an environment returned is
kept by reference.

This module imports little, because every worker imports it.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, SupportsFloat

import numpy as np

from gangway_envserver.gave import Unfit

Array = np.ndarray[Any, Any]
MAX_DEPTH: Final = 24  # of lists, tuples and dictionaries one within another
_REPR_CHARACTERS: Final = 1000
_SHOWN_CHARACTERS: Final = 100
_SHOWN_COEFFICIENTS: Final = 8
_OLD_STEP_VALUES: Final = 4  # observation, reward, done, info
_RESET_VALUES: Final = 2  # observation, info
_NUMBERS: Final = (float, int, np.floating, np.integer, np.bool_)
_FLAGS: Final = (bool, np.bool_)
NUMERIC_KINDS: Final = "biuf"
_REFERENCES: Final = "OV"  # arrays of objects, and structures, which may hold some


@dataclass(frozen=True, slots=True)
class Described:
    """What is known of an object that is no data: its class, and its `repr` at that time."""

    type_name: str
    text: str

    @classmethod
    def of(cls, value: Any) -> Described:
        """Never raises."""
        kind = type(value)
        try:
            text = repr(value)
        except Exception as error:  # noqa: BLE001 - environment code
            text = f"<repr raised {type(error).__name__}>"
        text = text[:_REPR_CHARACTERS].encode("utf-8", "backslashreplace").decode()
        return cls(f"{kind.__module__}.{kind.__qualname__}", text[:_REPR_CHARACTERS])


def number(value: Any) -> float:
    """The reward; Unfit when it is no number, or more than one."""
    if type(value) is float:
        return value
    size = 1
    try:
        if isinstance(value, _NUMBERS):
            return float(value)
        array = np.asarray(value)
        size = array.size
        if array.dtype.kind in NUMERIC_KINDS and size == 1:
            return float(array.item())
        if isinstance(value, SupportsFloat) and not isinstance(value, np.ndarray | np.generic):
            return float(value)  # a fraction, a decimal
    except Exception as error:
        raise Unfit(f"{_shown(value)} as its reward: expected one number.") from error
    if size > 1 and array.dtype.kind in NUMERIC_KINDS:
        ones = ", ".join(["1"] * min(size, _SHOWN_COEFFICIENTS))
        more = ", …" if size > _SHOWN_COEFFICIENTS else ""
        raise Unfit(
            f"{_shown(value)} as its reward: expected one number. Several rewards become one by "
            f"the wrapper linear_reward {{ coefficients: [{ones}{more}] }}, or by a wrapper of the "
            "environment's package, such as MO-Gymnasium's LinearReward."
        )
    raise Unfit(f"{_shown(value)} as its reward: expected one number.")


def flag(value: Any, name: str) -> bool:
    """Whether the episode ended; Unfit when that is no single truth value."""
    if isinstance(value, _FLAGS):
        return bool(value)
    try:
        array = np.asarray(value)
        if array.dtype.kind in NUMERIC_KINDS and array.size == 1:
            return bool(array.item())
    except Exception as error:
        raise Unfit(f"{_shown(value)} as {name}: expected True or False.") from error
    raise Unfit(f"{_shown(value)} as {name}: expected True or False.")


def checked_info(value: Any) -> Mapping[Any, Any]:
    """The info; Unfit when it is no dictionary."""
    if isinstance(value, dict) or isinstance(value, Mapping):  # noqa: SIM101 - one is faster
        return value
    raise Unfit(f"{_shown(value)} as its info: expected a dictionary.")


def reset_values(returned: Any) -> tuple[Any, Any]:
    """Observation and info of a reset; Unfit when they are not two."""
    if isinstance(returned, tuple | list) and len(returned) == _RESET_VALUES:
        return returned[0], returned[1]
    raise Unfit(
        f"{_counted(returned)}: expected two values, observation and info. Before Gymnasium 0.26 a "
        f"reset gave the observation alone.{_OLD}"
    )


def step_values(returned: Any) -> tuple[Any, Any, Any, Any, Any]:
    """Observation, reward, flags and info of a step; Unfit when they are not five."""
    try:
        observation, reward, terminated, truncated, info = returned
    except (TypeError, ValueError):
        raise wrong_step(returned) from None
    return observation, reward, terminated, truncated, info


def wrong_step(returned: Any) -> Unfit:
    """The failure of a step that did not return five values."""
    old = ""
    if isinstance(returned, tuple | list) and len(returned) == _OLD_STEP_VALUES:
        old = " Before Gymnasium 0.26 there were four, with one flag of the end." + _OLD
    return Unfit(
        f"{_counted(returned)}: expected five values, observation, reward, terminated, truncated "
        f"and info.{old}"
    )


_OLD: Final = (
    " An environment of that interface becomes one of today's by the package shimmy, or by a few "
    "changed lines."
)


def owned(value: Any, depth: int = 0) -> Any:
    """A copy of an info's value, an attribute's or a frame, which the environment cannot change.

    What is no data becomes `Described`.
    """
    deeper = depth + 1
    match value:
        case np.ndarray() | np.generic() if _is_data(value):
            return value.copy()
        case None | str() | bytes() | int() | float() | Described():
            return value
        case list() if depth < MAX_DEPTH:
            return [owned(item, deeper) for item in value]
        case tuple() if depth < MAX_DEPTH:
            return tuple(owned(item, deeper) for item in value)
        case dict() if depth < MAX_DEPTH:
            return {key: owned(item, deeper) for key, item in value.items()}
    return Described.of(value)


def owned_observation(value: Any) -> Any:
    """A copy of an observation of whatever class, which the environment cannot change."""
    kind = type(value)
    if kind is np.ndarray and value.dtype.kind not in _REFERENCES:
        return value.copy()
    if kind is dict:
        return {key: owned_observation(part) for key, part in value.items()}
    if kind is tuple:
        return tuple(map(owned_observation, value))
    if isinstance(value, int | float | str | np.number):
        return value
    return copy.deepcopy(value)


def _is_data(value: Array | np.generic) -> bool:
    return value.dtype.kind not in _REFERENCES and not isinstance(value, np.ma.MaskedArray)


def _counted(returned: Any) -> str:
    if isinstance(returned, tuple | list):
        return f"{len(returned)} values"
    return _shown(returned)


def _shown(value: Any) -> str:
    """What was found, in a few words."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of shape {list(value.shape)} and dtype {value.dtype}"
    described = Described.of(value)
    name = described.type_name.removeprefix("builtins.")
    return f"{described.text[:_SHOWN_CHARACTERS]}, a {name},"
