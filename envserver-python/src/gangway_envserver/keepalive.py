"""The settings by which gRPC finds a peer that vanished with its machine."""

from __future__ import annotations


def keepalive(silent_milliseconds: int, answer_milliseconds: int) -> list[tuple[str, int]]:
    """Options of a channel or server that gives up a connection whose peer does not answer.

    After `silent_milliseconds` without a byte the peer is asked for a sign of life, and has
    `answer_milliseconds` to give it. The keepalive timeout alone does nothing: the ping timeout,
    60 s unless it is set, is the one that ends the connection.
    """
    return [
        ("grpc.keepalive_time_ms", silent_milliseconds),
        ("grpc.keepalive_timeout_ms", answer_milliseconds),
        ("grpc.http2.ping_timeout_ms", answer_milliseconds),
    ]
