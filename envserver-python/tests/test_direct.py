"""Streams without gRPC, as a socket shows them; the protocol's own checks run over them, too."""

from __future__ import annotations

import contextlib
import fcntl
import socket
import struct
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
from support import Client, ServerProcess, check_failure, running_server, tensor_value

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.addresses import DIRECT_SUFFIX, AddressError, UnixAddress

SECONDS = 20.0
LENGTH = struct.Struct("<I")


def opening(created: pb.CreateSessionResponse) -> pb.AttachRequest:
    """The request that opens a session."""
    command = pb.OpenCommand(
        protocol_version=1, session_id=created.session_id, incarnation=created.incarnation
    )
    return pb.AttachRequest(open=command)


class DirectClient:
    """One direct stream."""

    def __init__(self, address: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(SECONDS)
        self.socket.connect(address.removeprefix("unix:") + DIRECT_SUFFIX)
        self._sequence = 0

    def send(self, request: pb.AttachRequest) -> None:
        """Sends a request."""
        body = request.SerializeToString()
        self.socket.sendall(LENGTH.pack(len(body)) + body)

    def receive(self) -> pb.AttachResponse:
        """Waits for a message."""
        return pb.AttachResponse.FromString(self._read(LENGTH.unpack(self._read(LENGTH.size))[0]))

    def open(self, created: pb.CreateSessionResponse) -> pb.OpenResult:
        """Opens a session."""
        self.send(opening(created))
        opened = self.receive().opened
        self._sequence = opened.last_sequence
        return opened

    def command(self, **command: Any) -> pb.AttachResponse:
        """Sends a command and waits for its response."""
        self._sequence += 1
        self.send(pb.AttachRequest(sequence=self._sequence, **command))
        response = self.receive()
        assert response.sequence == self._sequence
        return response

    def wait_until_full(self) -> None:
        """Waits until something has come, and then no more does, though there is more."""
        before = 0
        while (now := self._waiting()) == 0 or now != before:
            before = now
            time.sleep(0.2)

    def _waiting(self) -> int:
        """The bytes that have come."""
        return int.from_bytes(fcntl.ioctl(self.socket, termios.FIONREAD, bytes(4)), sys.byteorder)

    def at_end(self) -> bool:
        """Whether nothing more comes."""
        return self.socket.recv(1) == b""

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self.socket.recv(size - len(data))
            assert part, "the connection closed"
            data += part
        return data


@contextlib.contextmanager
def direct(server: ServerProcess) -> Iterator[DirectClient]:
    """A connection that is gone at the end."""
    client = DirectClient(server.address)
    with client.socket:
        yield client


def is_gone(client: Client, created: pb.CreateSessionResponse) -> bool:
    """Whether the session ends within a moment, and not by this call."""
    with contextlib.suppress(grpc.RpcError):
        client.open(created).cancel()
        return False
    return True


def test_it_steps_as_grpc_does(server: ServerProcess, client: Client) -> None:
    actions = pb.StepCommand(actions=tensor_value(np.zeros(2, np.int64)))
    theirs = client.session(copies=2)
    with direct(server) as ours:
        ours.open(client.create(copies=2))
        reset = pb.ResetCommand(seed=3)
        assert ours.command(reset=reset) == theirs.command(reset=reset)
        for _ in range(40):  # beyond an episode's end
            assert ours.command(step=actions) == theirs.command(step=actions)
    theirs.cancel()


def test_requests_may_be_sent_ahead(server: ServerProcess, client: Client) -> None:
    with direct(server) as stream:
        stream.open(client.create())
        step = pb.StepCommand(actions=tensor_value(np.zeros(1, np.int64)))
        stream.send(pb.AttachRequest(sequence=1, reset=pb.ResetCommand(seed=1)))
        stream.send(pb.AttachRequest(sequence=2, step=step))
        stream.send(pb.AttachRequest(sequence=3, step=step))
        assert [stream.receive().sequence for _ in range(3)] == [1, 2, 3]


@pytest.mark.parametrize("polite", [True, False])
def test_a_client_that_ends_frees_its_session(
    server: ServerProcess, client: Client, *, polite: bool
) -> None:
    created = client.create()
    with direct(server) as stream:
        stream.open(created)
        if polite:
            stream.socket.shutdown(socket.SHUT_WR)
            assert stream.receive() == pb.AttachResponse(ended=pb.Failure())
            assert stream.at_end()
    deadline = time.monotonic() + SECONDS
    while not is_gone(client, created):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_lost_client_with_a_lease_comes_back_over_either_stream(
    server: ServerProcess, client: Client
) -> None:
    created = client.create(lease_milliseconds=60_000)
    step = pb.AttachRequest(
        sequence=2, step=pb.StepCommand(actions=tensor_value(np.zeros(1, np.int64)))
    )
    with direct(server) as stream:
        stream.open(created)
        stream.command(reset=pb.ResetCommand(seed=1))
        stream.send(step)
        first = stream.receive()
    over_grpc = client.open(created)
    assert over_grpc.sequence == 2
    assert over_grpc.call(step) == first
    over_grpc.half_close()
    with direct(server) as again:
        again.open(created)
        again.send(step)
        assert again.receive() == first


def test_a_second_stream_is_refused(server: ServerProcess, client: Client) -> None:
    created = client.create()
    with direct(server) as stream:
        stream.open(created)
        with direct(server) as second:
            second.send(opening(created))
            check_failure(second.receive().ended, "ALREADY_ATTACHED", "FAILED_PRECONDITION")
            assert second.at_end()
        assert stream.command(reset=pb.ResetCommand()).WhichOneof("result") == "reset"


def test_a_client_that_takes_nothing_keeps_nobody_from_closing_its_session() -> None:
    with (
        running_server("--max-copies", "1024") as server,
        Client(server.address) as client,
        direct(server) as stream,
    ):
        created = client.create(copies=1024)
        stream.open(created)
        for sequence in range(1, 60):  # whose answers are more than a socket's buffers hold
            stream.send(pb.AttachRequest(sequence=sequence, reset=pb.ResetCommand()))
        stream.wait_until_full()
        client.stub.CloseSession(
            pb.CloseSessionRequest(session_id=created.session_id), timeout=SECONDS
        )


def test_a_signal_tells_its_clients(tmp_path: Path) -> None:
    with running_server("--listen", f"unix:{tmp_path}/private/s") as server:
        with Client(server.address) as client, direct(server) as stream:
            stream.open(client.create())
            server.process.terminate()
            assert stream.receive().drain.deadline_milliseconds > 0
            stream.socket.shutdown(socket.SHUT_WR)
            assert stream.receive().HasField("ended")
        assert server.wait()[0] == 0
        assert list((tmp_path / "private").iterdir()) == []


def test_what_stands_in_its_way_is_not_removed_unless_it_is_dead(tmp_path: Path) -> None:
    path = tmp_path / "private" / "s"
    path.parent.mkdir(mode=0o700)
    beside = path.with_name(path.name + DIRECT_SUFFIX)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(beside))
    UnixAddress(path).claim().release()
    assert not beside.exists()
    beside.touch()
    with pytest.raises(AddressError, match=r"s\.direct exists and is no socket"):
        UnixAddress(path).claim()
    assert beside.exists()


def test_a_path_that_leaves_no_room_has_no_direct_streams() -> None:
    assert UnixAddress(Path("/" + "x" * 105)).direct_path() is None
    assert UnixAddress(Path("/" + "x" * 50)).direct_path() == Path("/" + "x" * 50 + DIRECT_SUFFIX)
