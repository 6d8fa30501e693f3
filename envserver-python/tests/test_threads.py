"""A session's environments see one thread from make to close, the first session's the main one."""

from __future__ import annotations

import ast
import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import (
    SECONDS,
    Client,
    ServerProcess,
    info_dicts,
    running_server,
    tensor_value,
    vectorized,
)
from test_direct import DirectClient

from gangway_envserver._proto import attribute_pb2
from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.dynamic import from_dynamic, to_dynamic

COPIES = 2
OPENED = (
    *("--import", "thread_environments", "--allow-argument", "where"),
    *("--allow-attribute", "seen", "--allow-attribute", "size", "--allow-set-attribute", "size"),
)
Command = Callable[..., pb.AttachResponse]


@pytest.fixture
def bound() -> Iterator[ServerProcess]:
    """A server of its own: which thread a session has depends on who came before."""
    with running_server(*OPENED) as server:
        yield server


@contextlib.contextmanager
def commands(
    server: ServerProcess, client: Client, created: pb.CreateSessionResponse, transport: str
) -> Iterator[Command]:
    """Sends a session's commands over gRPC or a direct stream."""
    if transport == "direct":
        direct = DirectClient(server.address)
        with direct.socket:
            direct.open(created)
            yield direct.command
    else:
        stream = client.open(created)
        yield stream.command
        stream.cancel()


def close(client: Client, created: pb.CreateSessionResponse) -> None:
    """Closes a session."""
    request = pb.CloseSessionRequest(session_id=created.session_id)
    client.stub.CloseSession(request, timeout=SECONDS)


def step() -> pb.StepCommand:
    """A step of all copies."""
    return pb.StepCommand(actions=tensor_value(np.zeros(COPIES, np.int64)))


@pytest.mark.parametrize("transport", ["grpc", "direct"])
@pytest.mark.parametrize("mode", ["LOOP", "SYNC", "ASYNC", "VECTOR_ENTRY_POINT"])
def test_an_environment_sees_one_thread_all_its_life(
    bound: ServerProcess, tmp_path: Path, mode: str, transport: str
) -> None:
    arguments = {"where": to_dynamic(str(tmp_path / "closed"))}
    with Client(bound.address) as client:
        created = client.create(
            "thread/Bound-v0", COPIES, arguments=arguments, render_mode="rgb_array",
            lease_milliseconds=60_000, **vectorized(mode, "SAME_STEP"),
        )  # fmt: skip
        for attachment in range(2):
            with commands(bound, client, created, transport) as command:
                reset = command(reset=pb.ResetCommand(seed=1)).reset
                seen = info_dicts(reset.infos, COPIES)
                assert seen == [{"main": True, "threads": 1}] * COPIES, attachment
                results = [command(step=step()) for _ in range(5)]  # beyond an episode's end
                assert all(result.HasField("step") for result in results)
                assert command(render=pb.RenderCommand()).HasField("render")
                if mode != "VECTOR_ENTRY_POINT":
                    setting = attribute_pb2.SetAttributeCommand(name="size", values=[to_dynamic(7)])
                    assert command(set_attribute=setting).HasField("set_attribute")
                    size = command(call=attribute_pb2.CallCommand(name="size")).call
                    assert [from_dynamic(value) for value in size.values] == [7] * COPIES
        close(client, created)
    closed = (tmp_path / "closed").read_text().splitlines()
    # Gymnasium makes and closes one more where there are workers.
    assert len(closed) >= COPIES
    assert {ast.literal_eval(line)["threads"] for line in closed} == {1}


def test_every_further_session_has_a_thread_of_its_own(bound: ServerProcess) -> None:
    with Client(bound.address) as client:
        created = [client.create("thread/Bound-v0", COPIES) for _ in range(3)]
        streams = [client.open(each) for each in created]
        for number, stream in enumerate(streams):
            seen = info_dicts(stream.reset(seed=1).reset.infos, COPIES)
            assert seen == [{"main": number == 0, "threads": 1}] * COPIES
        for stream in streams * 4:
            assert stream.step(np.zeros(COPIES, np.int64)).HasField("step")
        for stream in streams:
            stream.cancel()


def test_the_main_thread_is_the_next_sessions_when_it_is_free(bound: ServerProcess) -> None:
    with Client(bound.address) as client:
        for _ in range(3):
            stream = client.session("thread/Bound-v0")
            assert info_dicts(stream.reset().reset.infos, 1) == [{"main": True, "threads": 1}]
            close(client, stream.created)


def test_what_only_the_main_thread_may_do_works(bound: ServerProcess) -> None:
    with Client(bound.address) as client:
        request = pb.DescribeEnvironmentRequest(
            settings=pb.EnvironmentSettings(id="thread/OfMain-v0")
        )
        described = client.stub.DescribeEnvironment(request, timeout=SECONDS).description
        assert described.id == "thread/OfMain-v0"
        stream = client.session("thread/OfMain-v0")
        assert stream.reset().HasField("reset")
        stream.half_close()
        assert list(stream.responses) == []
    assert bound.end()[0] == 0  # although an event loop took the signals' descriptor


def deaf(client: Client, folder: Path) -> Any:
    """A session whose step hangs on the main thread."""
    pipe = folder / "begun"
    os.mkfifo(pipe)
    stream = client.session("thread/Deaf-v0", arguments={"where": to_dynamic(str(pipe))})
    stream.reset()
    actions = tensor_value(np.zeros(1, np.int64))
    stream.send(pb.AttachRequest(sequence=2, step=pb.StepCommand(actions=actions)))
    pipe.open().close()
    return stream


def test_signals_end_the_server_while_the_main_thread_hangs(
    bound: ServerProcess, tmp_path: Path
) -> None:
    with Client(bound.address) as client:
        deaf(client, tmp_path)
        bound.process.terminate()
        assert bound.wait()[0] == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_the_server_whatever_an_environment_does_with_them(
    bound: ServerProcess, number: signal.Signals
) -> None:
    with Client(bound.address) as client:
        client.session("thread/Ignoring-v0").reset()
        bound.process.send_signal(number)
        assert bound.wait()[0] == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_the_server_though_a_step_ignored_them_and_its_stream_goes_on(
    bound: ServerProcess, number: signal.Signals
) -> None:
    with Client(bound.address) as client:
        stream = client.session("thread/IgnoringInStep-v0")
        stream.reset()
        stream.step(np.zeros(1, np.int64))
        bound.process.send_signal(number)
        assert bound.wait()[0] == 0


def test_a_server_whose_descriptors_are_closed_by_an_environment_ends_with_that_reason(
    bound: ServerProcess,
) -> None:
    with Client(bound.address) as client:
        stream = client.session("thread/ClosesAll-v0")
        stream.reset()
        actions = tensor_value(np.zeros(1, np.int64))
        stream.send(pb.AttachRequest(sequence=2, step=pb.StepCommand(actions=actions)))
        code, _, log = bound.wait()
    assert code == 1
    assert "Ending because of descriptors of this server's that environment code has closed" in log


def test_the_parents_end_ends_the_server_while_the_main_thread_hangs(tmp_path: Path) -> None:
    with (
        running_server(*OPENED, "--exit-with-parent") as server,
        Client(server.address) as client,
    ):
        deaf(client, tmp_path)
        server.wait()  # closes the server's standard input
