"""An environment that gives back what it gets, in a random nested space; for a test's server."""

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.vector.utils import batch_space

from gangway_envserver.spaces import to_space

COPIES = 2  # of the test
DTYPES = [
    *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    *("float16", "float32", "float64"),
]
INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32"]
CHARACTERS = "abé\0ſ中😀 '"


def random_space(  # noqa: C901, PLR0911 - one case a space
    random: np.random.Generator, depth: int = 3
) -> spaces.Space[Any]:
    """A space of any kind; of at most `depth` spaces one within another."""
    match random.integers(11 if depth else 5):
        case 0:
            return _box(random)
        case 1:
            dtype = np.dtype(random.choice(INTEGERS))
            return spaces.Discrete(
                random.integers(1, 9), start=random.integers(9), dtype=dtype.type
            )
        case 2:
            nvec = random.integers(1, 9, random.integers(1, 4, random.integers(1, 3)))
            dtype = np.dtype(random.choice(INTEGERS))
            start = random.integers(0, 9, nvec.shape)
            return spaces.MultiDiscrete(nvec, start=start, dtype=dtype.type)
        case 3:
            return spaces.MultiBinary(random.integers(1, 4, random.integers(1, 3)))
        case 4:
            least = int(random.integers(3))
            charset = "".join(random.permutation(list(CHARACTERS)))
            most = least + int(random.integers(4))
            return spaces.Text(most, min_length=least, charset=charset)
        case 5:
            return spaces.Tuple(
                [random_space(random, depth - 1) for _ in range(random.integers(4))]
            )
        case 6:
            keys = random.permutation(["a", "é", "", "z z", "'"])[: random.integers(4)]
            return spaces.Dict([(str(key), random_space(random, depth - 1)) for key in keys])
        case 7:
            return spaces.Sequence(random_space(random, depth - 1))
        case 8:
            return spaces.Sequence(_measured(random, depth - 1), stack=True)
        case 9:
            edge = _measured(random, depth - 1) if random.integers(3) else None
            return spaces.Graph(_measured(random, depth - 1), edge)
        case _:
            parts = range(random.integers(1, 4))
            return spaces.OneOf([random_space(random, depth - 1) for _ in parts])


def _measured(random: np.random.Generator, depth: int) -> spaces.Space[Any]:
    """A space whose batches show their length."""
    space = random_space(random, depth)
    while not _shows_length(space):
        space = random_space(random, depth)
    return space


def _shows_length(space: spaces.Space[Any]) -> bool:
    match space:
        case spaces.Tuple():
            return any(map(_shows_length, space.spaces))
        case spaces.Dict():
            return any(map(_shows_length, space.spaces.values()))
    return True


def _box(random: np.random.Generator) -> spaces.Space[Any]:
    dtype = np.dtype(random.choice(DTYPES))
    shape = tuple(random.integers(0, 4, random.integers(0, 4)))
    if dtype.kind == "b":
        return spaces.Box(0, 1, shape, dtype.type)
    if dtype.kind == "f":
        low = random.choice([-np.inf, -2.0, -0.0], shape).astype(dtype)
        high = random.choice([np.inf, 3.0, 0.0], shape).astype(dtype)
    else:
        low = random.integers(0, 9, shape).astype(dtype)
        high = low + random.integers(0, 9, shape).astype(dtype)
    return spaces.Box(low, high, shape, dtype.type)


def random_value(  # noqa: C901, PLR0911 - one case a space
    space: spaces.Space[Any], random: np.random.Generator, rows: Any = None
) -> Any:
    """A value of the space, or a batch of `rows`; a Box's has any bits, in any memory layout."""
    match space:
        case spaces.Tuple():
            return tuple(random_value(part, random, rows) for part in space.spaces)
        case spaces.Dict():
            return {key: random_value(part, random, rows) for key, part in space.spaces.items()}
        case spaces.Box():
            return _array(space, random, () if rows is None else (rows,))
        case spaces.Discrete() | spaces.MultiDiscrete() | spaces.MultiBinary():
            if rows is None:
                return space.sample()
            values = [space.sample() for _ in range(rows)]
            return np.array(values, space.dtype).reshape(rows, *space.shape)
    if rows is not None:
        return tuple(random_value(space, random) for _ in range(rows))
    length = int(random.integers(4))
    match space:
        case spaces.Text():
            return space.sample()
        case spaces.Sequence():
            if space.stack:
                return random_value(space.feature_space, random, length)
            return tuple(random_value(space.feature_space, random) for _ in range(length))
        case spaces.Graph():
            nodes = random_value(space.node_space, random, length)
            if space.edge_space is None or length == 0 or random.integers(2):
                return spaces.GraphInstance(nodes, None, None)
            edges = int(random.integers(4))
            links = random.integers(0, length, (edges, 2)).astype(random.choice(INTEGERS))
            values = random_value(space.edge_space, random, edges)
            return spaces.GraphInstance(nodes, values, links)
        case spaces.OneOf():
            index = int(random.integers(len(space.spaces)))
            return np.int64(index), random_value(space.spaces[index], random)
    raise AssertionError(space)


def _array(space: spaces.Box, random: np.random.Generator, rows: tuple[int, ...]) -> np.ndarray:
    shape = (*rows, *space.shape)
    count = int(np.prod(shape))
    if space.dtype.kind == "b":
        array = random.integers(0, 2, shape).astype(bool)
    elif random.integers(3):  # any bits, payloads of NaN among them
        array = np.frombuffer(random.bytes(count * space.dtype.itemsize), space.dtype).reshape(
            shape
        )
    else:
        array = random.choice([0.0, -0.0, 1.0], shape).astype(space.dtype)
    match random.integers(4):
        case 0:
            return array.astype(array.dtype.newbyteorder(">"))
        case 1 if array.ndim:
            return np.asfortranarray(array)
        case 2 if array.ndim:
            wide = np.zeros((*shape[:-1], 2 * shape[-1]), array.dtype)
            wide[..., ::2] = array
            return wide[..., ::2]
    return array


def same(found: Any, given: Any) -> bool:
    """Equal bit for bit, of one type at every depth; the memory layout may differ."""
    if isinstance(given, np.ndarray | np.generic):
        native = given.dtype.newbyteorder("=")
        return (
            isinstance(found, np.ndarray | np.generic)
            and (found.dtype, found.shape) == (native, given.shape)
            and found.tobytes() == given.astype(native).tobytes()
        )
    if type(found) is not type(given):
        return False
    if isinstance(given, dict):
        return list(found) == list(given) and all(same(found[key], given[key]) for key in given)
    if isinstance(given, tuple):
        return len(found) == len(given) and all(map(same, found, given))
    return bool(found == given)


def is_member(space: spaces.Space[Any], value: Any) -> bool:
    """What Gymnasium says, where it can.

    It takes a graph's nodes and edges, and a stacked sequence, apart before it looks at them, which
    fails, for its own samples too, when a part beside others has no length: Dict(a=Tuple([]), …).
    """
    try:
        return bool(space.contains(value))
    except ValueError:
        return True


class Echo(gymnasium.Env[Any, Any]):
    """Observes a random value after a reset, then the last action; `size` seeds the one space.

    The reward is 1 when the action is, bit for bit, the observation before it. The info says
    whether the action is a member of the space, and after a reset what the space and its batch are.
    """

    def __init__(self, size: int = 0) -> None:
        random = np.random.default_rng(size)
        self.action_space = self.observation_space = random_space(random)
        self._last: Any = None

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        self.action_space.seed(seed)
        self._last = random_value(self.observation_space, self.np_random)
        batched = to_space(batch_space(self.observation_space, COPIES)).SerializeToString()
        return self._last, {"space": str(self.observation_space), "batched": batched}

    def step(self, action: Any) -> Any:
        reward = float(same(action, self._last))
        self._last = action
        return action, reward, False, False, {"member": is_member(self.action_space, action)}


gymnasium.register("Echo-v0", Echo, disable_env_checker=True, order_enforce=False)
