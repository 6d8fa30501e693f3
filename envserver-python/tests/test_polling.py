"""Waiting for a socket: by polling while it pays, and otherwise as ever."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from gangway_envserver.polling import Polling


class Recorded:
    """A socket of which nothing comes but to a wait; tells how many waits began with polling."""

    def __init__(self) -> None:
        self.polled: list[int] = []
        self.waits = 0

    def recv(self, _most: int, flags: int = 0) -> bytes:
        """As a socket's."""
        if flags & socket.MSG_DONTWAIT:
            self.polled.append(self.waits)
            raise BlockingIOError
        self.waits += 1
        return b"late"


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two connected sockets."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


@pytest.mark.parametrize("processors", [1, 2])
def test_what_has_come_and_the_end(
    pair: tuple[socket.socket, socket.socket], processors: int
) -> None:
    """As `recv` gives them."""
    ours, theirs = pair
    polling = Polling(processors)
    theirs.sendall(b"abc")
    assert polling.receive(ours, 2) == b"ab"
    assert polling.receive(ours, 2) == b"c"
    theirs.close()
    assert polling.receive(ours, 2) == b""


def test_vain_polling_is_left_out_of_ever_more_waits() -> None:
    """At most 62 of them."""
    recorded = Recorded()
    polling = Polling(2)
    for _ in range(200):
        assert polling.receive(recorded, 9) == b"late"  # type: ignore[arg-type]
    assert sorted(set(recorded.polled)) == [0, 1, 4, 11, 26, 57, 120, 183]


def test_one_success_forgets_the_misses(pair: tuple[socket.socket, socket.socket]) -> None:
    """The next wait is polled again."""
    ours, theirs = pair
    recorded = Recorded()
    polling = Polling(2)
    polling.receive(recorded, 9)  # type: ignore[arg-type]
    theirs.sendall(b"a")
    polling.receive(ours, 9)
    for _ in range(2):
        polling.receive(recorded, 9)  # type: ignore[arg-type]
    assert set(recorded.polled) == {0, 1, 2}


def test_one_processor_is_left_to_the_other_side() -> None:
    """Nothing is polled."""
    recorded = Recorded()
    assert Polling(1).receive(recorded, 9) == b"late"  # type: ignore[arg-type]
    assert recorded.polled == []


def test_a_stream_among_others_leaves_them_the_interpreter() -> None:
    """It polls again when it is alone."""
    recorded = Recorded()
    others = 1
    polling = Polling(2, lambda: others == 0)
    assert polling.receive(recorded, 9) == b"late"  # type: ignore[arg-type]
    assert recorded.polled == []
    others = 0
    polling.receive(recorded, 9)  # type: ignore[arg-type]
    assert set(recorded.polled) == {1}
