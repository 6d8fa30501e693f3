"""Environments that draw from their own spaces can be reproduced."""

from __future__ import annotations

import copy
import hashlib
import pickle
from collections.abc import Iterator
from typing import Any

import gymnasium
import numpy as np
import pytest
import space_environments
from alike import assert_same, same
from gymnasium import VectorizeMode
from gymnasium.vector import SyncVectorEnv
from support import Client, ServerProcess, array_of, running_server, tensor_value, vectorized

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.client import make, make_vec
from gangway_envserver.space_seeds import seed_spaces, space_seed

COPIES = 3
NAMES = ["Draws", "Replaces", "Parts", "Wrapper"]


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    """A server with the environments."""
    with running_server("--import", "space_environments") as running:
        yield running


def run_of(client: Client, name: str, vectorization: str, *, seed_spaces: bool = True) -> list[Any]:
    """What a session gives over an end of its episodes."""
    mode = "NEXT_STEP" if vectorization == "VECTOR_ENTRY_POINT" else "SAME_STEP"
    stream = client.session(
        f"space/{name}-v0", COPIES, seed_spaces=seed_spaces, **vectorized(vectorization, mode)
    )
    results: list[Any] = [array_of(stream.reset(seed=4).reset.observations).tolist()]
    actions = np.zeros(COPIES, np.int64)
    for _ in range(7):
        if name == "Parts":
            step = stream.command(step=pb.StepCommand(actions=_parts(actions))).step
        else:
            step = stream.step(actions).step
        results.append((array_of(step.observations).tolist(), step.rewards))
    results.append(array_of(stream.reset(seed=4).reset.observations).tolist())
    assert results[-1] == results[0] or not seed_spaces
    stream.half_close()
    return results


def _parts(actions: Any) -> Any:
    value = pb.StepCommand().actions
    entry = value.dict.entries.add(key="a")
    entry.value.CopyFrom(tensor_value(actions))
    return value


@pytest.mark.parametrize(
    ("name", "vectorization"),
    [
        *((name, mode) for name in NAMES for mode in ("LOOP", "SYNC")),
        ("Draws", "ASYNC"),
        ("Replaces", "ASYNC"),
        ("Draws", "VECTOR_ENTRY_POINT"),
    ],
)
def test_two_runs_with_one_seed_are_the_same(
    server: ServerProcess, name: str, vectorization: str
) -> None:
    with Client(server.address) as client:
        first = run_of(client, name, vectorization)
        assert run_of(client, name, vectorization) == first
        unseeded = [run_of(client, name, vectorization, seed_spaces=False) for _ in range(2)]
        assert unseeded[0] != unseeded[1]


def test_the_modes_that_step_ordinary_copies_draw_the_same(server: ServerProcess) -> None:
    with Client(server.address) as client:
        runs = [run_of(client, "Draws", mode) for mode in ("LOOP", "SYNC", "ASYNC")]
    assert runs[0] == runs[1] == runs[2]


def test_the_seeds_are_those_of_the_documented_derivation(server: ServerProcess) -> None:
    text = "gangway/space-seed/5/action/0"
    expected = int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) // 2
    assert space_seed(5, "action", 0) == expected
    environment = space_environments.Draws()
    environment.action_space.seed(expected)
    environment.observation_space.seed(space_seed(5, "observation", 0))
    local, _ = environment.reset()
    with Client(server.address) as client:
        stream = client.session("space/Draws-v0", 2, seed_spaces=True)
        assert_same(array_of(stream.reset(seed=4).reset.observations)[1], local)


def seed_of(space: gymnasium.Space[Any]) -> int:
    """The seed that a space was given."""
    generator: Any = space.np_random.bit_generator
    return int(generator.seed_seq.entropy)


def test_each_space_of_a_role_has_a_seed_of_its_own() -> None:
    wrapper = seed_spaces(space_environments.DrawsInAWrapper())
    wrapper.reset(seed=5)
    for space, index in ((wrapper.action_space, 0), (wrapper.unwrapped.action_space, 1)):
        assert seed_of(space) == space_seed(5, "action", index)
    assert seed_of(wrapper.observation_space) == space_seed(5, "observation", 0)


def test_spaces_that_resets_put_in_place_are_seeded_by_the_last_seed() -> None:
    environment = seed_spaces(space_environments.Draws(replaces=True))
    environment.reset()
    assert environment.action_space._np_random is None  # no seed, nothing to derive one from
    for seed in (5, 6):
        environment.reset(seed=seed)
        for index in (1, 2, 3):
            assert seed_of(environment.action_space) == space_seed(seed, "action", index)
            environment.reset()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", [3, 2**70])
def test_a_space_that_is_seeded_gives_what_it_gives_in_process(
    server: ServerProcess, name: str, seed: int
) -> None:
    remote, local = make(server.address, f"space/{name}-v0"), gymnasium.make(f"space/{name}-v0")
    for environment in (remote, local):
        environment.action_space.seed(seed)
        environment.observation_space.seed(seed + 1)
    found, expected = remote.reset(seed=1)[0], local.reset(seed=1)[0]
    # The base environment's space is out of reach of a wrapper's, here as there.
    assert name == "Wrapper" or same(found, expected)
    if name != "Replaces":
        action = {"a": 0} if name == "Parts" else 0
        for _ in range(3):
            found, expected = remote.step(action)[:2], local.step(action)[:2]
            assert found[1] == expected[1]
            assert name == "Wrapper" or same(found[0], expected[0])
    remote.close()
    assert remote.action_space.seed(1) == local.action_space.seed(1)


def test_a_space_of_parts_takes_a_seed_for_each(server: ServerProcess) -> None:
    remote: Any = make(server.address, "space/Parts-v0")
    local: Any = gymnasium.make("space/Parts-v0")
    for environment in (remote, local):
        environment.observation_space.seed(5)
        environment.action_space.seed({"a": 9})
    assert_same(remote.reset(seed=1)[0], local.reset(seed=1)[0])
    remote.close()


def test_the_first_copys_space_is_the_vector_environments(server: ServerProcess) -> None:
    for mode in (None, VectorizeMode.SYNC):
        remote = make_vec(server.address, "space/Draws-v0", 2, vectorization_mode=mode)
        local = SyncVectorEnv([space_environments.Draws] * 2)
        for environments in (remote, local):
            environments.single_action_space.seed(3)
            environments.single_observation_space.seed(4)
            environments.action_space.seed(5)
        (first, other), (expected, _) = remote.reset(seed=1)[0], local.reset(seed=1)[0]
        assert_same(first, expected)
        assert other.tolist() != first.tolist()
        remote.close()


def test_an_own_vector_implementation_has_both_of_its_spaces_seeded(server: ServerProcess) -> None:
    remote = make_vec(
        server.address, "space/Draws-v0", 2, vectorization_mode=VectorizeMode.VECTOR_ENTRY_POINT
    )
    local = space_environments.DrawsForAll(2)
    for environments in (remote, local):
        environments.single_action_space.seed(3)
        environments.action_space.seed(5)
    assert_same(remote.reset()[0], local.reset()[0])
    remote.close()


def test_workers_have_spaces_of_their_own(server: ServerProcess) -> None:
    remote = make_vec(server.address, "space/Draws-v0", 2, vectorization_mode=VectorizeMode.ASYNC)
    remote.single_action_space.seed(3)
    assert remote.reset(seed=1)[0].shape == (2, 3)
    remote.close()


def test_a_space_is_copied_and_pickled_without_its_connection(server: ServerProcess) -> None:
    remote = make(server.address, "space/Draws-v0")
    for made in (
        copy.deepcopy(remote.action_space),
        copy.copy(remote.action_space),
        pickle.loads(pickle.dumps(remote.action_space)),  # noqa: S301 - ours
    ):
        assert type(made) is gymnasium.spaces.Discrete
        assert made == remote.action_space
        assert made.seed(3) == remote.action_space.seed(3)
    assert isinstance(remote.action_space, gymnasium.spaces.Discrete)
    assert repr(remote.action_space) == "Discrete(1000000)"
    remote.close()


def test_a_role_that_is_none_is_refused(server: ServerProcess) -> None:
    with Client(server.address) as client:
        failure = client.session("space/Draws-v0").command(seed_space=pb.SeedSpaceCommand()).failure
    assert failure.message == (
        "SeedSpace has role 0: expected SPACE_ROLE_ACTION, SPACE_ROLE_OBSERVATION."
    )
