"""Large observations: in memory for those who map it, in the message for all others."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gymnasium import spaces
from gymnasium.utils.seeding import np_random
from support import (
    Client,
    ServerProcess,
    StreamClient,
    array_of,
    running_server,
    tensor_value,
    vectorized,
)
from test_direct import DirectClient, direct, opening

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver._proto import tensor_pb2
from gangway_envserver.kinds import ArrayKind
from gangway_envserver.large import large_rows

COPIES = 3
WIDE: dict[str, Any] = {"name": "test/Wide-v0", "copies": COPIES}
STEP = pb.StepCommand(actions=tensor_value(np.zeros(COPIES, np.int64)))


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    """A server with an environment whose observations are large."""
    with running_server("--import", "custom_environments") as server:
        yield server


@pytest.fixture
def client(server: ServerProcess) -> Iterator[Client]:
    """A client."""
    with Client(server.address) as client:
        yield client


def link(memory: pb.SharedMemory) -> Path:
    """Where the memory can be opened."""
    return Path(f"/proc/{memory.process}/fd/{memory.file}")


class Mapping:
    """A direct stream that has mapped its session's memory."""

    def __init__(self, stream: DirectClient, created: pb.CreateSessionResponse) -> None:
        self.memory = stream.open(created).memory
        assert str(link(self.memory).readlink()) == f"/memfd:{self.memory.name} (deleted)"
        with link(self.memory).open("rb") as file:
            self.bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        assert len(self.bytes) == self.memory.size
        self.stream = stream

    def command(self, **command: Any) -> pb.AttachResponse:
        """Executes a command; gives the whole response."""
        response = self.stream.command(observations_in_memory=True, **command)
        return self.whole(response)

    def whole(self, response: pb.AttachResponse) -> pb.AttachResponse:
        """A response with what it has in memory."""
        assert response.observations_in_memory
        result = response.reset if response.HasField("reset") else response.step
        assert not result.observations.tensor.data
        result.observations.tensor.data = self.bytes[:]
        response.observations_in_memory = False
        return response


@pytest.mark.parametrize("autoreset", ["SAME_STEP", "NEXT_STEP"])
@pytest.mark.parametrize("vectorization", ["LOOP", "SYNC", "ASYNC"])
def test_memory_holds_what_a_message_would(
    server: ServerProcess, client: Client, vectorization: str, autoreset: str
) -> None:
    settings = WIDE | vectorized(vectorization, autoreset)
    in_messages = client.session(**settings)
    with direct(server) as stream:
        in_memory = Mapping(stream, client.create(**settings))
        reset = pb.ResetCommand(seed=3)
        assert in_memory.command(reset=reset) == in_messages.command(reset=reset)
        for _ in range(8):  # beyond two episodes' ends
            assert in_memory.command(step=STEP) == in_messages.command(step=STEP)
    in_messages.cancel()


def test_an_array_that_the_environment_uses_again_does_no_harm(
    server: ServerProcess, client: Client
) -> None:
    with direct(server) as stream:
        in_memory = Mapping(stream, client.create(**WIDE))
        first = array_of(in_memory.command(reset=pb.ResetCommand(seed=3)).reset.observations)
        drawn = [np_random(3 + copy)[0].random() for copy in range(COPIES)]
        assert (first[:, 0, 0] == np.array(drawn, np.float32)).all()
        for _ in range(2):
            in_memory.command(step=STEP)
        ended = in_memory.command(step=STEP).step
        assert array_of(ended.final.observations)[:, -1, -1].tolist() == [3.0] * COPIES
        assert array_of(ended.observations)[:, -1, -1].tolist() == [0.0] * COPIES


@pytest.mark.parametrize("autoreset", ["SAME_STEP", "NEXT_STEP"])
def test_a_step_tells_on_request_what_is_there_already(
    server: ServerProcess, client: Client, autoreset: str
) -> None:
    row, copies = 150 * 200 * 4, 8
    actions = tensor_value(np.zeros(copies, np.int64))
    settings = vectorized("LOOP", autoreset)
    with direct(server) as stream:
        mapping = Mapping(stream, client.create("test/Wide-v0", copies, **settings))
        mapping.command(reset=pb.ResetCommand(seed=3))
        for sequence in range(2, 7):  # beyond an episode's end
            request = pb.AttachRequest(sequence=sequence, step=pb.StepCommand(actions=actions))
            request.observations_in_memory = request.tell_bytes_in_memory = True
            stream.send(request)
            told = {}
            while (response := stream.receive()).HasField("bytes_in_memory"):
                assert response.sequence == sequence
                told[response.bytes_in_memory] = mapping.bytes[: response.bytes_in_memory]
            whole = mapping.whole(response).step.observations.tensor.data
            assert told == {size: whole[:size] for size in (2 * row, 4 * row, 6 * row)}


def test_rows_that_a_mask_leaves_out_stay(server: ServerProcess, client: Client) -> None:
    settings = WIDE | vectorized("LOOP", "DISABLED")
    in_messages = client.session(**settings)
    with direct(server) as stream:
        in_memory = Mapping(stream, client.create(**settings))
        everyone, one = pb.ResetCommand(seed=3), pb.ResetCommand(seed=9, mask=b"\0\1\0")
        for command in ({"reset": everyone}, {"step": STEP}, {"reset": one}, {"step": STEP}):
            assert in_memory.command(**command) == in_messages.command(**command)
    in_messages.cancel()


def test_a_client_that_does_not_map_gets_messages(server: ServerProcess, client: Client) -> None:
    theirs = client.session(**WIDE)
    with direct(server) as stream:
        stream.open(client.create(**WIDE))
        reset = pb.ResetCommand(seed=3)
        response = stream.command(reset=reset)
        assert len(response.reset.observations.tensor.data) == COPIES * 150 * 200 * 4
        assert response == theirs.command(reset=reset)
        assert stream.command(step=STEP) == theirs.command(step=STEP)
    theirs.cancel()


def test_the_last_response_is_whole_for_whoever_asks_again(
    server: ServerProcess, client: Client
) -> None:
    created = client.create(lease_milliseconds=60_000, **WIDE)
    with direct(server) as stream:
        mapping = Mapping(stream, created)
        mapping.command(reset=pb.ResetCommand(seed=3))
        first = mapping.command(step=STEP)
    again = pb.AttachRequest(sequence=2, observations_in_memory=True, step=STEP)
    with direct(server) as stream:  # while it is still in memory only
        mapping = Mapping(stream, created)
        stream.send(again)
        assert mapping.whole(stream.receive()) == first
    again.observations_in_memory = False
    over_grpc = client.open(created)
    assert over_grpc.call(again) == first
    third = over_grpc.command(step=STEP)
    assert third.step.observations != first.step.observations
    assert not third.observations_in_memory
    over_grpc.cancel()


def test_each_session_has_its_own(server: ServerProcess, client: Client) -> None:
    with direct(server) as one, direct(server) as other:
        first = Mapping(one, client.create(**WIDE))
        second = Mapping(other, client.create(**WIDE))
        assert first.memory.name != second.memory.name
        reset = pb.ResetCommand(seed=3)
        expected = first.command(reset=reset).reset.observations.tensor.data
        second.command(reset=pb.ResetCommand(seed=8))
        assert first.bytes[:] == expected


def test_what_is_small_or_goes_over_grpc_has_no_memory(
    server: ServerProcess, client: Client
) -> None:
    with direct(server) as stream:
        assert not stream.open(client.create(copies=64)).HasField("memory")
    created = client.create(**WIDE)
    over_grpc = StreamClient(client)
    assert not over_grpc.call(opening(created)).opened.HasField("memory")
    over_grpc.cancel()


def test_the_file_goes_with_its_session_and_never_shrinks(
    server: ServerProcess, client: Client
) -> None:
    created = client.create(**WIDE)
    with direct(server) as stream:
        memory = Mapping(stream, created).memory
        with link(memory).open("r+b") as file, pytest.raises(PermissionError):
            file.truncate(0)
        client.stub.CloseSession(pb.CloseSessionRequest(session_id=created.session_id))
        assert not link(memory).is_symlink() or memory.name not in str(link(memory).readlink())


def test_rows_are_cast_and_refused_as_small_ones() -> None:
    kind = ArrayKind(spaces.Box(0, 1, (200, 200), np.float32), tensor_pb2.DATA_TYPE_FLOAT32)
    values = [np.full((200, 200), 0.1), np.ones((200, 200), np.int8).T]
    rows = large_rows(kind, len(values))
    assert rows is not None
    for copy, value in enumerate(values):
        rows[copy] = rows.row(value)
    assert rows.array.tobytes() == kind.batch([kind.encode(each) for each in values]).tensor.data
    rows.close()
    misfits: list[Any] = [np.ones((200, 199), np.float32), np.ones((200, 200), np.complex64)]
    for misfit in misfits:
        with pytest.raises(ValueError, match="does not fit its space"):
            rows.row(misfit)


def test_without_files_in_memory_there_are_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError

    monkeypatch.setattr(os, "memfd_create", refuse)
    kind = ArrayKind(spaces.Box(0, 1, (200, 200), np.float32), tensor_pb2.DATA_TYPE_FLOAT32)
    rows = large_rows(kind, 2)
    assert rows is not None
    assert rows.memory is None
    response = pb.AttachResponse(observations_in_memory=True)
    response.step.observations.CopyFrom(rows.fill(np.ones((2, 200, 200), np.float32)))
    rows.complete(response)
    assert response.step.observations.tensor.data == np.ones((2, 200, 200), np.float32).tobytes()
    assert not response.observations_in_memory
    rows.close()
