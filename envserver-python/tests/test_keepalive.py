"""A peer that is there no more, though its connection is, is given up after the time set."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent import futures
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from support import SECONDS, running_server

from gangway_envserver.keepalive import keepalive

# Far from the minute after which gRPC gives up a ping of its own accord.
SOON = keepalive(silent_milliseconds=500, answer_milliseconds=500)
WATCHER = """
import sys, grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
with grpc.insecure_channel(sys.argv[1]) as channel:
    for answer in health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest()):
        print("watching", flush=True)
"""


def test_a_client_gives_up_a_server_that_is_frozen() -> None:
    with (
        running_server("--listen", "127.0.0.1:0") as server,
        grpc.insecure_channel(server.address, SOON) as channel,
    ):
        health: Any = health_pb2_grpc.HealthStub(channel)
        watching = health.Watch(health_pb2.HealthCheckRequest(), timeout=SECONDS)
        next(watching)
        server.process.send_signal(signal.SIGSTOP)
        with pytest.raises(grpc.RpcError) as caught:
            next(watching)
        assert isinstance(caught.value, grpc.Call)
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE


class Watched(health_pb2_grpc.HealthServicer):
    """Notices the end of a client."""

    def __init__(self) -> None:
        self.gone = threading.Event()

    def Watch(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:  # noqa: N802
        del request
        context.add_callback(self.gone.set)
        yield health_pb2.HealthCheckResponse()
        self.gone.wait(2 * SECONDS)


def test_a_server_gives_up_a_client_that_is_frozen() -> None:
    servicer = Watched()
    server = grpc.server(futures.ThreadPoolExecutor(1), options=SOON)
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with subprocess.Popen(
        [sys.executable, "-c", WATCHER, f"127.0.0.1:{port}"], stdout=subprocess.PIPE
    ) as client:
        try:
            assert client.stdout is not None
            assert client.stdout.readline() == b"watching\n"
            client.send_signal(signal.SIGSTOP)
            assert servicer.gone.wait(SECONDS)
        finally:
            client.kill()
            servicer.gone.set()
            server.stop(0).wait()
