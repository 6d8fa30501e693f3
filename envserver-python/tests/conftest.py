"""One server for the tests that leave it as they found it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support import Client, ServerProcess, running_server


@pytest.fixture(scope="session")
def server() -> Iterator[ServerProcess]:
    """A server with the test environments."""
    with running_server(
        *("--import", "custom_environments", "--import", "screen_environment"),
        *("--import", "talking_environment", "--allow-attribute", "scaled"),
        *("--allow-attribute", "fails", "--allow-attribute", "missing"),
        *("--allow-attribute", "gain", "--allow-set-attribute", "gain"),
        *("--allow-argument", "where"),
        "--max-copies=128",
    ) as process:
        yield process


@pytest.fixture
def client(server: ServerProcess) -> Iterator[Client]:
    """A client of that server."""
    with Client(server.address) as connected:
        yield connected
