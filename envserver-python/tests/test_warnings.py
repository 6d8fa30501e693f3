"""Warnings reach the client of the session that raised them, each once, and not too many."""

from __future__ import annotations

import re
import warnings
from concurrent import futures

import gymnasium
import numpy as np
import talking_environment
from support import Client, StreamClient, running_server

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.dynamic import to_dynamic
from gangway_envserver.notices import LIMIT

ZEROS = np.array([0, 0])
assert "test/Checked-v0" in gymnasium.registry, talking_environment


def talk(client: Client, tag: str, kinds: int = 1) -> StreamClient:
    """A session of two copies."""
    arguments = {"tag": to_dynamic(tag), "kinds": to_dynamic(kinds)}
    return client.session("test/Talk-v0", 2, arguments=arguments)


def texts(stream: StreamClient, steps: int) -> list[str]:
    """What the session warns of in a reset and some steps."""
    responses = [stream.reset(), *(stream.step(ZEROS) for _ in range(steps))]
    return [warning.text for response in responses for warning in response.warnings]


def test_a_session_tells_each_warning_once_without_colours(client: Client) -> None:
    stream = talk(client, "alone")
    (made,) = stream.created.warnings
    assert (made.category, made.text) == ("UserWarning", "made alone")
    stream.reset()
    (step,) = stream.step(ZEROS).warnings
    assert (step.category, step.text) == ("UserWarning", "WARN: step alone 0")
    assert not stream.step(ZEROS).warnings
    again = talk(client, "alone")  # the process has heard of them, this session has not
    assert [warning.text for warning in again.created.warnings] == ["made alone"]
    assert texts(again, 3) == ["WARN: step alone 0"]


def test_there_are_at_most_32_and_the_last_says_so(client: Client) -> None:
    stream = talk(client, "much", kinds=100)
    told = texts(stream, 60)
    assert len(told) == LIMIT - 1  # one was told when the session was made
    assert told[:-1] == [f"WARN: step much {step}" for step in range(LIMIT - 2)]
    assert told[-1] == "There are more warnings than 31 in this session; no further one is told."


def test_a_warning_belongs_to_the_session_on_whose_thread_it_was_raised(client: Client) -> None:
    tags = [f"tag{i}" for i in range(4)]
    streams = [talk(client, tag, kinds=20) for tag in tags]
    with futures.ThreadPoolExecutor() as pool:
        told = list(pool.map(lambda stream: texts(stream, 25), streams))
    assert told == [[f"WARN: step {tag} {step}" for step in range(20)] for tag in tags]


def test_a_thread_of_the_environments_own_warns_in_the_log() -> None:
    with (
        running_server("--import", "talking_environment") as server,
        Client(server.address) as client,
    ):
        assert texts(talk(client, "elsewhere"), 2) == ["WARN: step elsewhere 0"]
        _, _, log = server.end()
    assert "from a thread of its own" in log
    assert log.count("step elsewhere 0") == 1


def test_gymnasiums_checker_is_heard(client: Client) -> None:
    stream = client.session("test/Checked-v0")
    told = [warning.text for warning in stream.created.warnings] + texts(stream, 0)
    assert any("is not within the observation space" in text for text in told), told
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        gymnasium.make("test/Checked-v0").reset()
    said = [str(each.message) for each in caught if issubclass(each.category, UserWarning)]
    assert told == list(dict.fromkeys(re.sub("\x1b\\[[0-9;]*m", "", text) for text in said))


def test_a_description_has_warnings(client: Client) -> None:
    settings = pb.EnvironmentSettings(id="test/Talk-v0")
    described = client.stub.DescribeEnvironment(pb.DescribeEnvironmentRequest(settings=settings))
    assert [warning.text for warning in described.warnings] == ["made "]
