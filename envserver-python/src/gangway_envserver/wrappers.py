"""Gymnasium's wrappers by configuration: `wrapper.proto`'s messages as `gymnasium.wrappers`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, Final

import gymnasium
import numpy as np
from gymnasium import wrappers as gw

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver._proto import wrapper_pb2
from gangway_envserver.batch import Environment
from gangway_envserver.custom_wrappers import CustomWrappers
from gangway_envserver.errors import RequestFailed
from gangway_envserver.extras import opencv_advice
from gangway_envserver.gave import Unfit
from gangway_envserver.returned import NUMERIC_KINDS, step_values
from gangway_envserver.rules import resolve

Wrap = Callable[[Environment], Environment]
_PADDINGS: Final = {
    wrapper_pb2.FRAME_STACK_PADDING_RESET: "reset",
    wrapper_pb2.FRAME_STACK_PADDING_ZERO: "zero",
}


class ScaleReward(gw.TransformReward[Any, Any], gymnasium.utils.RecordConstructorArgs):
    """Gymnasium's TransformReward with the function reward × scale + offset."""

    def __init__(self, env: Environment, scale: float, offset: float) -> None:
        gymnasium.utils.RecordConstructorArgs.__init__(self, scale=scale, offset=offset)
        super().__init__(env, lambda reward: float(reward) * scale + offset)


class LinearReward(gymnasium.Wrapper[Any, Any, Any, Any], gymnasium.utils.RecordConstructorArgs):
    """Makes one reward of several: Σ coefficient × reward."""

    def __init__(self, env: Environment, coefficients: Sequence[float]) -> None:
        gymnasium.utils.RecordConstructorArgs.__init__(self, coefficients=coefficients)
        super().__init__(env)
        self._coefficients = np.array(coefficients, np.float64)

    def step(self, action: Any) -> Any:
        """As the environment's, with one reward."""
        observation, rewards, terminated, truncated, info = step_values(self.env.step(action))
        return observation, self._one(rewards), terminated, truncated, info

    def _one(self, rewards: Any) -> float:
        given = np.asarray(rewards)
        if given.dtype.kind not in NUMERIC_KINDS or given.size != len(self._coefficients):
            raise Unfit(
                f"{given.size} rewards of dtype {given.dtype} to the wrapper linear_reward: "
                f"expected numbers, as many as its {len(self._coefficients)} coefficients."
            )
        return float(self._coefficients @ given.ravel().astype(np.float64))


def wrapping(
    messages: Sequence[wrapper_pb2.Wrapper], custom: CustomWrappers | None = None
) -> list[Wrap]:
    """A function for each wrapper, to be applied in order; they can be pickled.

    `custom` has the wrappers of installed packages; None offers none.

    INVALID_SETTING for the first wrapper whose parameters break a rule. The functions themselves
    raise INVALID_SETTING for an environment that the wrapper does not fit, and UNSUPPORTED when a
    package is missing.
    """
    offered = custom or CustomWrappers()
    return [_wrap(place, message, offered) for place, message in enumerate(messages)]


def _wrap(place: int, message: wrapper_pb2.Wrapper, custom: CustomWrappers) -> Wrap:
    resolved = wrapper_pb2.Wrapper()
    resolved.CopyFrom(message)
    problems = resolve(resolved, _at(place))
    if problems:
        raise _invalid(place, "; ".join(problems))
    kind = resolved.WhichOneof("kind")
    assert kind is not None
    if kind == "custom":
        wrapper, arguments = custom.choose(_at(place), resolved.custom)
    else:
        wrapper, arguments = _MAKERS[kind](getattr(resolved, kind))
    return functools.partial(_apply, place, kind, wrapper, arguments)


def _apply(
    place: int,
    kind: str,
    wrapper: Callable[..., Environment],
    arguments: dict[str, Any],
    environment: Environment,
) -> Environment:
    try:
        return wrapper(environment, **arguments)
    except gymnasium.error.DependencyNotInstalled as missing:
        raise RequestFailed(
            pb.FAILURE_REASON_UNSUPPORTED,
            f"{_at(place)} ({kind}) needs OpenCV. {opencv_advice()}",
        ) from missing
    except Exception as error:
        inner = f"{environment.observation_space}, {environment.action_space}"
        raise _invalid(
            place,
            f"{_at(place)} ({kind}): it does not fit what it wraps (spaces {inner}): "
            f"{type(error).__name__}: {error}",
        ) from error


def _frame_stack(settings: wrapper_pb2.FrameStackObservationWrapper) -> Any:
    return gw.FrameStackObservation, {
        "stack_size": settings.stack_size,
        "padding_type": _PADDINGS[settings.padding],
    }


def _resize(settings: wrapper_pb2.ResizeObservationWrapper) -> Any:
    return gw.ResizeObservation, {"shape": (settings.height, settings.width)}


def _filter(settings: wrapper_pb2.FilterObservationWrapper) -> Any:
    return gw.FilterObservation, {"filter_keys": list(settings.filter_keys)}


def _linear_reward(settings: wrapper_pb2.LinearRewardWrapper) -> Any:
    return LinearReward, {"coefficients": list(settings.coefficients)}


def _plain(wrapper: type[Any]) -> Callable[[Any], Any]:
    """A maker for a wrapper whose arguments are named as the message's fields."""

    def make(settings: Any) -> Any:
        return wrapper, {field.name: value for field, value in settings.ListFields()}

    return make


_MAKERS: Final[dict[str, Callable[[Any], tuple[Callable[..., Environment], dict[str, Any]]]]] = {
    "time_limit": _plain(gw.TimeLimit),
    "rescale_action": _plain(gw.RescaleAction),
    "clip_action": _plain(gw.ClipAction),
    "clip_reward": _plain(gw.ClipReward),
    "transform_reward": _plain(ScaleReward),
    "normalize_observation": _plain(gw.NormalizeObservation),
    "normalize_reward": _plain(gw.NormalizeReward),
    "flatten_observation": _plain(gw.FlattenObservation),
    "frame_stack_observation": _frame_stack,
    "grayscale_observation": _plain(gw.GrayscaleObservation),
    "resize_observation": _resize,
    "atari_preprocessing": _plain(gw.AtariPreprocessing),
    "record_episode_statistics": _plain(gw.RecordEpisodeStatistics),
    "add_render_observation": _plain(gw.AddRenderObservation),
    "filter_observation": _filter,
    "linear_reward": _linear_reward,
}


def _at(place: int) -> str:
    return f"settings.wrappers[{place}]"


def _invalid(place: int, what: str) -> RequestFailed:
    return RequestFailed(pb.FAILURE_REASON_INVALID_SETTING, f"{what}.", field=_at(place))
