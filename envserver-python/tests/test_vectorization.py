"""Gymnasium's own ways to step copies: each gives over the wire what it gives in process."""

from __future__ import annotations

import contextlib
import pickle
import subprocess
import sys
from typing import Any

import gymnasium
import numpy as np
import pytest
from alike import same
from gymnasium.vector import VectorEnv
from support import SECONDS, TESTS, Client, check_failure, info_dicts, vectorized
from vector_reference import CASES, COPIES, Case, Reset, Step, wrap, wrappers

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver._proto import info_pb2, wrapper_pb2
from gangway_envserver.dynamic import to_dynamic
from gangway_envserver.kind_of import kind_of
from gangway_envserver.kinds import Kind
from gangway_envserver.values import from_tensor
from gangway_envserver.vector_info import vector_info_batch


@pytest.fixture(scope="module")
def references(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Reset | Step]]:
    """What Gymnasium gives, by case."""
    path = tmp_path_factory.mktemp("reference") / "cases"
    program = f"import vector_reference; vector_reference.main({str(path)!r})"
    command = [sys.executable, "-c", program]
    subprocess.run(command, check=True, capture_output=True, cwd=TESTS, timeout=20 * SECONDS)
    found = pickle.loads(path.read_bytes())  # noqa: S301 - our own
    assert isinstance(found, dict)
    return found


def as_vector_info(rows: list[dict[str, Any]], final: pb.FinalRows | None, kind: Kind) -> Any:
    """Gymnasium's own rule, on what the session says of each copy."""
    vector: VectorEnv[Any, Any, Any] = VectorEnv()
    vector.num_envs = len(rows)
    infos: dict[str, Any] = {}
    if final is not None and final.copies:
        k = len(final.copies)
        ends = kind.split(kind.from_batch(final.observations, k, "final"))
        last = info_dicts(final.infos, k)
        for copy, observation, info in zip(final.copies, ends, last, strict=True):
            infos = vector._add_info(infos, {"final_obs": observation, "final_info": info}, copy)
    for copy, info in enumerate(rows):
        infos = vector._add_info(infos, info, copy)
    return infos


def check_infos(found: Any, expected: Any) -> None:
    """Equal whatever the order of the keys; dtypes, masks and absent rows included."""
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        if isinstance(value, dict):
            check_infos(found[key], value)
        elif key == "final_obs":  # equal values; a Discrete's may be a plain int in process
            for mine, own in zip(found[key], value, strict=True):
                check_observations(mine, own)
        else:
            assert same(found[key], value), key


def check_observations(found: Any, expected: Any) -> None:
    """Equal bit for bit at every depth."""
    if isinstance(expected, dict):
        assert found.keys() == expected.keys()
        for key, value in expected.items():
            check_observations(found[key], value)
    elif isinstance(expected, tuple):
        assert len(found) == len(expected)
        for mine, own in zip(found, expected, strict=True):
            check_observations(mine, own)
    elif isinstance(expected, np.ndarray):
        assert same(found, expected)
    else:
        assert found == expected


def reset_command(done: Reset) -> dict[str, Any]:
    """The reset as a message's fields."""
    fields: dict[str, Any] = {"mask": b"" if done.mask is None else done.mask.tobytes()}
    if isinstance(done.seed, int):
        fields["seed"] = done.seed
    elif done.seed is not None:
        seeds = [pb.OptionalSeed(value=seed) for seed in done.seed]
        fields["seeds"] = pb.SeedList(seeds=seeds)
    return fields


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_thousand_steps_are_those_in_process(
    client: Client, references: dict[str, list[Reset | Step]], case: Case
) -> None:
    settings: dict[str, Any] = vectorized(case.vectorization, case.autoreset)
    if case.limit is not None:
        settings["max_episode_steps"] = case.limit
    if case.wrapped:
        settings["wrappers"] = wrappers()
    stream = client.session(case.name, COPIES, **settings)
    if case.limit is not None:
        assert stream.created.description.max_episode_steps == case.limit
    made = gymnasium.make(case.name)
    with contextlib.closing(wrap(made) if case.wrapped else made) as local:
        observations = kind_of(local.observation_space, "observation")
        actions = kind_of(local.action_space, "action")
    ends = both = 0
    for done in references[str(case)]:
        if isinstance(done, Reset):
            result: Any = stream.reset(**reset_command(done)).reset
            final = None
        else:
            message = actions.whole(done.actions, COPIES)
            response = stream.command(step=pb.StepCommand(actions=message))
            assert not response.HasField("failure"), response.failure
            result = response.step
            final = result.final if case.autoreset == "SAME_STEP" else None
            _, rewards, terminated, truncated, _ = done.given
            assert result.rewards == np.asarray(rewards, np.float64).tobytes()
            assert result.terminated == terminated.tobytes()
            assert result.truncated == truncated.tobytes()
            ends += int((terminated | truncated).sum())
            both += int((terminated & truncated).sum())
            assert result.HasField("final") == bool(
                case.autoreset == "SAME_STEP" and (terminated | truncated).any()
            )
        check_observations(
            observations.from_batch(result.observations, COPIES, "observations"), done.given[0]
        )
        rows = info_dicts(result.infos, COPIES)
        check_infos(as_vector_info(rows, final, observations), done.given[-1])
    assert ends > 20
    if case.name == "test/Varies-v0":
        assert both > 20


@pytest.mark.parametrize("vectorization", ["LOOP", "SYNC", "ASYNC"])
@pytest.mark.parametrize(
    ("where", "exception", "copy", "said"),
    [
        ("reset", "RuntimeError", 0, "no luck in reset"),
        ("step", "RuntimeError", 1, "no luck in step"),
        ("exit", "SystemExit", 1, "an environment wants to end the server"),
        ("local", "LocalError", 1, "1 and 2"),
        ("render", "RuntimeError", 0, "no luck in render"),
    ],
)
def test_what_an_environment_raises_names_the_copy_alike_in_every_mode(
    client: Client, vectorization: str, where: str, exception: str, copy: int, said: str
) -> None:
    arguments = {"where": to_dynamic(where)}
    modes = vectorized(vectorization, "NEXT_STEP")
    stream = client.session(
        "test/Raises-v0", 2, arguments=arguments, render_mode="rgb_array", **modes
    )
    response = stream.reset()
    if where == "render":
        response = stream.command(render=pb.RenderCommand(copies=[0]))
    elif where != "reset":
        response = stream.step(np.array([0, 1]))
    doing = where if where in {"reset", "render"} else "step"
    failure = response.failure
    check_failure(failure, "ENVIRONMENT_RAISED", "ABORTED")
    assert (
        failure.message == f"The environment raised {exception} in {doing} of copy {copy}: {said}"
    )
    assert failure.metadata["copy"] == str(copy)
    assert failure.metadata["exception"].endswith(exception)
    assert "custom_environments.py" in failure.traceback  # where it happened


@pytest.mark.parametrize("vectorization", ["SYNC", "ASYNC"])
def test_after_an_environment_raised_a_reset_mends_it(client: Client, vectorization: str) -> None:
    arguments = {"where": to_dynamic("step")}
    modes = vectorized(vectorization, "NEXT_STEP")
    stream = client.session("test/Raises-v0", 2, arguments=arguments, **modes)
    stream.reset()
    failure = stream.step(np.array([0, 1])).failure
    check_failure(failure, "ENVIRONMENT_RAISED", "ABORTED")
    check_failure(stream.step(np.array([0, 0])).failure, "RESET_NEEDED", "FAILED_PRECONDITION")
    stream.reset()
    assert stream.step(np.array([0, 0])).step.rewards == np.ones(2).tobytes()


def test_an_ignored_action_is_not_checked_where_gymnasium_does_not_look_at_it(
    client: Client,
) -> None:
    stream = client.session("test/Line-v0", 2, **vectorized("SYNC", "NEXT_STEP"))
    stream.reset()
    for _ in range(3):
        assert stream.step(np.array([0, 0])).HasField("step")
    assert stream.step(np.array([7, -7])).step.rewards == np.zeros(2).tobytes()
    check_failure(stream.step(np.array([7, 0])).failure, "INVALID_ACTION", "INVALID_ARGUMENT")


@pytest.mark.parametrize("vectorization", ["LOOP", "SYNC", "ASYNC"])
def test_a_reset_forgets_which_copies_had_ended(client: Client, vectorization: str) -> None:
    none = np.array([0, 0])
    stream = client.session("test/Line-v0", 2, **vectorized(vectorization, "NEXT_STEP"))
    stream.reset()
    beginning = stream.step(none).step
    stream.step(none)
    ended = stream.step(none).step
    assert np.frombuffer(ended.terminated + ended.truncated, np.bool_).sum() >= 2
    stream.reset()
    check_failure(stream.step(np.array([7, -7])).failure, "INVALID_ACTION", "INVALID_ARGUMENT")
    assert stream.step(none).step == beginning


def test_workers_wrap_their_copies(client: Client) -> None:
    wrapper = wrapper_pb2.Wrapper(transform_reward=wrapper_pb2.TransformRewardWrapper(scale=3))
    modes = vectorized("ASYNC", "SAME_STEP")
    stream = client.session("test/Line-v0", 2, wrappers=[wrapper], **modes)
    stream.reset()
    stream.step(np.zeros(2, np.int64))
    assert stream.step(np.zeros(2, np.int64)).step.rewards == np.array([6.0, 6.0]).tobytes()


def test_numbers_in_infos_have_the_type_of_gymnasiums_array() -> None:
    infos = {
        "number": np.array([0.5, 0], np.float32),
        "_number": np.array([True, False]),
        "flag": np.array([True, False]),
    }
    number, flag = vector_info_batch(infos, 2).columns
    assert (number.key, number.present) == ("number", b"\1\0")
    assert number.stack.kind == info_pb2.INFO_SCALAR_KIND_NUMPY_SCALAR
    assert from_tensor(number.stack.values).dtype == np.float32
    assert (flag.key, flag.present) == ("flag", b"\1\1")
    assert flag.stack.kind == info_pb2.INFO_SCALAR_KIND_BOOL
