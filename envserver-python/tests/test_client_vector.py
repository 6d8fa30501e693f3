"""The vector client: equal to `SyncVectorEnv` in process, and what its users may rely on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import gymnasium
import numpy as np
import pytest
from alike import assert_same
from custom_environments import Kinds
from gymnasium import error
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from gymnasium.vector.utils import batch_space
from gymnasium.wrappers.vector import DictInfoToList, RecordEpisodeStatistics
from matrix import as_space_has_it
from support import ServerProcess

from gangway_envserver.client import (
    EnvironmentRaised,
    InvalidAction,
    RemoteError,
    RemoteVectorEnv,
    make_vec,
)

COPIES = 3
STEPS = 250
MODES = list(AutoresetMode)
REFUSED = {"mission", "masked", "leafless", "keys", "too_deep"}
Made = Callable[..., RemoteVectorEnv]

pytestmark = pytest.mark.filterwarnings("ignore:.*At the environment server:UserWarning")


@pytest.fixture
def made(server: ServerProcess) -> Iterator[Made]:
    """Makes vectors of environments that are closed at the end."""
    environments: list[RemoteVectorEnv] = []

    def maker(name: str, num_envs: int = COPIES, **settings: Any) -> RemoteVectorEnv:
        environments.append(make_vec(server.address, name, num_envs, **settings))
        return environments[-1]

    yield maker
    for each in environments:
        each.close()


def local(name: str, mode: AutoresetMode, **settings: Any) -> SyncVectorEnv:
    """Gymnasium's own."""
    makers = [lambda: gymnasium.make(name, **settings)] * COPIES
    return SyncVectorEnv(makers, autoreset_mode=mode)


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: str(mode.name))
@pytest.mark.parametrize("name", ["CartPole-v1", "Pendulum-v1", "Taxi-v4", "test/Varies-v0"])
def test_all_that_it_gives_equals_gymnasiums_sync_vector(
    made: Made, name: str, mode: AutoresetMode
) -> None:
    remote = made(name, autoreset_mode=mode, max_episode_steps=60)
    reference = local(name, mode, max_episode_steps=60)
    for attribute in (
        *("num_envs", "observation_space", "action_space", "render_mode"),
        *("single_observation_space", "single_action_space"),
    ):
        assert getattr(remote, attribute) == getattr(reference, attribute)
    assert remote.metadata["autoreset_mode"] is mode
    assert_same(remote.reset(seed=9), reference.reset(seed=9))
    reference.action_space.seed(1)
    space = reference.single_observation_space
    ends = 0
    for _ in range(STEPS):
        actions = reference.action_space.sample()
        found, expected = remote.step(actions), reference.step(actions)
        # Gymnasium's final observation is as the environment gave it: Taxi's is an int.
        for infos in (found[4], expected[4]):
            if "final_obs" in infos:
                infos["final_obs"] = [
                    None if last is None else as_space_has_it(space, last)
                    for last in infos["final_obs"]
                ]
        assert_same(found, expected)
        ended = found[2] | found[3]
        ends += int(ended.sum())
        if mode is AutoresetMode.DISABLED and ended.any():
            again = remote.reset(options={"reset_mask": ended})
            assert_same(again, reference.reset(options={"reset_mask": ended}))
    assert ends >= COPIES


OWN_VECTORS = [
    *(("CartPole-v1", "sync"), ("CartPole-v1", "async"), ("CartPole-v1", "vector_entry_point")),
    ("Taxi-v4", "sync"),
]


@pytest.mark.parametrize(("name", "how"), OWN_VECTORS)
def test_gymnasiums_own_vectors_at_the_server_are_as_in_process(
    made: Made, name: str, how: str
) -> None:
    remote = made(name, vectorization_mode=how)
    reference = gymnasium.make_vec(name, COPIES, vectorization_mode=how)
    assert remote.observation_space == reference.observation_space
    assert_same(remote.reset(seed=2), reference.reset(seed=2))
    reference.action_space.seed(1)
    for _ in range(60):
        actions = reference.action_space.sample()
        observations, rewards, *rest = reference.step(actions)
        expected = (observations, np.asarray(rewards, np.float64), *rest)  # as all rewards travel
        assert_same(remote.step(actions), expected)
    reference.close()


@pytest.mark.parametrize(
    "seed",
    [4, [4, 5, 6], [4, None, 6], [7, 7, 7], 2**64 - 2, [2**90, None, 2**64]],
    ids=["int", "list", "gap", "equal", "growing beyond 64 bits", "wide"],
)
def test_seeds_mean_what_they_mean_to_gymnasium(made: Made, seed: Any) -> None:
    remote = made("CartPole-v1")
    reference = local("CartPole-v1", AutoresetMode.NEXT_STEP)
    remote.reset(seed=1)
    reference.reset(seed=1)
    assert_same(remote.reset(seed=seed), reference.reset(seed=seed))
    assert remote.np_random_seed == reference.np_random_seed
    remote.reset()
    reference.reset()
    assert remote.np_random_seed == reference.np_random_seed


def test_unseeded_copies_differ_and_a_seed_repeats(made: Made) -> None:
    first, second = made("CartPole-v1"), made("CartPole-v1")
    observations, _ = first.reset()
    assert len({row.tobytes() for row in observations}) == COPIES
    drawn = first.np_random_seed
    assert max(each.bit_length() for each in drawn) > 64  # all but surely, of 128
    assert_same(second.reset(seed=drawn)[0], observations)
    assert_same(first.reset(seed=3), second.reset(seed=3))
    assert_same(first.reset(), second.reset())
    for _ in range(40):
        actions = np.array([0, 1, 1])
        assert_same(first.step(actions), second.step(actions))


def test_a_vector_implementation_knows_the_seed_that_it_was_given(made: Made) -> None:
    environments = made("CartPole-v1", vectorization_mode="vector_entry_point")
    reference = gymnasium.make_vec("CartPole-v1", COPIES, vectorization_mode="vector_entry_point")
    assert environments.np_random_seed == (-1, -1, -1)
    assert_same(environments.reset(seed=2**80), reference.reset(seed=2**80))
    assert environments.np_random_seed[0] == reference.np_random_seed == 2**80


@pytest.mark.parametrize("how", [None, "sync", "async"])
def test_action_spaces_and_attributes_are_those_of_gymnasium(made: Made, how: str | None) -> None:
    remote = made("Pendulum-v1", vectorization_mode=how)
    reference = local("Pendulum-v1", AutoresetMode.NEXT_STEP)
    for space in ("action_space", "single_action_space"):
        assert getattr(remote, space).seed(8) == getattr(reference, space).seed(8)
    for environments in (remote, reference):
        environments.reset(seed=1)  # which leaves the spaces' generators alone
    for space in ("action_space", "single_action_space"):
        assert_same(getattr(remote, space).sample(), getattr(reference, space).sample())
    for name in ("np_random_seed", "render_mode"):
        assert remote.get_attr(name) == remote.call(name) == reference.get_attr(name)
    for name in ("g", "_np_random", "unwrapped"):
        with pytest.raises(RemoteError, match="may not be read or called"):
            remote.get_attr(name)
        with pytest.raises(RemoteError, match="may not be set"):
            remote.set_attr(name, 1.0)


def test_wrong_seeds_and_masks_are_refused(made: Made) -> None:
    environments = made("CartPole-v1", autoreset_mode="Disabled")
    with pytest.raises(ValueError, match="list of seeds is of length 2: expected 3"):
        environments.reset(seed=[1, 2])
    with pytest.raises(error.Error, match="seed is -1"):
        environments.reset(seed=-1)
    for mask in ([True] * 3, np.ones(3), np.ones(2, np.bool_), np.zeros(3, np.bool_)):
        with pytest.raises(ValueError, match="expected a bool array of shape"):
            environments.reset(options={"reset_mask": mask})
    options = {"reset_mask": np.array([True, False, False]), "low": -0.001, "high": 0.001}
    with pytest.raises(RemoteError, match="mask leaves out copy 1"):
        environments.reset(options=options)
    assert "reset_mask" in options  # Gymnasium takes it out of the caller's


def test_what_it_gives_is_the_callers_to_keep(made: Made) -> None:
    environments = made("CartPole-v1")
    kept = [environments.reset(seed=0)[0]]
    copies = [kept[0].copy()]
    for _ in range(5):
        result = environments.step(np.zeros(COPIES, np.int64))
        arrays = [*result[:4]]
        for array in arrays:
            assert array.flags.writeable
            assert not any(np.shares_memory(array, other) for other in kept)
        kept += arrays
        copies += [array.copy() for array in arrays]
    for array, copy in zip(kept, copies, strict=True):
        assert array.tobytes() == copy.tobytes()


@pytest.mark.parametrize("copies", [1, 2, 5])
@pytest.mark.parametrize("name", ["CartPole-v1", "Pendulum-v1", "Blackjack-v1"])
def test_shapes_and_dtypes_are_those_of_the_batched_spaces(
    made: Made, name: str, copies: int
) -> None:
    environments = made(name, copies)
    assert environments.observation_space == batch_space(
        environments.single_observation_space, copies
    )
    observations, infos = environments.reset(seed=0)
    assert isinstance(infos, dict)
    for _ in range(5):
        assert observations in environments.observation_space
        actions = environments.action_space.sample()
        assert actions in environments.action_space
        observations, rewards, terminated, truncated, infos = environments.step(actions)
        for array, dtype in ((rewards, np.float64), (terminated, np.bool_), (truncated, np.bool_)):
            assert array.dtype == dtype
            assert array.shape == (copies,)


@pytest.mark.parametrize("kind", [kind for kind in Kinds.SPACES if kind not in REFUSED])
def test_actions_of_any_space_come_back_as_observations_and_as_final_ones(
    made: Made, kind: str
) -> None:
    environments = made("test/Kinds-v0", kind=kind, autoreset_mode="SameStep")
    assert environments.observation_space == environments.action_space
    assert environments.single_observation_space == Kinds.SPACES[kind]
    assert environments.reset(seed=0)[0] in environments.observation_space
    environments.action_space.seed(0)
    for step in range(1, 4):
        actions = environments.action_space.sample()
        observations, _, terminated, _, infos = environments.step(actions)
        assert observations in environments.observation_space
        assert terminated.tolist() == [step == 3] * COPIES
        if step < 3:
            assert infos["member"].all()
        else:
            assert infos["final_info"]["member"].all()
            finals = list(infos["final_obs"])
            assert all(last in environments.single_observation_space for last in finals)


@pytest.mark.parametrize("kind", sorted(REFUSED))
def test_spaces_that_cannot_travel_are_refused(made: Made, kind: str) -> None:
    with pytest.raises(RemoteError, match="space"):
        made("test/Kinds-v0", kind=kind)


def test_copies_whose_spaces_differ_are_refused(made: Made) -> None:
    with pytest.raises(RemoteError, match="has other spaces"):
        made("test/Different-v0")


def test_the_same_seed_samples_the_same_actions(made: Made) -> None:
    spaces = [
        made("Pendulum-v1").action_space,
        made("Pendulum-v1").action_space,
        local("Pendulum-v1", AutoresetMode.NEXT_STEP).action_space,
    ]
    for space in spaces:
        space.seed(3)
    for _ in range(20):
        first, *others = [space.sample() for space in spaces]
        for other in others:
            assert_same(other, first)


def test_metadata_are_each_objects_own(made: Made) -> None:
    kept = dict(RemoteVectorEnv.metadata)
    both = [made("CartPole-v1", autoreset_mode=mode) for mode in MODES[:2]]
    assert [each.metadata["autoreset_mode"] for each in both] == MODES[:2]
    assert RemoteVectorEnv.metadata == kept


def test_methods_and_attributes_are_those_of_the_copies(made: Made) -> None:
    environments = made("test/Talk-v0")
    environments.reset(seed=4)
    environments.step([0] * COPIES)
    assert environments.call("scaled", 2.5, offset=1) == (3.5, 3.5, 3.5)
    assert environments.get_attr("np_random_seed") == (4, 5, 6)
    environments.set_attr("gain", [1.5, 2.5, -1.0])
    assert environments.get_attr("gain") == (1.5, 2.5, -1.0)
    assert environments.step([0] * COPIES)[1].tolist() == [1.5, 2.5, -1.0]
    environments.set_attr("gain", 0.5)
    assert environments.get_attr("gain") == (0.5, 0.5, 0.5)
    with pytest.raises(RemoteError, match="may not be set"):
        environments.set_attr("tag", "x")
    with pytest.raises(RemoteError, match="may not be read or called"):
        environments.call("close")


def test_what_a_copy_raises_names_the_copy_and_a_reset_mends_it(made: Made) -> None:
    environments = made("test/Raises-v0", where="step")
    environments.reset(seed=0)
    with pytest.raises(EnvironmentRaised, match="copy 1"):
        environments.step([0, 1, 0])
    with pytest.raises(error.ResetNeeded):
        environments.step([0, 0, 0])
    environments.reset(seed=0)
    assert environments.step([0, 0, 0])[0].shape == (COPIES, 1)


def test_actions_may_come_in_any_form_that_gymnasium_takes(made: Made) -> None:
    environments = made("CartPole-v1")
    expected = None
    for actions in (np.array([0, 1, 0]), [0, 1, 0], (0, 1, 0), np.array([0, 1, 0], np.int32)):
        environments.reset(seed=0)
        result = environments.step(actions)
        expected = expected or result
        assert_same(result, expected)


@pytest.mark.parametrize("name", ["Pendulum-v1", "MountainCarContinuous-v0"])
def test_actions_beyond_the_bounds_do_what_they_do_in_process(made: Made, name: str) -> None:
    remote, reference = made(name), local(name, AutoresetMode.NEXT_STEP)
    assert_same(remote.reset(seed=4), reference.reset(seed=4))
    random = np.random.default_rng(4)
    for _ in range(60):
        actions = 5 * random.standard_normal((COPIES, 1))  # float64 for a float32 Box
        assert_same(remote.step(actions), reference.step(actions.astype(np.float32)))


@pytest.mark.parametrize("actions", [[0, 1], 1, [0, 1, 0, 1], None, ["a", "b", "c"]], ids=str)
def test_actions_of_a_wrong_form_are_refused_and_nothing_is_stepped(
    made: Made, actions: Any
) -> None:
    environments = made("CartPole-v1")
    before = environments.reset(seed=0)
    with pytest.raises(ValueError, match="expected"):
        environments.step(actions)
    with pytest.raises(InvalidAction, match="action of copy 1 is 2"):
        environments.step([0, 2, 0])
    assert_same(environments.reset(seed=0), before)


def test_it_renders_every_copy(made: Made) -> None:
    environments = made("CartPole-v1", render_mode="rgb_array")
    assert environments.render_mode == "rgb_array"
    environments.reset(seed=0)
    reference = local("CartPole-v1", AutoresetMode.NEXT_STEP, render_mode="rgb_array")
    reference.reset(seed=0)
    assert_same(environments.render(), reference.render())
    assert made("CartPole-v1").render() is None


def test_it_closes_once_and_then_refuses(made: Made) -> None:
    environments = made("CartPole-v1")
    environments.reset()
    assert not environments.closed
    environments.close()
    assert environments.closed
    environments.close()
    with pytest.raises(error.ClosedEnvironmentError):
        environments.step([0, 0, 0])


def test_gymnasiums_vector_wrappers_take_it(made: Made) -> None:
    wrapped = DictInfoToList(RecordEpisodeStatistics(made("CartPole-v1", max_episode_steps=5)))
    _, infos = wrapped.reset(seed=0)
    assert infos == [{}, {}, {}]
    for _ in range(5):
        infos = wrapped.step(np.array([0, 1, 0]))[4]
    assert [info["episode"]["l"] for info in infos] == [5, 5, 5]
    assert repr(wrapped.unwrapped) == "RemoteVectorEnv(CartPole-v1, num_envs=3)"


def test_modes_are_named_as_gymnasium_names_them(made: Made) -> None:
    assert made("CartPole-v1", autoreset_mode="SameStep").autoreset_mode is MODES[1]
    with pytest.raises(ValueError, match="Never"):
        made("CartPole-v1", autoreset_mode="Never")
    with pytest.raises(ValueError, match="threads"):
        made("CartPole-v1", vectorization_mode="threads")
    with pytest.raises(RemoteError, match="copies is 129: expected 1 … 128"):
        made("CartPole-v1", 129)
