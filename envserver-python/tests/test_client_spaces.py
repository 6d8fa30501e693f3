"""Spaces through a message and back: equal in everything that Gymnasium looks at, and in samples.

GANGWAY_EXAMPLES sets how many examples the property test tries.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from alike import same
from gymnasium import Space, spaces
from gymnasium.vector.utils import batch_space
from hypothesis import HealthCheck, given, settings
from strategies import KEEPS_ORDER, all_spaces, unsorted
from test_nested import EXAMPLES

from gangway_envserver._proto import space_pb2
from gangway_envserver.client.spaces import from_space
from gangway_envserver.spaces import parts_of, to_space


def rebuilt(space: Space[Any]) -> Space[Any]:
    """The space as the other side makes it."""
    return from_space(space_pb2.Space.FromString(to_space(space).SerializeToString()))


def check_alike(found: Space[Any], expected: Space[Any]) -> None:
    """Equal, printed alike, and alike in every part and bit that Gymnasium's equality forgives."""
    assert type(found) is type(expected)
    assert found == expected
    assert str(found) == str(expected)
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    match expected:
        case spaces.Box():
            assert isinstance(found, spaces.Box)
            for name in ("low", "high", "bounded_below", "bounded_above"):
                assert same(getattr(found, name), getattr(expected, name)), name
        case spaces.Discrete():
            assert isinstance(found, spaces.Discrete)
            assert same([found.n, found.start], [expected.n, expected.start])
        case spaces.MultiDiscrete():
            assert isinstance(found, spaces.MultiDiscrete)
            assert same([found.nvec, found.start], [expected.nvec, expected.start])
        case spaces.Text():
            assert isinstance(found, spaces.Text)
            assert found.character_list == expected.character_list
        case spaces.Dict():
            assert isinstance(found, spaces.Dict)
            assert list(found.spaces) == list(found) == list(expected) == list(expected.spaces)
            for setting in ("sort_keys",) if KEEPS_ORDER else ():
                assert getattr(found, setting) == getattr(expected, setting)
    for part, original in zip(parts_of(found), parts_of(expected), strict=True):
        check_alike(part, original)


@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(all_spaces())
def test_any_space_and_its_batch_are_rebuilt(space: Space[Any]) -> None:
    found = rebuilt(space)
    check_alike(found, space)
    assert to_space(found) == to_space(space)
    check_alike(batch_space(found, 3), batch_space(space, 3))


SPACES: list[Space[Any]] = [
    spaces.Box(np.array([-np.inf, 0, -1.5]), np.array([np.inf, np.inf, 2]), dtype=np.float64),
    spaces.Box(-np.inf, np.inf, (), np.float16),
    spaces.Box(-np.inf, 3, (2,), np.int64),
    spaces.Box(-np.inf, np.inf, (2, 0), np.float32),
    spaces.Box(0, 1, (3,), np.bool_),
    spaces.Box(0, 255, (2, 2, 3), np.uint8),
    spaces.Box(0, 2**63 - 2, (1,), np.uint64),
    spaces.Box(-0.0, 0.0, (2,), np.float32),
    spaces.Discrete(3, start=-7, dtype=np.int16),
    spaces.MultiDiscrete(np.array([[2, 3], [4, 5]]), start=np.array([[-1, 0], [7, 1]])),
    spaces.MultiBinary([2, 3]),
    spaces.Text(5, min_length=2, charset="zaé😀"),
    spaces.Dict([("z", spaces.Discrete(2)), ("a", spaces.Dict([("y", spaces.Text(3))]))]),
    spaces.Dict({"z": spaces.Discrete(9), "a": spaces.Box(0, 1, (2,))}),
    spaces.Dict([("z", spaces.Discrete(9)), ("a", spaces.Box(0, 1, (2,)))]),
    *(
        [unsorted([("z", spaces.Discrete(9)), ("a", spaces.Box(0, 1, (2,)))])]
        if KEEPS_ORDER
        else []
    ),
    spaces.Tuple([]),
    spaces.Sequence(spaces.Box(0, 1, (2,)), stack=True),
    spaces.Graph(spaces.Box(0, 1, (2,)), spaces.Discrete(3)),
    spaces.Graph(spaces.Discrete(3), None),
    spaces.OneOf([spaces.Discrete(3, start=2), spaces.Tuple([spaces.MultiBinary(2)])]),
]


@pytest.mark.parametrize("space", SPACES, ids=str)
def test_a_rebuilt_space_samples_the_same(space: Space[Any]) -> None:
    found = rebuilt(space)
    check_alike(found, space)
    assert found.seed(11) == space.seed(11)
    for _ in range(3):
        sample = space.sample()
        assert same(found.sample(), sample)
        if isinstance(space, spaces.Dict):
            assert same(spaces.flatten(found, sample), spaces.flatten(space, sample))
    if isinstance(space, spaces.Dict):
        check_alike(spaces.flatten_space(found), spaces.flatten_space(space))
    batches, originals = batch_space(found, 3), batch_space(space, 3)
    assert batches.seed(12) == originals.seed(12)
    assert same(batches.sample(), originals.sample())


def test_a_space_of_no_known_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="no kind that this client knows"):
        from_space(space_pb2.Space())
