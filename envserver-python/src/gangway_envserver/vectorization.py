"""Makes the batch of a session, in the way that its vectorization mode says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from gymnasium import Space
from gymnasium.vector import SyncVectorEnv

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.batch import Batch, LoopBatch, close_all
from gangway_envserver.copies import NumberedCopy
from gangway_envserver.description import describe, describe_vector
from gangway_envserver.errors import RequestFailed, environment_raised
from gangway_envserver.kind_of import kind_of
from gangway_envserver.kinds import Kind
from gangway_envserver.registry import EnvironmentRegistry
from gangway_envserver.space_seeds import seed_spaces
from gangway_envserver.vector_batch import GYMNASIUM_MODES, VectorBatch, VectorEnvironment
from gangway_envserver.workers import Workers


@dataclass(frozen=True, slots=True)
class Made:
    """A batch, and what its copies are."""

    batch: Batch
    action_kind: Kind
    description: pb.EnvironmentDescription


def make_batch(
    registry: EnvironmentRegistry, request: pb.CreateSessionRequest, max_workers: int
) -> Made:
    """Makes what a checked request asks for; when anything fails, nothing is left."""
    match request.vectorization_mode:
        case pb.VECTORIZATION_MODE_SYNC:
            return _sync(registry, request)
        case pb.VECTORIZATION_MODE_ASYNC:
            return _async(registry, request, max_workers)
        case pb.VECTORIZATION_MODE_VECTOR_ENTRY_POINT:
            return _vector_entry_point(registry, request)
        case _:
            return _loop(registry, request)


def _autoreset(request: pb.CreateSessionRequest) -> pb.AutoresetMode.ValueType:
    return request.autoreset_mode or pb.AUTORESET_MODE_SAME_STEP


def _kinds(observation_space: Space[Any], action_space: Space[Any]) -> tuple[Kind, Kind]:
    return kind_of(observation_space, "observation"), kind_of(action_space, "action")


def _loop(registry: EnvironmentRegistry, request: pb.CreateSessionRequest) -> Made:
    environments = registry.make(request.settings, request.copies)
    first = environments[0]
    try:
        kinds = _kinds(first.observation_space, first.action_space)
        batch = LoopBatch(environments, kinds[0], _autoreset(request))
        return Made(batch, kinds[1], describe(request.settings.id, first))
    except BaseException:
        close_all(environments)
        raise


def _sync(registry: EnvironmentRegistry, request: pb.CreateSessionRequest) -> Made:
    environments = registry.make(request.settings, request.copies)
    first = environments[0]
    autoreset = _autoreset(request)

    def make() -> VectorEnvironment:
        return SyncVectorEnv(
            [partial(NumberedCopy, each, copy) for copy, each in enumerate(environments)],
            copy=False,  # what it gives is encoded at once
            autoreset_mode=GYMNASIUM_MODES[autoreset],
        )

    try:
        kinds = _kinds(first.observation_space, first.action_space)
        batch = VectorBatch(make, kinds[0], request.copies, autoreset)
        return Made(batch, kinds[1], describe(request.settings.id, first))
    except BaseException:
        close_all(environments)
        raise


def _async(
    registry: EnvironmentRegistry, request: pb.CreateSessionRequest, max_workers: int
) -> Made:
    if request.copies > max_workers:
        raise RequestFailed(
            pb.FAILURE_REASON_INVALID_SETTING,
            f"copies is {request.copies}: expected 1 … {max_workers} with "
            "VECTORIZATION_MODE_ASYNC, which takes a process for each. For more, "
            f"{registry.remedy.option(f'--max-workers {request.copies}')}.",
            field="copies",
        )
    maker = registry.maker(request.settings)
    probe = registry.make(request.settings, copies=1)[0]
    try:
        observation_space = probe.observation_space
        kinds = _kinds(observation_space, probe.action_space)
        description = describe(request.settings.id, probe)
    finally:
        close_all([probe])
    autoreset = _autoreset(request)

    def make() -> VectorEnvironment:
        mode = GYMNASIUM_MODES[autoreset]
        return Workers(maker, request.copies, mode, observation_space)

    try:
        batch = VectorBatch(make, kinds[0], request.copies, autoreset, mendable=False)
    except BaseException as error:
        raise environment_raised(error, "the start of its workers", None) from error
    return Made(batch, kinds[1], description)


def _vector_entry_point(registry: EnvironmentRegistry, request: pb.CreateSessionRequest) -> Made:
    autoreset = _autoreset(request)
    vector = registry.make_vector(request.settings, request.copies, GYMNASIUM_MODES[autoreset])
    if request.settings.seed_spaces:
        vector = seed_spaces(vector)
    try:
        kinds = _kinds(vector.single_observation_space, vector.single_action_space)
        batch = VectorBatch(lambda: vector, kinds[0], request.copies, autoreset, separate=False)
        return Made(batch, kinds[1], describe_vector(request.settings.id, vector))
    except BaseException:
        close_all([vector])
        raise
