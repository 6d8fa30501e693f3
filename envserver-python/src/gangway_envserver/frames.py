"""What `render` gave, checked for its render mode, as messages."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver._proto import value_pb2
from gangway_envserver.errors import RequestFailed, portable_text
from gangway_envserver.values import to_tensor

# human is not among them: a server has no display.
RENDER_MODES: Final = ("rgb_array", "rgb_array_list", "ansi")
_AXES: Final = 3


def to_frame(render_mode: str, copy: int, frame: Any) -> value_pb2.Value:
    """The frame of a copy; NO_FRAME when it is not what the mode promises."""
    match render_mode, frame:
        case "rgb_array", np.ndarray() if _is_image(frame):
            return value_pb2.Value(tensor=to_tensor(frame))
        case "rgb_array_list", list() | tuple() if all(_is_image(image) for image in frame):
            images = [value_pb2.Value(tensor=to_tensor(image)) for image in frame]
            return value_pb2.Value(tuple=value_pb2.TupleValue(values=images))
        case "ansi", str():
            return value_pb2.Value(text=portable_text(frame))
    expected = {
        "rgb_array": "a uint8 array of shape [height, width, 3]",
        "rgb_array_list": "a list of uint8 arrays of shape [height, width, 3]",
        "ansi": "a str",
    }
    raise RequestFailed(
        pb.FAILURE_REASON_NO_FRAME,
        f"Rendering copy {copy} gave {_named(frame)}: expected {expected[render_mode]}.",
        copy=copy,
    )


def _is_image(frame: Any) -> bool:
    return (
        isinstance(frame, np.ndarray)
        and frame.dtype == np.uint8
        and frame.ndim == _AXES
        and frame.shape[2] == _AXES
    )


def _named(frame: Any) -> str:
    return (
        f"a {frame.dtype} array of shape {list(frame.shape)}"
        if isinstance(frame, np.ndarray)
        else f"a {type(frame).__name__}"
    )
