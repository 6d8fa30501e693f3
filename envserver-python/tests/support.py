"""A server process and a small client, for tests: real processes, sockets and deadlines.

The small client sends whatever it is told to and gives back the server's own messages: wrong
numbers, malformed values, lost streams, failures. `gangway_envserver.client` never sends the
former and does not show the latter.
"""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import grpc
import numpy as np
from google.rpc import status_pb2

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver._proto import info_pb2, value_pb2
from gangway_envserver._proto import service_pb2_grpc as pb_grpc
from gangway_envserver.dynamic import from_dynamic
from gangway_envserver.values import from_tensor, to_tensor

SECONDS = 20.0
TESTS = Path(__file__).parent
_OF_THE_SESSION = ("autoreset_mode", "vectorization_mode", "lease_milliseconds", "info_objects")


class ServerProcess:
    """`python -m gangway_envserver` with its announcement read."""

    def __init__(
        self,
        *arguments: str,
        python: Sequence[str] = (sys.executable,),
        environment: dict[str, str] | None = None,
        cwd: Path | None = None,
        start_new_session: bool = False,
    ) -> None:
        # A file and no pipe: nobody reads it meanwhile, and a full pipe would stop the server.
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process
        self.process = subprocess.Popen(
            [*python, "-m", "gangway_envserver", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=environment,
            cwd=cwd or TESTS,
            start_new_session=start_new_session,
        )
        assert self.process.stdout is not None
        self.first_line = self.process.stdout.readline()
        if not self.first_line:
            raise AssertionError(self.wait()[2])
        self.announcement: dict[str, Any] = json.loads(self.first_line)
        self.address: str = self.announcement["address"]

    def end(self) -> tuple[int, bytes, str]:
        """Asks the server to end; gives exit code, rest of standard output, and log."""
        self.process.terminate()
        return self.wait()

    def wait(self) -> tuple[int, bytes, str]:
        """Waits for the end; gives exit code, rest of standard output, and log."""
        output, _ = self.process.communicate(timeout=SECONDS)
        with self._log:
            self._log.seek(0)
            return self.process.returncode, output, self._log.read().decode()

    def kill(self) -> None:
        """Ends it at once if it is still there."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate(timeout=SECONDS)
        self._log.close()


@contextlib.contextmanager
def running_server(*arguments: str, **settings: Any) -> Iterator[ServerProcess]:
    """A server that is gone at the end."""
    server = ServerProcess(*arguments, **settings)
    try:
        yield server
    finally:
        server.kill()


class Client:
    """The unary calls, and streams."""

    def __init__(self, address: str) -> None:
        self.channel = grpc.insecure_channel(address)
        self.stub = pb_grpc.EnvironmentServiceStub(self.channel)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.channel.close()

    def create(
        self, name: str = "CartPole-v1", copies: int = 1, **settings: Any
    ) -> pb.CreateSessionResponse:
        """Makes a session; settings are those of both messages."""
        outer = {key: settings.pop(key) for key in _OF_THE_SESSION if key in settings}
        request = pb.CreateSessionRequest(
            protocol_version=1,
            settings=pb.EnvironmentSettings(id=name, **settings),
            copies=copies,
            **outer,
        )
        return self.stub.CreateSession(request, timeout=SECONDS)

    def open(self, created: pb.CreateSessionResponse) -> StreamClient:
        """Attaches a stream."""
        stream = StreamClient(self)
        stream.open(created)
        return stream

    def session(self, name: str = "CartPole-v1", copies: int = 1, **settings: Any) -> StreamClient:
        """Makes a session and attaches a stream."""
        return self.open(self.create(name, copies, **settings))


def vectorized(vectorization: str, autoreset: str) -> dict[str, Any]:
    """The settings of a session in these modes."""
    return {
        "vectorization_mode": f"VECTORIZATION_MODE_{vectorization}",
        "autoreset_mode": f"AUTORESET_MODE_{autoreset}",
    }


class StreamClient:
    """One stream; numbers its commands."""

    def __init__(self, client: Client) -> None:
        self._requests: queue.SimpleQueue[pb.AttachRequest | None] = queue.SimpleQueue()
        self.responses = client.stub.Attach(iter(self._requests.get, None))
        self.sequence = 0
        self.created = pb.CreateSessionResponse()

    def open(self, created: pb.CreateSessionResponse) -> None:
        """Opens the session."""
        self.created = created
        command = pb.OpenCommand(
            protocol_version=1, session_id=created.session_id, incarnation=created.incarnation
        )
        self.sequence = self.call(pb.AttachRequest(open=command)).opened.last_sequence

    def send(self, request: pb.AttachRequest) -> None:
        """Sends without waiting."""
        self._requests.put(request)

    def call(self, request: pb.AttachRequest) -> pb.AttachResponse:
        """Sends a request as it is and waits for a response."""
        self._requests.put(request)
        return next(self.responses)

    def command(self, **command: Any) -> pb.AttachResponse:
        """Sends a command with the next number and waits for its response."""
        self.sequence += 1
        response = self.call(pb.AttachRequest(sequence=self.sequence, **command))
        assert response.sequence == self.sequence
        return response

    def reset(self, **settings: Any) -> pb.AttachResponse:
        """Resets."""
        return self.command(reset=pb.ResetCommand(**settings))

    def step(self, actions: Any) -> pb.AttachResponse:
        """Steps with an array of actions."""
        return self.command(step=pb.StepCommand(actions=tensor_value(actions)))

    def half_close(self) -> None:
        """Ends the client's side."""
        self._requests.put(None)

    def cancel(self) -> None:
        """Loses the stream."""
        self.responses.cancel()
        self._requests.put(None)


def tensor_value(array: Any) -> value_pb2.Value:
    """An array as a Value."""
    return value_pb2.Value(tensor=to_tensor(np.asarray(array)))


def array_of(value: value_pb2.Value) -> np.ndarray[Any, Any]:
    """A Value's array."""
    return from_tensor(value.tensor)


def failure_of(error: grpc.RpcError) -> pb.Failure:
    """The Failure in a status's details."""
    assert isinstance(error, grpc.Call)
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            assert isinstance(value, bytes)
            failure = pb.Failure()
            status = status_pb2.Status.FromString(value)
            assert status.details[0].Unpack(failure)
            assert failure.code == status.code == error.code().value[0]
            return failure
    raise AssertionError(f"no details in {error}")


def info_dicts(batch: info_pb2.InfoBatch, rows: int) -> list[dict[str, Any]]:
    """The info dictionaries, rebuilt from the columns."""
    infos: list[dict[str, Any]] = [{} for _ in range(rows)]
    for column in batch.columns:
        assert len(column.present) == rows
        if column.WhichOneof("values") == "stack":
            kind = info_pb2.InfoScalarKind.Name(column.stack.kind)
            array = from_tensor(column.stack.values)
            plain = kind in {
                "INFO_SCALAR_KIND_BOOL",
                "INFO_SCALAR_KIND_INT",
                "INFO_SCALAR_KIND_FLOAT",
            }
            values = array.tolist() if plain else list(array)
            if kind == "INFO_SCALAR_KIND_ARRAY":
                values = [np.asarray(value) for value in values]
        else:
            values = [from_dynamic(value) for value in column.list.values]
        holders = [row for row in range(rows) if column.present[row]]
        for row, value in zip(holders, values, strict=True):
            infos[row][column.key] = value
    return infos


def check_failure(failure: pb.Failure, reason: str, code: str) -> None:
    """Reason and code of a failure."""
    assert pb.FailureReason.Name(failure.reason) == f"FAILURE_REASON_{reason}", failure
    assert failure.code == grpc.StatusCode[code].value[0]
    assert failure.message.endswith(".") or reason == "ENVIRONMENT_RAISED"
