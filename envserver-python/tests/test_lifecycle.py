"""Start, addresses, announcement, and every way to end."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from support import SECONDS, TESTS, Client, ServerProcess, failure_of, running_server, tensor_value

from gangway_envserver import __version__
from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.addresses import (
    AddressError,
    TcpAddress,
    UnixAddress,
    default_address,
    parse_address,
)
from gangway_envserver.dynamic import to_dynamic

TEST_ENVIRONMENTS = ("--import", "custom_environments", "--allow-argument", "where")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A server that is expected to end by itself."""
    return subprocess.run(
        [sys.executable, "-m", "gangway_envserver", *arguments],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        cwd=TESTS,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a pipe, for environments that say that they are at work."""
    os.mkfifo(tmp_path / "begun")
    return tmp_path


def hang(client: Client, folder: Path) -> int:
    """Makes an environment hang; gives the process id of the child that it started."""
    stream = client.session("test/Hangs-v0", arguments={"where": to_dynamic(str(folder))})
    stream.reset()
    actions = tensor_value(np.array([0]))
    stream.send(pb.AttachRequest(sequence=2, step=pb.StepCommand(actions=actions)))
    return int((folder / "begun").read_text())


@contextlib.contextmanager
def end_of(pid: int) -> Iterator[Callable[[], bool]]:
    """Gives a function that waits for the end of a process that is not our child."""
    handle = os.pidfd_open(pid)
    try:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        yield lambda: bool(poll.poll(1000 * SECONDS))
    finally:
        os.close(handle)


def test_the_announcement_is_all_of_standard_output_whatever_environments_print() -> None:
    with running_server(*TEST_ENVIRONMENTS) as server:
        announced = server.announcement
        assert list(announced) == ["gangway_envserver", "address", "incarnation", "pid"]
        assert announced["gangway_envserver"] == __version__
        assert announced["pid"] == server.process.pid
        with Client(server.address) as client:
            stream = client.session("test/Prints-v0")
            assert stream.created.incarnation == announced["incarnation"]
            stream.reset()
            assert stream.step(np.array([1])).HasField("step")
        code, rest, log = server.end()
    assert (code, rest) == (0, b"")
    assert "importing the test environments" in log
    assert "step 1" in log
    assert "raw" in log


def test_by_default_it_listens_in_a_private_directory_that_goes_with_it() -> None:
    with running_server() as server:
        path = Path(server.address.removeprefix("unix:"))
        assert stat.S_ISSOCK(path.stat().st_mode)
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert server.end()[0] == 0
    assert not path.parent.exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    path = tmp_path / "new" / "socket"
    with running_server("--listen", f"unix:{path}") as server:
        assert server.address == f"unix:{path}"
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        server.process.send_signal(number)
        assert server.wait()[0] == 0
    assert list(path.parent.iterdir()) == []


def test_a_signal_that_another_thread_receives_ends_the_wait() -> None:
    program = """
import signal, sys, threading
from gangway_envserver.lifecycle import Ending

main = threading.get_ident()

def signal_once_main_waits():
    while sys._current_frames()[main].f_code.co_qualname != "Ending.wait":
        pass
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)

for _ in range(20):
    ending = Ending()
    ending.catch_signals()
    thread = threading.Thread(target=signal_once_main_waits)
    thread.start()
    assert ending.wait() == "SIGTERM"
    thread.join()
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_signal_drains_the_streams(tmp_path: Path) -> None:
    with (
        running_server("--listen", f"unix:{tmp_path / 'socket'}") as server,
        Client(server.address) as client,
    ):
        health: Any = health_pb2_grpc.HealthStub(client.channel)
        watching = health.Watch(health_pb2.HealthCheckRequest())
        assert next(watching).status == health_pb2.HealthCheckResponse.SERVING
        stream = client.session()
        stream.reset()
        server.process.terminate()
        notice = next(stream.responses)
        assert notice.sequence == 0
        assert notice.drain.deadline_milliseconds > 0
        assert next(watching).status == health_pb2.HealthCheckResponse.NOT_SERVING
        assert stream.step(np.array([0])).HasField("step")
        with pytest.raises(grpc.RpcError) as caught:
            client.create()
        assert failure_of(caught.value).reason == pb.FAILURE_REASON_DRAINING
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        stream.half_close()
        assert list(stream.responses) == []
        assert server.wait()[0] == 0


def test_a_second_signal_ends_it_without_waiting_for_clients(tmp_path: Path) -> None:
    with (
        running_server("--listen", f"unix:{tmp_path / 'socket'}") as server,
        Client(server.address) as client,
    ):
        stream = client.session()
        server.process.terminate()
        assert next(stream.responses).HasField("drain")
        server.process.terminate()
        assert server.wait()[0] == 0
    assert list(tmp_path.iterdir()) == []


def test_a_hanging_step_does_not_keep_it_from_ending(folder: Path) -> None:
    path = folder / "private" / "socket"
    listen = ("--listen", f"unix:{path}")
    with (
        running_server(*TEST_ENVIRONMENTS, *listen, start_new_session=True) as server,
        Client(server.address) as client,
        end_of(hang(client, folder)) as child_ended,
    ):
        server.process.terminate()
        assert server.wait()[0] == 0
        assert child_ended()
    assert list(path.parent.iterdir()) == []


def test_it_ends_with_its_parent_even_when_a_step_hangs(folder: Path) -> None:
    with running_server(*TEST_ENVIRONMENTS, "--exit-with-parent") as server:
        path = Path(server.address.removeprefix("unix:"))
        with Client(server.address) as client:
            child = hang(client, folder)
            with end_of(child) as child_ended:
                code, _, _ = server.wait()  # closes the server's standard input
                assert code == 0
                assert child_ended()
    assert not path.parent.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="there the group's end is this process's, too")
def test_the_signal_to_its_environments_processes_is_not_its_own() -> None:
    program = (
        "import signal, subprocess, sys\n"
        "from gangway_envserver.lifecycle import Ending\n"
        "child = subprocess.Popen(['sleep', '1000'])\n"
        "print(child.pid, flush=True)\n"
        "signal.signal(signal.SIGTERM, signal.SIG_DFL)\n"
        "sys.stdin.read()\n"
        "Ending().end_now()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as server:
        assert server.stdout is not None
        with end_of(int(server.stdout.readline())) as child_ended:
            server.communicate(timeout=SECONDS)
            assert child_ended()
    assert server.returncode == 0


def test_it_ends_when_its_parent_is_killed() -> None:
    program = (
        "import subprocess, sys\n"
        "server = subprocess.Popen([sys.executable, '-m', 'gangway_envserver',"
        " '--exit-with-parent'], stdin=subprocess.PIPE)\n"
        "server.wait()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    announced = json.loads(parent.stdout.readline())
    with end_of(announced["pid"]) as ended:
        parent.kill()
        parent.wait(timeout=SECONDS)
        assert ended()
    parent.stdout.close()
    assert not Path(announced["address"].removeprefix("unix:")).parent.exists()


def test_ctrl_c_at_the_terminal_is_the_parents() -> None:
    with running_server("--exit-with-parent") as server:
        assert os.getpgid(server.process.pid) == server.process.pid != os.getpgrp()


def test_a_live_servers_socket_is_not_taken(tmp_path: Path) -> None:
    address = f"unix:{tmp_path / 'socket'}"
    with running_server("--listen", address) as server:
        second = run("--listen", address)
        assert second.returncode == 1
        assert f"process {server.process.pid}" in second.stderr
        with Client(address) as client:
            client.create()


def test_a_dead_servers_socket_is_replaced(tmp_path: Path) -> None:
    address = f"unix:{tmp_path / 'socket'}"
    with running_server("--listen", address) as server:
        server.process.kill()
        server.wait()
    assert (tmp_path / "socket").exists()
    with running_server("--listen", address), Client(address) as client:
        client.create()


def test_a_foreign_programs_socket_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(path))
        other.listen()
        with pytest.raises(AddressError, match="Another program"):
            UnixAddress(path).claim()


def test_a_file_in_the_way_is_not_removed(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    path.write_text("precious")
    with pytest.raises(AddressError, match="no socket"):
        UnixAddress(path).claim()
    assert path.read_text() == "precious"


def test_a_directory_that_others_can_enter_is_refused(tmp_path: Path) -> None:
    directory = tmp_path / "open"
    directory.mkdir(mode=0o755)
    result = run("--listen", f"unix:{directory}/socket")
    assert result.returncode == 1
    assert f"such as {directory}/gangway/socket" in result.stderr
    assert "chmod" not in result.stderr  # it might be /tmp
    assert result.stdout == ""
    with running_server("--listen", f"unix:{directory}/gangway/socket") as server:
        assert server.end()[0] == 0


def test_a_path_beyond_the_systems_limit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AddressError, match=r"at most 10[37]"):
        UnixAddress(tmp_path / ("x" * 120)).claim()


def test_a_released_address_can_be_claimed_again(tmp_path: Path) -> None:
    for _ in range(2):
        address = UnixAddress(tmp_path / "socket").claim()
        address.release()
        address.release()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    ["", "7000", "unix:", "unix:/tmp/", "localhost:", "localhost:x", ":1", "localhost:65536"],
)
def test_an_address_without_sense_is_refused(text: str) -> None:
    with pytest.raises(AddressError, match="expected"):
        parse_address(text, insecure_remote=False)


def test_plain_text_beyond_this_machine_needs_a_flag() -> None:
    for host in ("0.0.0.0", "192.0.2.1", "[::]"):  # noqa: S104
        with pytest.raises(AddressError, match="insecure-remote"):
            parse_address(f"{host}:0", insecure_remote=False)
        assert parse_address(f"{host}:7", insecure_remote=True)
    assert parse_address("127.0.0.1:0", insecure_remote=False) == TcpAddress("127.0.0.1", 0)
    assert TcpAddress("::1", 5).target() == "[::1]:5"


def test_a_port_in_use_is_refused() -> None:
    with running_server("--listen", "127.0.0.1:0") as server:
        result = run("--listen", server.address)
    assert result.returncode == 1
    assert "in use" in result.stderr


def test_a_long_temporary_directory_is_avoided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("x" * 90)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    address = default_address().claim()
    assert isinstance(address, UnixAddress)
    assert len(str(address.path)) < 60
    address.release()
    assert not address.path.parent.exists()


def test_what_killed_servers_left_behind_is_removed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = {"TMPDIR": str(tmp_path)}
    if len(str(tmp_path)) > 70:
        pytest.fail(f"{tmp_path} is too long for this test")
    with (
        running_server(environment=dict(os.environ) | short) as killed,
        running_server(environment=dict(os.environ) | short) as living,
    ):
        killed.process.kill()
        killed.wait()
        directories = {
            server: Path(server.address.removeprefix("unix:")).parent for server in (killed, living)
        }
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        default_address().release()
        assert directories[killed].exists()  # it might be starting
        for directory in directories.values():
            os.utime(directory, (0, 0))
        default_address().release()
        assert not directories[killed].exists()
        assert directories[living].exists()
        with Client(living.address) as client:
            client.create()


def test_wrong_usage_has_exit_code_2_and_the_version_is_told() -> None:
    assert run("--max-sessions", "0").returncode == 2
    assert run("--nonsense").returncode == 2
    assert run("--version").stdout == f"gangway_envserver {__version__}\n"


def test_a_module_that_cannot_be_imported_is_told() -> None:
    result = run("--import", "no_such_module")
    assert result.returncode == 1
    assert "no_such_module" in result.stderr


def test_health_is_served_for_the_server_and_the_service(server: ServerProcess) -> None:
    with Client(server.address) as client:
        stub: Any = health_pb2_grpc.HealthStub(client.channel)
        for name in ("", "gangway.v1.EnvironmentService"):
            request = health_pb2.HealthCheckRequest(service=name)
            assert stub.Check(request, timeout=SECONDS).status == 1


def test_reflection_names_the_service(server: ServerProcess) -> None:
    with Client(server.address) as client:
        make_stub: Any = reflection_pb2_grpc.ServerReflectionStub
        stub = make_stub(client.channel)
        request = reflection_pb2.ServerReflectionRequest(list_services="")
        (response,) = stub.ServerReflectionInfo(iter([request]), timeout=SECONDS)
        names = {service.name for service in response.list_services_response.service}
    assert "gangway.v1.EnvironmentService" in names
    assert "grpc.health.v1.Health" in names
