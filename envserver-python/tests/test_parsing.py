"""Messages that are none: answered in words by every call, and logged now and then."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import grpc
import pytest
from support import SECONDS, Client, ServerProcess, check_failure, failure_of, running_server

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.parsing import RateLimitedWarnings

GARBAGE = b"\xff" * 9
SERVICE = "/gangway.v1.EnvironmentService"
UNARY = (
    *(f"{SERVICE}/{name}" for name in ("Handshake", "ListEnvironments", "DescribeEnvironment")),
    *(f"{SERVICE}/{name}" for name in ("CreateSession", "CloseSession")),
    "/grpc.health.v1.Health/Check",
)
REFLECTION = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"


def refusal(call: Callable[[], Any]) -> pb.Failure:
    """The failure that a call ends with."""
    with pytest.raises(grpc.RpcError) as caught:
        next(iter(call()))
    return failure_of(caught.value)


def test_every_call_answers_a_message_that_is_none_in_words_and_goes_on_serving() -> None:
    with running_server() as server:
        with grpc.insecure_channel(server.address) as untyped:
            channel: Any = untyped
            watch = "/grpc.health.v1.Health/Watch"
            calls: dict[str, Callable[[], Any]] = {
                path: partial(channel.unary_unary(path), GARBAGE, timeout=SECONDS) for path in UNARY
            }
            for path in (f"{SERVICE}/Attach", REFLECTION):
                messages = iter([GARBAGE, b""])
                calls[path] = partial(channel.stream_stream(path), messages, timeout=SECONDS)
            calls[watch] = partial(channel.unary_stream(watch), GARBAGE, timeout=SECONDS)
            for path, call in calls.items():
                failure = refusal(call)
                check_failure(failure, "MALFORMED", "INVALID_ARGUMENT")
                assert failure.message.startswith(f"A message of 9 bytes to {path} cannot be read")
        with Client(server.address) as client:
            assert client.session().reset().HasField("reset")
        code, _, log = server.end()
    assert code == 0
    assert log.count("cannot be read") == 1
    assert "Traceback" not in log
    assert "still at work" not in log


def test_a_session_whose_stream_brings_garbage_is_free_for_another_stream(
    server: ServerProcess,
) -> None:
    with Client(server.address) as client:
        created = client.create(lease_milliseconds=60_000)
        command = pb.OpenCommand(
            protocol_version=1, session_id=created.session_id, incarnation=created.incarnation
        )
        channel: Any = client.channel
        attach = channel.stream_stream(f"{SERVICE}/Attach")

        def messages() -> Iterator[bytes]:
            yield pb.AttachRequest(open=command).SerializeToString()
            yield GARBAGE
            yield from [b""] * 5

        responses = attach(messages(), timeout=SECONDS)
        assert pb.AttachResponse.FromString(next(responses)).HasField("opened")
        check_failure(refusal(lambda: responses), "MALFORMED", "INVALID_ARGUMENT")
        assert client.open(created).reset().HasField("reset")


def test_warnings_are_left_out_for_a_while_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    now = time.monotonic()
    warnings = RateLimitedWarnings(seconds=10.0, clock=lambda: now)
    caplog.set_level(logging.WARNING)
    for _ in range(3):
        warnings.warn("Odd.")
    now += 9.9
    warnings.warn("Odd.")
    now += 0.2
    warnings.warn("Odd.")
    now += 20.0
    warnings.warn("Odd.")
    assert caplog.messages == ["Odd.", "Odd. 3 more like this were not logged.", "Odd."]
