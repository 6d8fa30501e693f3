"""Wrappers by configuration do what the same wrappers of Gymnasium do in process, bit for bit."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
import screen_environment
from alike import assert_same
from gymnasium import wrappers as gw
from gymnasium.vector import AutoresetMode
from support import TESTS, Client, array_of, info_dicts, running_server
from test_equality import COPIES, MODES, Reference, check_reset, check_step
from test_refusals import refused

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver._proto import wrapper_pb2 as wp
from gangway_envserver.dynamic import to_dynamic
from gangway_envserver.extras import import_installed
from gangway_envserver.wrappers import wrapping

STEPS = 120
SCREEN = "test/Screen-v0"
assert SCREEN in gymnasium.registry, screen_environment
import_installed()

# name, environment, the list on the wire, the same in process
Case = tuple[str, list[wp.Wrapper], Callable[[Any], Any]]
CASES: dict[str, Case] = {
    "time_limit": (
        "CartPole-v1",
        [wp.Wrapper(time_limit=wp.TimeLimitWrapper(max_episode_steps=7))],
        lambda env: gw.TimeLimit(env, 7),
    ),
    "rescale_action": (
        "Pendulum-v1",
        [wp.Wrapper(rescale_action=wp.RescaleActionWrapper(min_action=-0.5, max_action=4))],
        lambda env: gw.RescaleAction(env, np.float64(-0.5), np.float64(4)),
    ),
    "rescale_action by default": (
        "Pendulum-v1",
        [wp.Wrapper(rescale_action=wp.RescaleActionWrapper())],
        lambda env: gw.RescaleAction(env, np.float64(-1), np.float64(1)),
    ),
    "clip_action": (
        "MountainCarContinuous-v0",
        [wp.Wrapper(clip_action=wp.ClipActionWrapper())],
        gw.ClipAction,
    ),
    "clip_reward": (
        "Pendulum-v1",
        [wp.Wrapper(clip_reward=wp.ClipRewardWrapper(min_reward=-9, max_reward=-6))],
        lambda env: gw.ClipReward(env, -9, -6),
    ),
    "clip_reward above": (
        "Pendulum-v1",
        [wp.Wrapper(clip_reward=wp.ClipRewardWrapper(max_reward=-5))],
        lambda env: gw.ClipReward(env, max_reward=-5),
    ),
    "transform_reward": (
        "Pendulum-v1",
        [wp.Wrapper(transform_reward=wp.TransformRewardWrapper(scale=0.1, offset=3))],
        lambda env: gw.TransformReward(env, lambda reward: float(reward) * 0.1 + 3.0),
    ),
    "normalize_observation": (
        "CartPole-v1",
        [wp.Wrapper(normalize_observation=wp.NormalizeObservationWrapper(epsilon=1e-4))],
        lambda env: gw.NormalizeObservation(env, 1e-4),
    ),
    "normalize_reward": (
        "Pendulum-v1",
        [wp.Wrapper(normalize_reward=wp.NormalizeRewardWrapper(gamma=0.9, epsilon=0.5))],
        lambda env: gw.NormalizeReward(env, 0.9, 0.5),
    ),
    "flatten_observation": (
        "Taxi-v4",
        [wp.Wrapper(flatten_observation=wp.FlattenObservationWrapper())],
        gw.FlattenObservation,
    ),
    "frame_stack_observation": (
        "CartPole-v1",
        [wp.Wrapper(frame_stack_observation=wp.FrameStackObservationWrapper(stack_size=3))],
        lambda env: gw.FrameStackObservation(env, 3),
    ),
    "frame_stack_observation with zeros": (
        "CartPole-v1",
        [
            wp.Wrapper(
                frame_stack_observation=wp.FrameStackObservationWrapper(
                    stack_size=4, padding=wp.FRAME_STACK_PADDING_ZERO
                )
            )
        ],
        lambda env: gw.FrameStackObservation(env, 4, padding_type="zero"),
    ),
    "grayscale_observation": (
        SCREEN,
        [wp.Wrapper(grayscale_observation=wp.GrayscaleObservationWrapper(keep_dim=True))],
        lambda env: gw.GrayscaleObservation(env, keep_dim=True),
    ),
    "resize_observation": (
        SCREEN,
        [wp.Wrapper(resize_observation=wp.ResizeObservationWrapper(height=12, width=9))],
        lambda env: gw.ResizeObservation(env, (12, 9)),
    ),
    "atari_preprocessing by default": (
        SCREEN,
        [wp.Wrapper(atari_preprocessing=wp.AtariPreprocessingWrapper())],
        gw.AtariPreprocessing,
    ),
    "atari_preprocessing": (
        SCREEN,
        [
            wp.Wrapper(
                atari_preprocessing=wp.AtariPreprocessingWrapper(
                    noop_max=3,
                    frame_skip=2,
                    screen_size=20,
                    terminal_on_life_loss=True,
                    grayscale_newaxis=True,
                    scale_obs=True,
                )
            )
        ],
        lambda env: gw.AtariPreprocessing(
            *(env, 3, 2, 20),
            terminal_on_life_loss=True,
            grayscale_newaxis=True,
            scale_obs=True,
        ),
    ),
    "atari_preprocessing in colour": (
        SCREEN,
        [
            wp.Wrapper(
                atari_preprocessing=wp.AtariPreprocessingWrapper(
                    screen_size=20, grayscale_obs=False
                )
            )
        ],
        lambda env: gw.AtariPreprocessing(env, screen_size=20, grayscale_obs=False),
    ),
    "several, in order": (
        SCREEN,
        [
            wp.Wrapper(transform_reward=wp.TransformRewardWrapper(scale=2, offset=-100)),
            wp.Wrapper(clip_reward=wp.ClipRewardWrapper(min_reward=-1, max_reward=1)),
            wp.Wrapper(transform_reward=wp.TransformRewardWrapper(offset=10)),
            wp.Wrapper(grayscale_observation=wp.GrayscaleObservationWrapper()),
            wp.Wrapper(resize_observation=wp.ResizeObservationWrapper(height=8, width=6)),
            wp.Wrapper(frame_stack_observation=wp.FrameStackObservationWrapper(stack_size=2)),
            wp.Wrapper(time_limit=wp.TimeLimitWrapper(max_episode_steps=20)),
        ],
        lambda env: gw.TimeLimit(
            gw.FrameStackObservation(
                gw.ResizeObservation(
                    gw.GrayscaleObservation(
                        gw.TransformReward(
                            gw.ClipReward(
                                gw.TransformReward(env, lambda reward: float(reward) * 2 - 100),
                                -1,
                                1,
                            ),
                            lambda reward: float(reward) + 10,
                        )
                    ),
                    (8, 6),
                ),
                2,
            ),
            20,
        ),
    ),
}


@pytest.mark.parametrize("seed", [3, 1_000_003])
@pytest.mark.parametrize("case", CASES)
def test_a_wrapper_gives_what_gymnasiums_gives(client: Client, case: str, seed: int) -> None:
    name, wrappers, wrap = CASES[case]
    compare(client, name, wrappers, wrap, seed)


def test_a_game_of_ale_py_is_preprocessed_as_by_gymnasium(client: Client) -> None:
    wrapper = wp.Wrapper(atari_preprocessing=wp.AtariPreprocessingWrapper(noop_max=5))
    compare(
        *(client, "ALE/Breakout-v5", [wrapper], lambda env: gw.AtariPreprocessing(env, 5), 7),
        frameskip=1,
    )


def test_pictures_are_observed_as_in_gymnasium(client: Client) -> None:
    wrapper = wp.Wrapper(add_render_observation=wp.AddRenderObservationWrapper())
    compare(
        *(client, "CartPole-v1", [wrapper], gw.AddRenderObservation, 5, 20),
        render_mode="rgb_array",  # which the server adds
    )


def test_a_picture_may_stand_beside_the_observation() -> None:
    settings = wp.AddRenderObservationWrapper(
        render_only=False, render_key="seen", obs_key="numbers"
    )
    (wrap,) = wrapping([wp.Wrapper(add_render_observation=settings)])
    found = wrap(gymnasium.make("CartPole-v1", render_mode="rgb_array"))
    expected = gw.AddRenderObservation(
        gymnasium.make("CartPole-v1", render_mode="rgb_array"),
        render_only=False,
        render_key="seen",
        obs_key="numbers",
    )
    assert found.observation_space == expected.observation_space
    assert_same(found.reset(seed=3)[0], expected.reset(seed=3)[0])
    assert_same(found.step(1)[0], expected.step(1)[0])


def test_parts_of_an_observation_are_left_out_as_in_gymnasium(client: Client) -> None:
    picture = wp.Wrapper(add_render_observation=wp.AddRenderObservationWrapper(render_only=False))
    filtered = wp.Wrapper(filter_observation=wp.FilterObservationWrapper(filter_keys=["state"]))
    flat = wp.Wrapper(flatten_observation=wp.FlattenObservationWrapper())
    compare(
        *(client, "CartPole-v1", [picture, filtered, flat]),
        lambda env: gw.FlattenObservation(
            gw.FilterObservation(gw.AddRenderObservation(env, render_only=False), ["state"])
        ),
        *(5, 20),
        render_mode="rgb_array",
    )


def compare(
    client: Client,
    name: str,
    wrappers: list[wp.Wrapper],
    wrap: Any,
    seed: int,
    steps: int = STEPS,
    **arguments: Any,
) -> None:
    """Steps both for a while."""
    mode = AutoresetMode.SAME_STEP
    reference = Reference(name, mode, wrap, **arguments)
    stream = client.session(
        *(name, COPIES),
        autoreset_mode=MODES[mode],
        wrappers=wrappers,
        arguments={k: to_dynamic(value) for k, value in arguments.items() if k != "render_mode"},
    )
    observations, _ = reference.envs.reset(seed=seed)
    check_reset(stream.reset(seed=seed), observations, reference.infos())
    reference.envs.action_space.seed(seed)
    for _ in range(steps):
        actions = reference.envs.action_space.sample()
        expected = reference.envs.step(actions)
        check_step(stream.step(actions), expected, reference.infos(), mode)
    stream.half_close()


def test_the_cases_hold_every_wrapper() -> None:
    tested = {
        wrapper.WhichOneof("kind") for _, wrappers, _ in CASES.values() for wrapper in wrappers
    }
    kinds = {field.name for field in wp.Wrapper.DESCRIPTOR.oneofs_by_name["kind"].fields}
    assert kinds - tested == {  # these have tests of their own
        "record_episode_statistics",
        "add_render_observation",
        "filter_observation",
        "linear_reward",  # in test_returned.py
        "custom",  # in test_custom_wrappers.py
    }


def test_the_cases_set_every_field_of_their_wrappers() -> None:
    chosen = [
        getattr(wrapper, str(wrapper.WhichOneof("kind")))
        for _, wrappers, _ in CASES.values()
        for wrapper in wrappers
    ]
    fields = {field.full_name for each in chosen for field in each.DESCRIPTOR.fields}
    assert fields == {field.full_name for each in chosen for field, _ in each.ListFields()}


def test_episode_statistics_are_gymnasiums_but_for_the_seconds(client: Client) -> None:
    statistics = wp.RecordEpisodeStatisticsWrapper(stats_key="seen")
    stream = client.session(
        "CartPole-v1", wrappers=[wp.Wrapper(record_episode_statistics=statistics)]
    )
    reference = gw.RecordEpisodeStatistics(gymnasium.make("CartPole-v1"), stats_key="seen")
    stream.reset(seed=5)
    reference.reset(seed=5)
    ended = 0
    while ended < 5:
        step = stream.step(np.array([ended % 2])).step
        _, _, terminated, truncated, info = reference.step(np.int64(ended % 2))
        if not (terminated or truncated):
            assert info == {}
            assert not step.infos.columns
            continue
        ended += 1
        (found,) = info_dicts(step.final.infos, 1)
        assert list(found) == ["seen"]
        assert found["seen"].keys() == info["seen"].keys()
        assert (found["seen"]["r"], found["seen"]["l"]) == (info["seen"]["r"], info["seen"]["l"])
        assert found["seen"]["t"] >= 0
        reference.reset()
    stream.half_close()


def test_a_description_is_of_the_wrapped_environment(client: Client) -> None:
    settings = pb.EnvironmentSettings(
        id="CartPole-v1",
        wrappers=[
            wp.Wrapper(frame_stack_observation=wp.FrameStackObservationWrapper(stack_size=2)),
            wp.Wrapper(time_limit=wp.TimeLimitWrapper(max_episode_steps=9)),
        ],
    )
    request = pb.DescribeEnvironmentRequest(settings=settings)
    description = client.stub.DescribeEnvironment(request).description
    assert list(description.observation_space.box.low.shape) == [2, 4]
    assert description.max_episode_steps == 9


@pytest.mark.parametrize(
    ("name", "wrapper", "says"),
    [
        ("CartPole-v1", wp.Wrapper(), ": expected one of time_limit, rescale_action"),
        ("CartPole-v1", wp.Wrapper(time_limit=wp.TimeLimitWrapper()), "found nothing."),
        (
            "CartPole-v1",
            wp.Wrapper(time_limit=wp.TimeLimitWrapper(max_episode_steps=0)),
            ".time_limit.max_episode_steps: expected an integer ≥ 1 and ≤ 2147483647, found 0.",
        ),
        (
            "Pendulum-v1",
            wp.Wrapper(rescale_action=wp.RescaleActionWrapper(min_action=2)),
            ".rescale_action.max_action: expected a finite number > min_action (2), found 1.",
        ),
        (
            "Pendulum-v1",
            wp.Wrapper(transform_reward=wp.TransformRewardWrapper(scale=float("nan"))),
            ".transform_reward.scale: expected a finite number, found nan.",
        ),
        (
            "Pendulum-v1",
            wp.Wrapper(clip_reward=wp.ClipRewardWrapper()),
            "at least one of min_reward, max_reward",
        ),
        (
            "CartPole-v1",
            wp.Wrapper(filter_observation=wp.FilterObservationWrapper()),
            ".filter_keys: expected at least 1 element, found none.",
        ),
        (
            "CartPole-v1",
            wp.Wrapper(linear_reward=wp.LinearRewardWrapper()),
            ".coefficients: expected at least 1 element, found none.",
        ),
        (
            "CartPole-v1",
            wp.Wrapper(linear_reward=wp.LinearRewardWrapper(coefficients=[1, float("inf")])),
            ".coefficients[1]: expected a finite number, found inf.",
        ),
        (
            "Pendulum-v1",
            wp.Wrapper(clip_reward=wp.ClipRewardWrapper(min_reward=2, max_reward=1)),
            ".max_reward: expected a finite number ≥ min_reward (2), found 1.",
        ),
        (
            "Pendulum-v1",
            wp.Wrapper(normalize_reward=wp.NormalizeRewardWrapper(gamma=1.5)),
            ".gamma: expected a finite number ≥ 0 and ≤ 1, found 1.5.",
        ),
        (
            "Pendulum-v1",
            wp.Wrapper(normalize_observation=wp.NormalizeObservationWrapper(epsilon=0)),
            ".epsilon: expected a finite number > 0, found 0.",
        ),
        (
            "CartPole-v1",
            wp.Wrapper(
                frame_stack_observation=wp.FrameStackObservationWrapper(
                    stack_size=2, padding=wp.FRAME_STACK_PADDING_UNSPECIFIED
                )
            ),
            "expected one of FRAME_STACK_PADDING_RESET, FRAME_STACK_PADDING_ZERO, found 0.",
        ),
        (
            "CartPole-v1",
            wp.Wrapper(rescale_action=wp.RescaleActionWrapper()),
            "does not fit what it wraps (spaces Box([",
        ),
        (
            "CartPole-v1",
            wp.Wrapper(atari_preprocessing=wp.AtariPreprocessingWrapper()),
            "Disable frame-skipping in the original env",
        ),
    ],
)
def test_a_wrapper_that_cannot_be_is_named_with_its_place(
    client: Client, name: str, wrapper: wp.Wrapper, says: str
) -> None:
    first = wp.Wrapper(transform_reward=wp.TransformRewardWrapper())
    failure = refused(
        lambda: client.create(name, wrappers=[first, wrapper]),
        "INVALID_SETTING",
        "INVALID_ARGUMENT",
    )
    assert failure.metadata["field"] == "settings.wrappers[1]"
    assert failure.message.startswith("settings.wrappers[1]")
    assert (wrapper.WhichOneof("kind") or "found none.") in failure.message
    assert says in failure.message


def test_without_opencv_what_needs_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cv2.py").write_text("raise ImportError('hidden')")
    path = os.pathsep.join([str(tmp_path), str(TESTS)])
    environment = {**os.environ, "PYTHONPATH": path}
    resize = wp.Wrapper(resize_observation=wp.ResizeObservationWrapper(height=8, width=8))
    atari = wp.Wrapper(atari_preprocessing=wp.AtariPreprocessingWrapper())
    grey = wp.Wrapper(grayscale_observation=wp.GrayscaleObservationWrapper())
    with (
        running_server("--import", "screen_environment", environment=environment) as server,
        Client(server.address) as client,
    ):
        for wrapper in (resize, atari):
            failure = refused(
                lambda wrapper=wrapper: client.create(SCREEN, wrappers=[wrapper]),
                "UNSUPPORTED",
                "UNIMPLEMENTED",
            )
            assert "settings.wrappers[0]" in failure.message
            assert "needs OpenCV" in failure.message
            assert "`envserver-python/setup --extras images`" in failure.message
        assert (
            array_of(client.session(SCREEN, wrappers=[grey]).reset().reset.observations).ndim == 3
        )


def test_a_wrapping_can_be_sent_to_another_process() -> None:
    import pickle  # noqa: PLC0415

    (wrap,) = wrapping([wp.Wrapper(transform_reward=wp.TransformRewardWrapper(scale=3))])
    again = pickle.loads(pickle.dumps(wrap))  # noqa: S301 - our own
    environment = again(gymnasium.make("CartPole-v1"))
    environment.reset(seed=0)
    assert environment.step(0)[1] == 3.0
