"""The processes of an ASYNC session are gone when it is, whatever ends it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from support import (
    SECONDS,
    TESTS,
    Client,
    ServerProcess,
    StreamClient,
    check_failure,
    running_server,
    tensor_value,
    vectorized,
)
from test_lifecycle import TEST_ENVIRONMENTS, end_of

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.dynamic import to_dynamic

COPIES = 2


def workers_of(server: ServerProcess) -> list[int]:
    """The process ids of the workers that the server started and that run."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            command = (entry / "cmdline").read_bytes()
            if parent == server.process.pid and b"--multiprocessing-fork" in command:
                found.append(int(entry.name))
    return sorted(found)


@contextlib.contextmanager
def ends_of(server: ServerProcess) -> Iterator[Callable[[], bool]]:
    """Gives a function that waits for the end of the workers that run now."""
    with contextlib.ExitStack() as stack:
        pids = workers_of(server)
        assert len(pids) == COPIES
        waits = [stack.enter_context(end_of(pid)) for pid in pids]
        yield lambda: all(wait() for wait in waits)


def stepping(client: Client) -> StreamClient:
    """A session with workers, on its way."""
    stream = client.session(copies=COPIES, **vectorized("ASYNC", "SAME_STEP"))
    stream.reset(seed=3)
    assert stream.step(np.zeros(COPIES, np.int64)).HasField("step")
    return stream


def hanging(client: Client, folder: Path) -> StreamClient:
    """A session one of whose workers hangs in a step."""
    os.mkfifo(folder / "begun")
    os.mkfifo(folder / "go")
    arguments = {"where": to_dynamic(str(folder))}
    modes = vectorized("ASYNC", "SAME_STEP")
    stream = client.session("test/Waits-v0", COPIES, arguments=arguments, **modes)
    stream.reset()
    actions = tensor_value(np.array([0, 1]))
    stream.send(pb.AttachRequest(sequence=2, step=pb.StepCommand(actions=actions)))
    (folder / "begun").open().close()
    return stream


def test_closing_the_session_ends_them() -> None:
    with running_server() as server, Client(server.address) as client:
        stream = stepping(client)
        with ends_of(server) as ended:
            request = pb.CloseSessionRequest(session_id=stream.created.session_id)
            client.stub.CloseSession(request, timeout=SECONDS)
            assert workers_of(server) == []
            assert ended()


def test_the_death_of_the_client_ends_them() -> None:
    program = (
        "import sys, test_workers; from support import Client; "
        "stream = test_workers.stepping(Client(sys.argv[1])); print('!', flush=True); "
        "next(stream.responses)"
    )
    with running_server() as server:
        command = [sys.executable, "-c", program, server.address]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=TESTS) as client:
            assert client.stdout is not None
            assert client.stdout.readline() == b"!\n"
            with ends_of(server) as ended:
                client.kill()
                assert ended()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_end_of_the_server_ends_them(number: signal.Signals) -> None:
    with running_server() as server, Client(server.address) as client:
        stream = stepping(client)
        with ends_of(server) as ended:
            server.process.send_signal(number)
            stream.cancel()
            _, _, log = server.wait()
            assert ended()
        assert number == signal.SIGKILL or "leaked" not in log


def test_the_death_of_the_servers_parent_ends_them_even_when_one_hangs(tmp_path: Path) -> None:
    with (
        running_server(*TEST_ENVIRONMENTS, "--exit-with-parent") as server,
        Client(server.address) as client,
    ):
        hanging(client, tmp_path)
        with ends_of(server) as ended:
            server.wait()  # closes its standard input
            assert ended()


def test_the_servers_sudden_death_ends_them_even_when_one_hangs(tmp_path: Path) -> None:
    with running_server(*TEST_ENVIRONMENTS) as server, Client(server.address) as client:
        hanging(client, tmp_path)
        with ends_of(server) as ended:
            server.process.kill()
            server.wait()
            assert ended()


def test_one_that_dies_fails_the_step_and_a_reset_starts_others() -> None:
    with running_server() as server, Client(server.address) as client:
        stream = stepping(client)
        with ends_of(server) as ended:
            os.kill(workers_of(server)[1], signal.SIGKILL)
            failure = stream.step(np.zeros(COPIES, np.int64)).failure
            check_failure(failure, "ENVIRONMENT_RAISED", "ABORTED")
            assert failure.metadata["copy"] == "1"
            assert "process ended with SIGKILL" in failure.message
            assert stream.reset(seed=3).HasField("reset")
            assert ended()
        assert len(workers_of(server)) == COPIES
        assert stream.step(np.zeros(COPIES, np.int64)).HasField("step")
