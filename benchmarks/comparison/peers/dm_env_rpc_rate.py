"""dm_env_rpc_rate.py ENV_ID: steps per second of one environment through dm_env_rpc.

The client is its own, in Python. The server is another process, behind a Unix socket as Gangway's.
"""

import itertools
import multiprocessing
import sys
import tempfile
from collections.abc import Iterator
from concurrent import futures
from multiprocessing.connection import Connection
from typing import Any

import grpc
import gymnasium
from dm_env_rpc.v1 import connection, dm_env_adaptor, dm_env_rpc_pb2, dm_env_rpc_pb2_grpc
from dm_env_rpc.v1.spec_manager import SpecManager

from comparison.peers.rate import print_rate

ACTION = dm_env_rpc_pb2.TensorSpec(name="action", dtype=dm_env_rpc_pb2.INT64)
OBSERVATION = dm_env_rpc_pb2.TensorSpec(name="observation", dtype=dm_env_rpc_pb2.FLOAT)
REWARD = dm_env_rpc_pb2.TensorSpec(name="reward", dtype=dm_env_rpc_pb2.DOUBLE)


class World:
    """One environment; the step after a reset, or after an episode's end, begins another."""

    def __init__(self, env_id: str) -> None:
        self._env = gymnasium.make(env_id)
        shape = self._env.observation_space.shape
        observation = dm_env_rpc_pb2.TensorSpec(shape=shape)
        observation.MergeFrom(OBSERVATION)
        self.specs = dm_env_rpc_pb2.ActionObservationSpecs(
            actions={1: ACTION}, observations={1: observation, 2: REWARD}
        )
        self._actions = SpecManager(self.specs.actions)
        self._observations = SpecManager(self.specs.observations)
        self._running = False
        self._env.reset(seed=1)

    def answer(self, request: Any) -> Any:
        """The response to one request."""
        kind = request.WhichOneof("payload")
        response = dm_env_rpc_pb2.EnvironmentResponse()
        if kind == "step":
            self._step(request.step, response.step)
        elif kind in ("join_world", "reset"):
            self._running = False
            getattr(response, kind).specs.CopyFrom(self.specs)
        else:
            getattr(response, kind).SetInParent()
        return response

    def _step(self, request: Any, response: Any) -> None:
        if self._running:
            action = self._actions.unpack(request.actions)["action"]
            observation, reward, terminated, truncated, _ = self._env.step(action)
            self._running = not (terminated or truncated)
            ended = dm_env_rpc_pb2.TERMINATED if terminated else dm_env_rpc_pb2.INTERRUPTED
        else:
            observation, _ = self._env.reset()
            reward = 0.0
            self._running = True
        values = self._observations.pack({"observation": observation, "reward": reward})
        for uid in request.requested_observations:
            response.observations[uid].CopyFrom(values[uid])
        response.state = dm_env_rpc_pb2.RUNNING if self._running else ended


class Service(dm_env_rpc_pb2_grpc.EnvironmentServicer):  # type: ignore[misc]
    """A world for each stream."""

    def __init__(self, env_id: str) -> None:
        self._env_id = env_id

    def Process(self, requests: Iterator[Any], context: Any) -> Iterator[Any]:  # noqa: N802
        """Answers requests one by one."""
        world = World(self._env_id)
        for request in requests:
            yield world.answer(request)


def serve(env_id: str, address: str, pipe: Connection) -> None:
    """Serves until the other end of the pipe goes."""
    server = grpc.server(futures.ThreadPoolExecutor(1))
    dm_env_rpc_pb2_grpc.add_EnvironmentServicer_to_server(Service(env_id), server)
    server.add_insecure_port(address)
    server.start()
    pipe.send("ready")
    pipe.poll(None)
    server.stop(None)


def main(env_id: str) -> None:
    """Measures."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    with tempfile.TemporaryDirectory() as folder:
        address = f"unix:{folder}/socket"
        server = context.Process(target=serve, args=(env_id, address, theirs))
        server.start()
        ours.recv()
        with grpc.insecure_channel(address) as channel, connection.Connection(channel) as stream:
            env, _ = dm_env_adaptor.create_and_join_world(stream, {}, {})
            step_forever(env)
        ours.send("done")
        server.join()


def step_forever(env: Any) -> None:
    """Steps, and begins episodes anew."""
    actions = itertools.cycle([0, 1, 1, 0, 1, 0, 0, 1, 1])
    env.reset()

    def work() -> int:
        timestep = env.step({"action": next(actions)})
        return 0 if timestep.first() else 1

    print_rate(work)


if __name__ == "__main__":
    main(sys.argv[1])
