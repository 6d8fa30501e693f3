"""Holds sessions to the table of the protocol, and the protocol's page to that table.

With GANGWAY_WRITE_PAGES set in its environment, the test of the page writes the page's table anew.
"""

from __future__ import annotations

import csv
import os
import threading
from collections.abc import Callable, Iterator
from concurrent import futures
from dataclasses import dataclass, field
from typing import Final

import pytest
from support import SECONDS, TESTS

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.errors import RequestFailed
from gangway_envserver.session import FIRST_ATTACH_SECONDS, SessionClosed
from gangway_envserver.table import SessionTable
from gangway_envserver.threads import EnvironmentThread

HOME: Final = TESTS.parent.parent
PAGE: Final = HOME / "docs" / "protocol.md"
LEASE_SECONDS: Final = 5.0
STATES: Final = ("new", "attached", "working", "detached", "closing", "freed")


@dataclass(frozen=True)
class Row:
    """A row of the table, in a session with a lease or in one without."""

    state: str
    event: str
    leased: bool
    then: str
    answer: str


def _cells() -> list[list[str]]:
    with (HOME / "proto" / "session_life.csv").open(newline="") as file:
        return list(csv.reader(file))[1:]


def _rows() -> list[Row]:
    """The table's rows; those of any lease twice."""
    return [
        Row(state, event, leased, then, answer)
        for state, event, lease, then, answer in _cells()
        for leased in (True, False)
        if lease != ("no" if leased else "yes")
    ]


class Clock:
    """A clock set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class FakeStream:
    """A client's stream. By the clock, each look at whether its client is there takes a second."""

    clock: Clock
    living: bool = True
    finished: bool = False
    asked: threading.Event = field(default_factory=threading.Event)

    def alive(self) -> bool:
        self.clock.now += 1.0
        self.asked.set()
        return self.living

    def finish(self) -> None:
        self.finished = True


class Life:
    """A session of a server that holds no other, with a command that ends when it is told to."""

    def __init__(self, leased: bool) -> None:
        self.frees = 0
        self._lease = LEASE_SECONDS if leased else 0.0
        self._clock = Clock()
        self._thread = EnvironmentThread()
        self._serving = threading.Thread(target=self._thread.serve)
        self._serving.start()
        self._pool = futures.ThreadPoolExecutor()
        self._table = SessionTable(1, self._clock)
        with self._table.place():
            self._session = self._table.add(self._lease, self._thread, self._execute, self._free)
        self._begun = threading.Event()
        self._go = threading.Event()
        self._stream = FakeStream(self._clock)
        self._opened = False
        self._at_work: futures.Future[pb.AttachResponse] | None = None
        self._last: pb.AttachResponse | None = None
        self._executed = 0

    def reach(self, state: str) -> None:
        """Brings a new session into a state."""
        if state == "new":
            return
        assert self.hear("open") == "Opened"
        self._last = self._command(1)
        if state in {"working", "closing"}:
            self.hear("next")
        if state == "detached":
            self.hear("end")
        if state in {"closing", "freed"}:
            self.hear("close")

    def state(self) -> str:
        """The session's state."""
        if self._at_work is None or self._at_work.done():
            self._thread.run(lambda: None)  # which comes after the environments' end
        if self._session.freed:
            return "freed"
        if self._session.deadline is not None:
            return "detached" if self._opened else "new"
        if self._answer_to(99) == "end":
            return "closing"
        return "attached" if self._at_work is None or self._at_work.done() else "working"

    def hear(self, event: str) -> str:
        """Lets an event happen, and gives what the client hears."""
        hears: dict[str, Callable[[], str]] = {
            "open": lambda: self._open(FakeStream(self._clock)),
            "open beside": lambda: self._open(FakeStream(self._clock)),
            "open after": self._open_after_the_loss_of_the_other,
            "next": self._next,
            "repeat": lambda: self._answer_to(1),
            "other": lambda: self._answer_to(5),
            "done": self._done,
            "end": self._end,
            "time": self._pass_time,
            "close": self._close,
        }
        return hears[event]()

    def end(self) -> None:
        """Lets the command at work end, and the session with it."""
        self._go.set()
        self._table.close_all()
        self._thread.end()
        self._serving.join(SECONDS)
        self._pool.shutdown()

    def _execute(self, request: pb.AttachRequest) -> pb.AttachResponse:
        self._executed += 1
        if request.sequence == 2:
            self._begun.set()
            assert self._go.wait(SECONDS)
        return pb.AttachResponse(sequence=request.sequence)

    def _free(self) -> None:
        self.frees += 1

    def _open(self, another: FakeStream) -> str:
        try:
            last = self._table.get(self._session.identifier).attach(another)
        except RequestFailed as error:
            return _name(error)
        assert last == self._executed
        self._stream = another
        self._opened = True
        return "Opened"

    def _open_after_the_loss_of_the_other(self) -> str:
        lost = self._stream
        lost.living = False
        another = FakeStream(self._clock)
        opening = self._pool.submit(self._open, another)
        assert another.asked.wait(SECONDS)  # it has found the other stream attached
        if self._at_work is not None:
            assert not opening.done()
            self._done()
        self._session.detach(lost)
        return opening.result(SECONDS)

    def _next(self) -> str:
        if self.state() != "attached":
            return self._answer_to(3)
        self._at_work = self._pool.submit(self._session.run, lambda: self._command(2))
        assert self._begun.wait(SECONDS)
        return ""

    def _done(self) -> str:
        self._go.set()
        assert self._at_work is not None
        assert self._at_work.result(SECONDS).sequence == 2
        return "response"

    def _end(self) -> str:
        self._session.detach(self._stream)
        if self._session.deadline is not None:
            assert self._session.deadline == self._clock.now + self._lease
        return ""

    def _pass_time(self) -> str:
        before = self.state()
        deadline = self._session.deadline
        if before == "new":
            assert deadline == self._clock.now + FIRST_ATTACH_SECONDS
        until = self._clock.now + 3600 if deadline is None else deadline
        self._clock.now = until - 0.001
        assert not self._session.expire()
        assert self.state() == before
        self._clock.now = until
        self._session.expire()
        return ""

    def _close(self) -> str:
        attached = self._session.attached
        busy = self._at_work is not None and not self._at_work.done()
        try:
            freed = self._table.get(self._session.identifier).close(0.0 if busy else SECONDS)
        except RequestFailed as error:
            return _name(error)
        assert self._stream.finished == attached
        return "OK" if freed else "DEADLINE_EXCEEDED"

    def _answer_to(self, sequence: int) -> str:
        before = self._executed
        try:
            response = self._command(sequence)
        except RequestFailed as error:
            return _name(error)
        except SessionClosed:
            return "end"
        assert response is self._last
        assert self._executed == before
        return "replay"

    def _command(self, sequence: int) -> pb.AttachResponse:
        request = pb.AttachRequest(sequence=sequence)
        return self._session.answer(self._stream, sequence, request)


def _name(error: RequestFailed) -> str:
    return pb.FailureReason.Name(error.failure.reason).removeprefix("FAILURE_REASON_")


@pytest.fixture(params=_rows(), ids=lambda row: f"{row.state}-{row.event}-{row.leased}")
def row(request: pytest.FixtureRequest) -> Row:
    """Each row of the table."""
    found: Row = request.param
    return found


@pytest.fixture
def life(row: Row) -> Iterator[Life]:
    """A new session."""
    life = Life(row.leased)
    yield life
    life.end()


def test_the_table_holds(row: Row, life: Life) -> None:
    life.reach(row.state)
    assert life.state() == row.state
    assert life.hear(row.event) == row.answer
    assert life.state() == row.then
    assert life.frees == (1 if row.then == "freed" else 0)


def _written() -> str:
    """The table as the page shows it."""
    lines = ["| state | event | lease | state afterwards | answer |", "|---|---|---|---|---|"]
    lines += ["| " + " | ".join(cells) + " |" for cells in _cells()]
    return "\n".join(lines).replace("|  |", "| |") + "\n"


def test_the_page_shows_the_table() -> None:
    page = PAGE.read_text()
    begin = page.index("| state | event | lease |")
    end = page.index("\n\n", begin) + 1
    if os.environ.get("GANGWAY_WRITE_PAGES"):
        PAGE.write_text(page[:begin] + _written() + page[end:])
    else:
        assert page[begin:end] == _written(), "run this test with GANGWAY_WRITE_PAGES=1"


def test_every_state_is_reached_and_left() -> None:
    assert {row.state for row in _rows()} == set(STATES)
    assert {row.then for row in _rows()} == set(STATES) - {"new"}
