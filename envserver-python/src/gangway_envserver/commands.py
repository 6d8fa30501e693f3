"""What a stream's commands do to a batch: messages in, messages out, failures as messages."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from gangway_envserver._proto import attribute_pb2, info_pb2, value_pb2
from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.actions import ActionDecoder
from gangway_envserver.attributes import AttributePolicy
from gangway_envserver.batch import Batch, Options, Seeding
from gangway_envserver.dynamic import (
    MalformedValue,
    from_dynamic,
    from_dynamic_dict,
)
from gangway_envserver.errors import RequestFailed, defect
from gangway_envserver.extensions import Extensions
from gangway_envserver.frames import RENDER_MODES, to_frame
from gangway_envserver.info import first_object
from gangway_envserver.kinds import Kind
from gangway_envserver.notices import Notices
from gangway_envserver.seeds import from_seed
from gangway_envserver.values import wire_bytes

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CommandOptions:
    """What the operator and the client chose for a session."""

    attributes: AttributePolicy
    render_mode: str = ""
    info_objects: info_pb2.InfoObjects.ValueType = info_pb2.INFO_OBJECTS_TEXT


_ROLES: Final = {
    pb.SPACE_ROLE_ACTION: "action",
    pb.SPACE_ROLE_OBSERVATION: "observation",
}


class Commands:
    """Executes the commands of one session."""

    def __init__(
        self,
        batch: Batch,
        action_kind: Kind,
        options: CommandOptions,
        notices: Notices,
        extensions: Extensions,
    ) -> None:
        self._batch = batch
        self._extensions = extensions
        decoder = ActionDecoder(action_kind, batch.copies)
        self._decode = decoder.decode if batch.splits_actions else decoder.decode_whole
        self._options = options
        self._notices = notices
        self._everyone = [True] * batch.copies

    def execute(self, request: pb.AttachRequest) -> pb.AttachResponse:
        """The response to the request; never raises."""
        with self._notices.listening():
            response = self._execute(request)
        if self._notices.pending:
            response.warnings.extend(self._notices.take())
        return response

    def _execute(self, request: pb.AttachRequest) -> pb.AttachResponse:
        response = pb.AttachResponse(sequence=request.sequence)
        try:
            if request.extensions:
                self._extensions.check(request.extensions)
                response.extensions.extend(self._extensions.answer(request.extensions))
            command = request.WhichOneof("command")
            if command == "step":
                self._step(request.step, response.step)
                response.observations_in_memory = self._batch.large is not None
            elif command == "reset":
                self._reset(request.reset, response.reset)
                response.observations_in_memory = self._batch.large is not None
            elif command == "render":
                self._render(request.render, response.render)
            elif command == "call":
                self._call(request.call, response.call)
            elif command == "set_attribute":
                self._set_attribute(request.set_attribute)
                response.set_attribute.SetInParent()
            elif command == "seed_space":
                self._seed_space(request.seed_space)
                response.seed_space.SetInParent()
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
        result.observations.CopyFrom(outcome.observations)
        result.rewards = wire_bytes(outcome.rewards)
        result.terminated = outcome.terminated.tobytes()
        result.truncated = outcome.truncated.tobytes()
        self._check_infos(outcome.infos)
        result.infos.CopyFrom(outcome.infos)
        if outcome.final is not None:
            self._check_infos(outcome.final.infos)
            result.final.CopyFrom(outcome.final)

    def _reset(self, command: pb.ResetCommand, result: pb.ResetResult) -> None:
        mask = self._mask(command.mask)
        seed, options = self._seed(command), _options(command)
        self._batch.check_mask(mask)
        outcome = self._batch.reset(seed, options, mask)
        self._check_infos(outcome.infos)
        result.observations.CopyFrom(outcome.observations)
        result.infos.CopyFrom(outcome.infos)

    def _seed(self, command: pb.ResetCommand) -> Seeding:
        n = self._batch.copies
        match command.WhichOneof("seeding"):
            case "seed":
                return command.seed
            case "seeds":
                seeds = command.seeds.seeds
                if len(seeds) != n:
                    raise _invalid_reset(
                        f"the list of seeds is of length {len(seeds)}: expected {n}, one per copy"
                    )
                return [_one_seed(seed, copy) for copy, seed in enumerate(seeds)]
            case _:
                return None

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
        mode = self._options.render_mode
        if not mode:
            raise RequestFailed(
                pb.FAILURE_REASON_NO_FRAME,
                "The session was made without a render_mode: expected one of "
                f"{', '.join(RENDER_MODES)} in its settings.",
            )
        self._batch.check_steppable()
        result.frames.extend(self._batch.render(copies, partial(to_frame, mode)))

    def _call(self, command: attribute_pb2.CallCommand, result: attribute_pb2.CallResult) -> None:
        self._options.attributes.check_readable(command.name)
        try:
            arguments = [from_dynamic(value) for value in command.arguments]
            keywords = from_dynamic_dict(command.keywords)
        except MalformedValue as error:
            raise _malformed(f"An argument of {command.name!r} is malformed: {error}") from None
        result.values.extend(self._batch.call(command.name, arguments, keywords))

    def _set_attribute(self, command: attribute_pb2.SetAttributeCommand) -> None:
        self._options.attributes.check_settable(command.name)
        n = self._batch.copies
        messages = list(command.values)
        if len(messages) not in {1, n}:
            raise _malformed(
                f"SetAttribute of {command.name!r} has {len(messages)} values: expected {n}, one "
                "per copy, or one for all"
            )
        try:  # a value of its own for each copy
            values = [from_dynamic(messages[copy % len(messages)]) for copy in range(n)]
        except MalformedValue as error:
            raise _malformed(f"A value of {command.name!r} is malformed: {error}") from None
        self._batch.set_attribute(command.name, values)

    def _seed_space(self, command: pb.SeedSpaceCommand) -> None:
        role = _ROLES.get(command.role)
        if role is None:
            raise _malformed(
                f"SeedSpace has role {command.role}: expected {', '.join(pb.SpaceRole.keys()[1:])}"
            )
        try:
            seed = from_dynamic(command.seed)
        except MalformedValue as error:
            raise _malformed(f"The seed of the {role} space is malformed: {error}") from None
        self._batch.seed_space(role, seed, batched=command.batched)

    def _check_infos(self, batch: info_pb2.InfoBatch) -> None:
        if self._options.info_objects != info_pb2.INFO_OBJECTS_REFUSE:
            return
        found = first_object(batch)
        if found is None:
            return
        self._batch.undefine()
        copy, key, type_name = found
        raise RequestFailed(
            pb.FAILURE_REASON_UNSUPPORTED,
            f"The info {key!r} of copy {copy} holds a {type_name}, which has no portable form, and "
            "the session refuses such objects: expected numbers, strings, bytes, arrays, None, and "
            "lists, tuples and dictionaries of them. Make a session with INFO_OBJECTS_TEXT, or "
            "reset this one.",
            copy=copy,
            key=key,
        )


def _options(command: pb.ResetCommand) -> Options:
    if not command.HasField("options"):
        return lambda: None
    options: value_pb2.DynamicDict = command.options
    try:
        from_dynamic_dict(options)
    except MalformedValue as error:
        raise _invalid_reset(f"the options are malformed: {error}") from None
    return lambda: from_dynamic_dict(options)


def _one_seed(message: pb.OptionalSeed, copy: int) -> int | None:
    try:
        return from_seed(message)
    except MalformedValue as error:
        raise _invalid_reset(f"the seed of copy {copy} is malformed: {error}") from None


def _invalid_reset(what: str) -> RequestFailed:
    return RequestFailed(
        pb.FAILURE_REASON_INVALID_RESET, f"Reset failed: {what}. No copy was reset."
    )


def _malformed(what: str) -> RequestFailed:
    return RequestFailed(pb.FAILURE_REASON_MALFORMED, f"{what}.")
