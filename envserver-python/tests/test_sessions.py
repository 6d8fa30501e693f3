"""Leases, replay, reconnection, concurrency, closing."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent import futures
from pathlib import Path

import grpc
import numpy as np
import pytest
from support import SECONDS, Client, StreamClient, array_of, failure_of, tensor_value

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.dynamic import to_dynamic
from gangway_envserver.errors import RequestFailed
from gangway_envserver.session import FIRST_ATTACH_SECONDS, Session, SessionClosed
from gangway_envserver.table import SessionTable
from gangway_envserver.threads import EnvironmentThread

ONE = np.array([1])
ZERO = np.array([0])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the pipes of `test/Waits-v0`."""
    for name in ("begun", "go", "closed"):
        os.mkfifo(tmp_path / name)
    return tmp_path


@pytest.fixture
def pool() -> Iterator[futures.ThreadPoolExecutor]:
    """Threads for calls that wait."""
    with futures.ThreadPoolExecutor() as executor:
        yield executor


def waits(client: Client, folder: Path, lease_milliseconds: int) -> StreamClient:
    """A reset session whose step with action 1 waits."""
    arguments = {"where": to_dynamic(str(folder))}
    stream = client.session(
        "test/Waits-v0", arguments=arguments, lease_milliseconds=lease_milliseconds
    )
    stream.reset()
    return stream


def begin_waiting_step(stream: StreamClient, folder: Path) -> pb.AttachRequest:
    """Sends a step that waits, and waits until it does."""
    stream.sequence += 1
    request = pb.AttachRequest(
        sequence=stream.sequence, step=pb.StepCommand(actions=tensor_value(ONE))
    )
    stream.send(request)
    (folder / "begun").open().close()
    return request


def let_go(folder: Path) -> None:
    """Lets the step go on."""
    (folder / "go").open("w").close()


def wait_for_close(folder: Path) -> None:
    """Waits until the environment is closed."""
    (folder / "closed").open().close()


def steps_of(folder: Path) -> int:
    """How many steps the environment executed."""
    return len((folder / "steps").read_text())


def test_the_last_response_is_replayed_after_a_reconnection(client: Client, folder: Path) -> None:
    stream = waits(client, folder, 60_000)
    first = stream.step(ZERO)
    again = first.sequence
    stream.cancel()
    second = client.open(stream.created)
    assert second.sequence == again == 2
    request = pb.AttachRequest(sequence=2)
    assert second.call(request) == first
    assert second.call(request) == first
    assert steps_of(folder) == 1
    assert second.step(ZERO).sequence == 3
    assert steps_of(folder) == 2
    with pytest.raises(grpc.RpcError) as caught:
        second.call(request)
    failure = failure_of(caught.value)
    assert failure.reason == pb.FAILURE_REASON_SEQUENCE
    assert dict(failure.metadata) == {"expected": "4", "found": "2"}
    assert client.open(stream.created).sequence == 3


def test_a_failure_is_replayed_too(client: Client) -> None:
    stream = client.session(lease_milliseconds=60_000)
    failure = stream.step(ZERO)
    assert failure.HasField("failure")
    stream.reset()
    stream.step(np.array([7]))
    stream.cancel()
    second = client.open(stream.created)
    assert second.call(pb.AttachRequest(sequence=3)).failure.reason == (
        pb.FAILURE_REASON_INVALID_ACTION
    )


def test_a_command_at_work_when_the_stream_is_lost_is_finished_and_replayed(
    client: Client, folder: Path, pool: futures.ThreadPoolExecutor
) -> None:
    stream = waits(client, folder, 60_000)
    request = begin_waiting_step(stream, folder)
    stream.cancel()
    reopening = pool.submit(client.open, stream.created)
    let_go(folder)
    second = reopening.result(SECONDS)
    assert second.sequence == request.sequence
    assert second.call(request).HasField("step")
    assert steps_of(folder) == 1


def test_without_a_lease_a_lost_stream_frees_the_environments(client: Client, folder: Path) -> None:
    stream = waits(client, folder, 0)
    stream.cancel()
    wait_for_close(folder)
    with pytest.raises(grpc.RpcError) as caught:
        client.open(stream.created)
    assert failure_of(caught.value).reason == pb.FAILURE_REASON_UNKNOWN_SESSION


def test_without_a_lease_a_stream_lost_in_a_step_frees_them_right_after(
    client: Client, folder: Path
) -> None:
    stream = waits(client, folder, 0)
    begin_waiting_step(stream, folder)
    stream.cancel()
    let_go(folder)
    wait_for_close(folder)
    assert steps_of(folder) == 1


def test_a_lease_that_runs_out_frees_them(client: Client, folder: Path) -> None:
    stream = waits(client, folder, 1)
    assert stream.created.lease_milliseconds == 1
    stream.cancel()
    wait_for_close(folder)


def test_a_half_closed_stream_ends_with_ok_and_keeps_the_session_for_its_lease(
    client: Client,
) -> None:
    stream = client.session(lease_milliseconds=60_000)
    first = stream.reset(seed=1)
    stream.half_close()
    assert list(stream.responses) == []
    assert stream.responses.code() is grpc.StatusCode.OK
    assert client.open(stream.created).call(pb.AttachRequest(sequence=1)) == first


def test_without_a_lease_a_half_closed_stream_frees_the_environments(
    client: Client, folder: Path
) -> None:
    stream = waits(client, folder, 0)
    stream.half_close()
    wait_for_close(folder)
    assert list(stream.responses) == []
    assert stream.responses.code() is grpc.StatusCode.OK


def test_closing_a_session_frees_it_and_ends_its_stream_with_ok(client: Client) -> None:
    stream = client.session(lease_milliseconds=60_000)
    stream.reset()
    request = pb.CloseSessionRequest(session_id=stream.created.session_id)
    client.stub.CloseSession(request, timeout=SECONDS)
    assert list(stream.responses) == []
    assert stream.responses.code() is grpc.StatusCode.OK
    with pytest.raises(grpc.RpcError) as caught:
        client.stub.CloseSession(request, timeout=SECONDS)
    assert failure_of(caught.value).reason == pb.FAILURE_REASON_UNKNOWN_SESSION


def test_closing_a_session_waits_for_its_step(
    client: Client, folder: Path, pool: futures.ThreadPoolExecutor
) -> None:
    stream = waits(client, folder, 0)
    begin_waiting_step(stream, folder)
    request = pb.CloseSessionRequest(session_id=stream.created.session_id)
    closing = pool.submit(client.stub.CloseSession, request, timeout=SECONDS)
    let_go(folder)
    wait_for_close(folder)
    closing.result(SECONDS)
    assert [each.WhichOneof("result") for each in stream.responses] in ([], ["step"])
    assert stream.responses.code() is grpc.StatusCode.OK


def test_a_waiting_session_holds_up_no_other(client: Client, folder: Path) -> None:
    stream = waits(client, folder, 0)
    begin_waiting_step(stream, folder)
    other = client.session("CartPole-v1", 2)
    assert other.reset(seed=0).HasField("reset")
    assert other.step(np.array([0, 1])).HasField("step")
    let_go(folder)
    assert next(stream.responses).HasField("step")


def test_sessions_at_once_do_not_mix(client: Client, pool: futures.ThreadPoolExecutor) -> None:
    def trajectory(seed: int) -> bytes:
        stream = client.session("CartPole-v1", 2)
        parts = [array_of(stream.reset(seed=seed).reset.observations)]
        for step in range(100):
            actions = np.array([step % 2, step // 2 % 2])
            parts.append(array_of(stream.step(actions).step.observations))
        return np.stack(parts).tobytes()

    alone = [trajectory(seed) for seed in range(6)]
    assert list(pool.map(trajectory, range(6))) == alone
    assert len(set(alone)) == 6


def test_a_final_observation_is_kept_apart_from_the_next_episodes_first(client: Client) -> None:
    stream = client.session("test/Line-v0", 2, arguments={"length": to_dynamic(2)})
    stream.reset()
    step = stream.step(np.array([0, 0])).step
    assert not step.HasField("final")
    step = stream.step(np.array([0, 0])).step
    assert list(step.final.copies) == [0, 1]
    assert array_of(step.observations).tolist() == [[0], [0]]
    assert array_of(step.final.observations).tolist() == [[2], [2]]
    assert np.frombuffer(step.rewards).tolist() == [2.0, 2.0]
    assert (step.terminated, step.truncated) == (b"\1\1", b"\0\0")


def test_frames_are_rendered_for_the_copies_asked_for(client: Client) -> None:
    disabled = pb.AUTORESET_MODE_DISABLED
    stream = client.session("test/Line-v0", 3, render_mode="rgb_array", autoreset_mode=disabled)
    stream.reset()
    stream.step(np.array([0, 0, 0]))
    stream.reset(mask=b"\1\0\0")
    frames = stream.command(render=pb.RenderCommand(copies=[2, 0])).render.frames
    assert [array_of(frame).shape for frame in frames] == [(2, 3, 3)] * 2
    assert [set(array_of(frame).flat) for frame in frames] == [{1}, {0}]
    cart = client.session("CartPole-v1", render_mode="rgb_array")
    cart.reset()
    (frame,) = cart.command(render=pb.RenderCommand()).render.frames
    assert array_of(frame).shape == (400, 600, 3)
    assert array_of(frame).dtype == np.uint8


class FakeStream:
    """A stream that lives as long as it is told to."""

    def __init__(self) -> None:
        self.living = True
        self.finished = threading.Event()

    def alive(self) -> bool:
        return self.living

    def finish(self) -> None:
        self.finished.set()


class Clock:
    """A clock set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def thread() -> Iterator[EnvironmentThread]:
    """A thread for the sessions of a test."""
    thread = EnvironmentThread()
    serving = threading.Thread(target=thread.serve)
    serving.start()
    yield thread
    thread.end()
    serving.join(SECONDS)
    assert not serving.is_alive()


def make_session(
    clock: Clock,
    thread: EnvironmentThread,
    lease: float = 5.0,
    free: Callable[[], None] = lambda: None,
) -> Session[str, str]:
    """A session that answers a text with its capitals."""
    return Session("s", lease, thread, str.upper, free, lambda: None, clock)


def test_a_session_that_nobody_attaches_to_expires(thread: EnvironmentThread) -> None:
    clock = Clock()
    freed = threading.Event()
    session = make_session(clock, thread, free=freed.set)
    clock.now = FIRST_ATTACH_SECONDS - 1
    assert not session.expire()
    clock.now = FIRST_ATTACH_SECONDS
    assert session.expire()
    assert freed.wait(SECONDS)
    with pytest.raises(RequestFailed, match="is closed"):
        session.attach(FakeStream())


def test_an_attached_session_does_not_expire_and_a_lost_one_does_after_its_lease(
    thread: EnvironmentThread,
) -> None:
    clock = Clock()
    session = make_session(clock, thread)
    stream = FakeStream()
    session.attach(stream)
    clock.now = 10 * FIRST_ATTACH_SECONDS
    assert not session.expire()
    session.detach(stream)
    assert session.deadline == clock.now + 5.0
    clock.now += 4.9
    assert not session.expire()
    session.attach(FakeStream())
    clock.now += 100
    assert not session.expire()


def test_a_session_is_freed_once_however_often_it_is_closed(thread: EnvironmentThread) -> None:
    count = []
    session = make_session(Clock(), thread, free=lambda: count.append(1))
    stream = FakeStream()
    session.attach(stream)
    assert session.close(SECONDS)
    assert session.close(SECONDS)
    session.detach(stream)
    thread.run(lambda: None)
    assert len(count) == 1
    assert stream.finished.is_set()
    with pytest.raises(SessionClosed):
        session.answer(stream, 1, "a")
    with pytest.raises(SessionClosed):
        session.run(lambda: None)


def test_a_dead_stream_is_taken_over_without_waiting_for_its_limit(
    thread: EnvironmentThread,
) -> None:
    session = make_session(Clock(), thread)
    lost = FakeStream()
    session.attach(lost)
    assert session.answer(lost, 1, "a") == "A"
    lost.living = False
    with futures.ThreadPoolExecutor() as pool:
        attaching = pool.submit(session.attach, FakeStream())
        session.detach(lost)
        assert attaching.result(SECONDS) == 1


def test_a_place_is_given_back_when_making_a_session_fails(thread: EnvironmentThread) -> None:
    table = SessionTable(limit=1)

    def fail() -> None:
        with table.place():
            raise ArithmeticError

    for _ in range(3):
        with pytest.raises(ArithmeticError):
            fail()
    with table.place():
        session = table.add(0.0, thread, lambda _: pb.AttachResponse(), lambda: None)
    with pytest.raises(RequestFailed, match="limit of 1"):
        fail()
    session.close(SECONDS)
    assert table.wait_until_empty(SECONDS)
    with pytest.raises(ArithmeticError):
        fail()
    table.close_all()
