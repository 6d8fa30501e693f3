"""What a single environment and a vector of them have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from gymnasium import Space, error

from gangway_envserver._proto import attribute_pb2, value_pb2
from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.client.connection import INFO_OBJECTS, PROTOCOL_VERSION, Settings
from gangway_envserver.client.errors import RemoteError
from gangway_envserver.client.infos import python_value
from gangway_envserver.client.seeded_spaces import forwarding
from gangway_envserver.client.session import ClientSession
from gangway_envserver.client.spaces import from_space
from gangway_envserver.client.values import Codec
from gangway_envserver.dynamic import to_dynamic
from gangway_envserver.seeds import to_seed
from gangway_envserver.values import from_tensor

RENDER_MODES: Final = ("ansi", "rgb_array", "rgb_array_list")  # that travel

# The server has no attributes, or not this one, or its operator does not open it.
NO_ATTRIBUTE: Final = frozenset({"UNSUPPORTED", "UNKNOWN_ATTRIBUTE", "ATTRIBUTE_NOT_ALLOWED"})

Array = np.ndarray[Any, Any]


class Remote:
    """A session with its spaces; resets and steps in terms of messages."""

    def __init__(
        self,
        address: str,
        name: str,
        copies: int,
        settings: Settings,
        autoreset_mode: pb.AutoresetMode.ValueType,
        vectorization_mode: pb.VectorizationMode.ValueType = pb.VECTORIZATION_MODE_LOOP,
    ) -> None:
        self.copies = copies
        self._seconds = settings.response_seconds
        request = pb.CreateSessionRequest(
            protocol_version=PROTOCOL_VERSION,
            settings=settings.message(name),
            copies=copies,
            autoreset_mode=autoreset_mode,
            vectorization_mode=vectorization_mode,
            lease_milliseconds=round(1000 * settings.lease_seconds),
            info_objects=INFO_OBJECTS[settings.info_objects],
        )
        self.session = ClientSession(address, request, settings.connect_seconds)
        self.description = self.session.created.description
        self.observations = Codec(from_space(self.description.observation_space), "observation")
        self.actions = Codec(from_space(self.description.action_space), "action")
        self._open = True

    def metadata(self) -> dict[str, Any]:
        """Gymnasium's metadata: the render modes that travel, and frames per second if known."""
        modes = [mode for mode in self.description.render_modes if mode in RENDER_MODES]
        fps = {"render_fps": self.description.render_fps}
        return {"render_modes": modes} | (fps if self.description.HasField("render_fps") else {})

    def reset(
        self,
        seeds: Sequence[int | None],
        options: dict[str, Any] | None,
        mask: Array | None = None,
    ) -> pb.ResetResult:
        """Resets the copies, or those where the mask is true."""
        command = pb.ResetCommand(mask=b"" if mask is None else mask.tobytes())
        if any(seed is not None for seed in seeds):
            command.seeds.CopyFrom(pb.SeedList(seeds=map(_seed, seeds)))
        if options is not None:
            _check_keys(options)
            command.options.CopyFrom(to_dynamic(options).dict)
        return self._command(reset=command).reset

    def step(self, actions: value_pb2.Value) -> pb.StepResult:
        """Steps the copies."""
        return self._command(step=pb.StepCommand(actions=actions)).step

    def rewards(self, result: pb.StepResult) -> Array:
        """The n rewards, float64."""
        return self._numbers(result.rewards, "<f8").astype(np.float64)

    def flags(self, data: bytes) -> Array:
        """The n flags, bool."""
        return self._numbers(data, "u1").astype(np.bool_)

    def render(self, copies: Sequence[int]) -> list[Any]:
        """The frames of the copies."""
        frames = self._command(render=pb.RenderCommand(copies=copies)).render.frames
        return [_frame(frame) for frame in frames]

    def call(
        self, name: str, arguments: Sequence[Any], keywords: dict[str, Any]
    ) -> tuple[Any, ...]:
        """What a method of each copy returns; the values of what is no method."""
        command = attribute_pb2.CallCommand(name=name, arguments=map(to_dynamic, arguments))
        command.keywords.CopyFrom(to_dynamic(keywords).dict)
        return tuple(map(python_value, self._command(call=command).call.values))

    def set_attribute(self, name: str, values: Sequence[Any]) -> None:
        """Sets an attribute of each copy: one value for all, or one for each."""
        command = attribute_pb2.SetAttributeCommand(name=name, values=map(to_dynamic, values))
        self._command(set_attribute=command)

    def seeds(self) -> tuple[int, ...] | None:
        """The seeds of the copies' generators; None when the server does not tell them."""
        try:
            return self.call("np_random_seed", (), {})
        except RemoteError as refused:
            if refused.reason in NO_ATTRIBUTE:
                return None
            raise

    def forwarding(
        self, space: Space[Any], role: pb.SpaceRole.ValueType, *, batched: bool = False
    ) -> Space[Any]:
        """An equal space, whose `seed` seeds the environment's own space, too."""

        def forward(seed: Any) -> None:
            if self._open:
                self._command(
                    seed_space=pb.SeedSpaceCommand(
                        role=role, batched=batched, seed=to_dynamic(seed)
                    )
                )

        return forwarding(space, forward)

    def close(self) -> None:
        """Frees the environments; again does nothing."""
        self._open = False
        self.session.close()

    def _command(self, **command: Any) -> pb.AttachResponse:
        if not self._open:
            raise error.ClosedEnvironmentError("The environment is closed: make a new one.")
        return self.session.command(self._seconds, **command)

    def _numbers(self, data: bytes, dtype: str) -> Array:
        numbers = np.frombuffer(data, dtype)
        if len(numbers) != self.copies:
            raise ValueError(
                f"The server sent {len(numbers)} numbers: expected {self.copies}, one for each copy"
            )
        return numbers


def _seed(seed: int | None) -> pb.OptionalSeed:
    if seed is not None and seed < 0:
        raise error.Error(f"The seed is {seed}: expected an integer ≥ 0.")
    return to_seed(seed)


def _check_keys(value: Any) -> None:
    """Raises TypeError for keys that would arrive as strings, which they are not."""
    match value:
        case dict():
            for key, part in value.items():
                if not isinstance(key, str):
                    raise TypeError(f"The options have the key {key!r}: expected keys that are str")
                _check_keys(part)
        case list() | tuple():
            for part in value:
                _check_keys(part)


def _frame(frame: value_pb2.Value) -> Any:
    match frame.WhichOneof("kind"):
        case "tensor":
            return from_tensor(frame.tensor)
        case "text":
            return frame.text
        case "tuple":
            return [_frame(each) for each in frame.tuple.values]
        case kind:
            raise ValueError(f"a frame is a {kind}: expected a tensor, a text or a tuple of them")
