"""What a stream's commands do to a batch: messages in, messages out, failures as messages."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gangway.v1 import environment_service_pb2 as pb
from gangway.v1 import info_pb2, value_pb2
from gangway_envserver.actions import ActionDecoder
from gangway_envserver.batch import Batch
from gangway_envserver.dynamic import MalformedValue, from_dynamic_dict
from gangway_envserver.errors import RequestFailed, defect
from gangway_envserver.info import to_info_batch
from gangway_envserver.kinds import Kind
from gangway_envserver.values import to_tensor, wire_bytes

_log = logging.getLogger(__name__)
_NO_INFOS = info_pb2.InfoBatch()
_FRAME_AXES = 3


class Commands:
    """Executes the commands of one session."""

    def __init__(
        self, batch: Batch, observation_kind: Kind, action_kind: Kind, *, renders: bool
    ) -> None:
        self._batch = batch
        self._kind = observation_kind
        self._decode = ActionDecoder(action_kind, batch.copies).decode
        self._renders = renders
        self._everyone = [True] * batch.copies

    def execute(self, request: pb.AttachRequest) -> pb.AttachResponse:
        """The response to the request; never raises."""
        response = pb.AttachResponse(sequence=request.sequence)
        try:
            command = request.WhichOneof("command")
            if command == "step":
                self._step(request.step, response.step)
            elif command == "reset":
                self._reset(request.reset, response.reset)
            elif command == "render":
                self._render(request.render, response.render)
            else:
                raise _malformed(
                    "The request holds Open, which is only the first on a stream"
                    if command == "open"
                    else "The request sets no command"
                )
        except RequestFailed as error:
            response.failure.CopyFrom(error.failure)
        except Exception as error:  # noqa: BLE001 - the session is to stand
            _log.exception("A command failed for a reason of the server's own.")
            response.failure.CopyFrom(defect(error).failure)
        return response

    def _step(self, command: pb.StepCommand, result: pb.StepResult) -> None:
        batch = self._batch
        batch.check_steppable()
        batch.check_none_ended()
        outcome = batch.step(self._decode(command.actions, batch.ignored_actions()))
        result.observations.CopyFrom(self._kind.batch(outcome.observations))
        result.rewards = wire_bytes(outcome.rewards)
        result.terminated = outcome.terminated.tobytes()
        result.truncated = outcome.truncated.tobytes()
        result.infos.CopyFrom(_infos(outcome.infos))
        if outcome.final_copies:
            result.final.copies.extend(outcome.final_copies)
            result.final.observations.CopyFrom(self._kind.batch(outcome.final_observations))
            result.final.infos.CopyFrom(_infos(outcome.final_infos))

    def _reset(self, command: pb.ResetCommand, result: pb.ResetResult) -> None:
        observations, infos = self._batch.reset(
            self._seeds(command), _options(command), self._mask(command.mask)
        )
        result.observations.CopyFrom(self._kind.batch(observations))
        result.infos.CopyFrom(_infos(infos))

    def _seeds(self, command: pb.ResetCommand) -> Sequence[int | None]:
        n = self._batch.copies
        match command.WhichOneof("seeding"):
            case "seed":
                return [command.seed + copy for copy in range(n)]
            case "seeds":
                seeds = command.seeds.seeds
                if len(seeds) != n:
                    raise _invalid_reset(
                        f"there are {len(seeds)} seeds: expected {n}, one per copy"
                    )
                return [seed.value if seed.HasField("value") else None for seed in seeds]
            case _:
                return [None] * n

    def _mask(self, mask: bytes) -> Sequence[bool]:
        n = self._batch.copies
        if not mask:
            return self._everyone
        if len(mask) != n or mask.translate(None, b"\0\1"):
            raise _invalid_reset(f"the mask is {mask[:100]!r}: expected {n} bytes 0 or 1, or none")
        if 1 not in mask:
            raise _invalid_reset("the mask leaves out every copy: expected a 1 in it")
        if 0 in mask and self._batch.autoreset_mode != pb.AUTORESET_MODE_DISABLED:
            raise _invalid_reset(
                f"the mask leaves out copy {mask.index(0)}, and autoreset is on: expected all "
                "copies, or a session in DISABLED mode"
            )
        return [byte == 1 for byte in mask]

    def _render(self, command: pb.RenderCommand, result: pb.RenderResult) -> None:
        copies = list(command.copies) or [0]
        for copy in copies:
            if copy >= self._batch.copies:
                raise _malformed(
                    f"Render names copy {copy}: expected a number below {self._batch.copies}, the "
                    "number of copies"
                )
        if not self._renders:
            raise RequestFailed(
                pb.FAILURE_REASON_NO_FRAME,
                "The session was made without a render_mode: expected rgb_array in its settings.",
            )
        self._batch.check_steppable()
        for copy, frame in zip(copies, self._batch.render(copies), strict=True):
            result.frames.add().tensor.CopyFrom(to_tensor(_checked_frame(copy, frame)))


def _infos(infos: Sequence[dict[Any, Any]]) -> info_pb2.InfoBatch:
    return to_info_batch(infos) if any(infos) else _NO_INFOS


def _options(command: pb.ResetCommand) -> Callable[[], dict[str, Any] | None]:
    if not command.HasField("options"):
        return lambda: None
    options: value_pb2.DynamicDict = command.options
    try:
        from_dynamic_dict(options)
    except MalformedValue as error:
        raise _invalid_reset(f"the options are malformed: {error}") from None
    return lambda: from_dynamic_dict(options)


def _checked_frame(copy: int, frame: Any) -> np.ndarray[Any, Any]:
    if (
        isinstance(frame, np.ndarray)
        and frame.dtype == np.uint8
        and frame.ndim == _FRAME_AXES
        and frame.shape[2] == _FRAME_AXES
    ):
        return frame
    found = (
        f"a {frame.dtype} array of shape {list(frame.shape)}"
        if isinstance(frame, np.ndarray)
        else f"a {type(frame).__name__}"
    )
    raise RequestFailed(
        pb.FAILURE_REASON_NO_FRAME,
        f"Rendering copy {copy} gave {found}: expected a uint8 array of shape [height, width, 3].",
        copy=copy,
    )


def _invalid_reset(what: str) -> RequestFailed:
    return RequestFailed(
        pb.FAILURE_REASON_INVALID_RESET, f"Reset failed: {what}. No copy was reset."
    )


def _malformed(what: str) -> RequestFailed:
    return RequestFailed(pb.FAILURE_REASON_MALFORMED, f"{what}.")
