"""A few rows of the matrix of environments × checks; `tools/matrix` makes all of them."""

from __future__ import annotations

from collections.abc import Iterator

import gymnasium
import matrix
import pytest
from support import ServerProcess

ENVIRONMENTS = [
    *("CartPole-v1", "MountainCarContinuous-v0", "Acrobot-v1"),
    *("Blackjack-v1", "CliffWalking-v1", "Taxi-v4"),
    *("LunarLander-v3", "BipedalWalker-v3"),
    *("InvertedPendulum-v5", "HalfCheetah-v5"),
    *("ALE/Pong-v5", "MiniGrid-Fetch-5x5-N2-v0", "BabyAI-GoToObj-v0"),
]


@pytest.fixture(autouse=True)
def _prepared(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As the command, but nothing of it is left."""
    import logging  # noqa: PLC0415 - only here

    # Undone after the test, whatever was set in between.
    monkeypatch.setattr(gymnasium.logger, "min_level", gymnasium.logger.min_level)
    matrix.prepare()
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_it_holds(server: ServerProcess, name: str) -> None:
    row = matrix.check(server.address, name, steps=100)
    assert row.notes == []
    assert row.cells == [
        *[matrix.PASSED] * 3,
        "100",
        *[matrix.PASSED] * (len(matrix.CHECKS) - 4),
    ]
