"""How values of one space travel, one by one and in batches; here those that are arrays.

A batch follows `gymnasium.vector.utils`: arrays are stacked along a leading axis, tuples and
dictionaries are batched part by part, and texts, sequences, graphs and OneOf values are a tuple of
the single ones.
"""

from __future__ import annotations

import math
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from gymnasium import Space, spaces

from gangway_envserver._proto import tensor_pb2, value_pb2
from gangway_envserver.gave import Unfit
from gangway_envserver.values import MalformedTensor, dtype_of, from_tensor

_SHOWN_CHARACTERS = 300
_FEW = 64  # so many numbers Python's own min and max see through faster than NumPy's
_FLOATS = frozenset(
    {tensor_pb2.DATA_TYPE_FLOAT16, tensor_pb2.DATA_TYPE_FLOAT32, tensor_pb2.DATA_TYPE_FLOAT64}
)


class Misfit(ValueError):  # noqa: N818 - as RequestFailed
    """A client's value does not fit its space.

    `place` says where in the value, `copy` in whose of a batch; None when in the batch as a whole.
    """

    def __init__(self, place: str, found: str, expected: str, copy: int | None = None) -> None:
        super().__init__(f"{place} {found}: expected {expected}")
        self.place = place
        self.found = found
        self.expected = expected
        self.copy = copy


class Kind(ABC):
    """How values of one space travel.

    Out of an environment: `encode` checks a value and takes a copy of it, and `single` and `batch`
    make messages of such copies. From a client: `from_single` and `from_batch` check a message and
    make what Gymnasium would have, and `split` takes a batch apart.
    """

    space: Space[Any]

    @abstractmethod
    def encode(self, value: Any) -> Any:
        """One value of the environment as it travels: a copy, so the environment may reuse its own.

        Unfit says what does not fit.
        """

    @abstractmethod
    def single(self, row: Any) -> value_pb2.Value:
        """The message of a value that `encode` gave."""

    @abstractmethod
    def batch(self, rows: Sequence[Any]) -> value_pb2.Value:
        """The message of a batch of values that `encode` gave."""

    @abstractmethod
    def whole(self, batch: Any, n: int) -> value_pb2.Value:
        """The message of a batch of n values as a vector environment gives it.

        Unfit says what does not fit.
        """

    @abstractmethod
    def from_single(self, message: value_pb2.Value, place: str) -> Any:
        """The value of a message; Misfit says what is wrong with it, `place` where."""

    @abstractmethod
    def from_batch(
        self, message: value_pb2.Value, n: int, place: str, ignored: Sequence[bool] | None = None
    ) -> Any:
        """The batch of n values of a message. Members are not checked where `ignored` is true."""

    @abstractmethod
    def split(self, batch: Any) -> Iterable[Any]:
        """The values of a batch, as `gymnasium.vector.utils.iterate` gives them."""

    def has_length(self) -> bool:
        """Whether a batch shows how many values it holds."""
        return True


class ArrayKind(Kind):
    """Box, Discrete, MultiDiscrete and MultiBinary: a value is a tensor.

    If `members`, elements of Discrete, MultiDiscrete and MultiBinary values in messages must be
    members; those of Box values are taken whatever they are, as Gymnasium does.
    """

    def __init__(
        self,
        space: Space[Any],
        number: tensor_pb2.DataType.ValueType,
        *,
        members: bool = True,
    ) -> None:
        assert space.shape is not None
        self.space = space
        self.shape = space.shape
        self.number = number
        self.dtype = dtype_of(number)  # in this machine's byte order
        little = sys.byteorder == "little"
        self.wire_dtype = self.dtype if little else self.dtype.newbyteorder("<")
        self.value_bytes = math.prod(self.shape) * self.dtype.itemsize
        # Bytes that may stand as an array of this dtype, without a look at each.
        self._plain = little and self.dtype.kind != "b"
        self._low: Any = None
        self._high: Any = None
        if not members:
            pass
        elif isinstance(space, spaces.Discrete):
            self._low, self._high = space.start, space.start + (space.n - 1)
        elif isinstance(space, spaces.MultiDiscrete):
            self._low, self._high = space.start, space.start + (space.nvec - 1)
        elif isinstance(space, spaces.MultiBinary):
            self._low, self._high = 0, 1

    def encode(self, value: Any) -> bytes:
        """The value's bytes.

        Casts only as `gymnasium.vector.SyncVectorEnv` would (NumPy's "same_kind"), and never
        broadcasts.
        """
        return self._bytes(value, self.shape)

    def fitting(self, value: Any, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
        """The value as an array of this shape that may be cast to `dtype`; no copy of an array.

        Unfit as `encode`.
        """
        try:
            array = np.asarray(value)
        except (ValueError, TypeError) as error:
            raise Unfit(
                f"an observation that is no array of numbers ({error}), which does not fit its "
                f"space {self.space}"
            ) from None
        if array.dtype is not self.dtype and not np.can_cast(array.dtype, self.dtype, "same_kind"):
            what = "None" if value is None else f"dtype {array.dtype}"
            raise Unfit(f"an observation of {what}, which does not fit its space {self.space}")
        if array.shape != shape:
            raise Unfit(
                f"an observation of shape {array.shape}, which does not fit its space {self.space}"
            )
        return array

    def single(self, row: bytes) -> value_pb2.Value:
        """A tensor of the space's shape."""
        return self.message(self.shape, row)

    def batch(self, rows: Sequence[bytes]) -> value_pb2.Value:
        """One tensor with a leading axis."""
        return self.message((len(rows), *self.shape), b"".join(rows))

    def whole(self, batch: Any, n: int) -> value_pb2.Value:
        """One tensor with a leading axis; casts as `encode` does."""
        shape = (n, *self.shape)
        return self.message(shape, self._bytes(batch, shape))

    def from_single(self, message: value_pb2.Value, place: str) -> Any:
        """An array; of a Discrete a NumPy scalar, as Gymnasium samples it."""
        array = self._array(message, self.shape, place)
        self._check_members(array[np.newaxis], place, None, single=True)
        return array[()] if isinstance(self.space, spaces.Discrete) else array

    def from_batch(
        self, message: value_pb2.Value, n: int, place: str, ignored: Sequence[bool] | None = None
    ) -> np.ndarray[Any, Any]:
        """An array of shape (n, *shape)."""
        tensor = message.tensor
        data = tensor.data
        shape = (n, *self.shape)
        if (
            self._plain
            and data
            and tensor.data_type == self.number
            and len(data) == n * self.value_bytes
            and tensor.shape == [n, *self.shape]
        ):  # nearly always, and in a fifth of the time
            array = np.frombuffer(data, self.dtype).reshape(shape).copy()
        else:
            array = self._array(message, shape, place)
        self._check_members(array, place, ignored)
        return array

    def split(self, batch: Any) -> Iterable[Any]:
        """The rows."""
        if np.ndim(batch) == 0:
            raise Unfit(f"{batch!r}, which does not fit its space, a batch of {self.space}")
        return batch  # type: ignore[no-any-return]

    def message(self, shape: tuple[int, ...], data: bytes) -> value_pb2.Value:
        """A tensor of this shape with these bytes."""
        message = value_pb2.Value()
        tensor = message.tensor  # filled in place, in half of the constructors' time
        tensor.data_type = self.number
        tensor.shape.extend(shape)
        tensor.data = data
        return message

    def _bytes(self, value: Any, shape: tuple[int, ...]) -> bytes:
        return self.fitting(value, shape).astype(self.wire_dtype, copy=False).tobytes()

    def _array(
        self, message: value_pb2.Value, shape: tuple[int, ...], place: str
    ) -> np.ndarray[Any, Any]:
        if message.WhichOneof("kind") != "tensor":
            raise Misfit(place, f"have {kind_name(message)}", "a tensor")
        tensor = message.tensor
        if tensor.data_type != self.number and not self._casts(tensor):
            found = (
                tensor_pb2.DataType.Name(tensor.data_type)
                if tensor.data_type in range(13)
                else "unknown"
            )
            expected = f"data type {tensor_pb2.DataType.Name(self.number)}"
            raise Misfit(place, f"have data type {found}", expected)
        if tuple(tensor.shape) != shape:
            raise Misfit(place, f"have shape {list(tensor.shape)}", f"shape {list(shape)}")
        try:
            array = from_tensor(tensor)
        except MalformedTensor as error:
            raise Misfit(place, f"are malformed ({error})", f"shape {list(shape)}") from None
        with np.errstate(over="ignore"):  # infinite, as in NumPy: out of bounds is not judged here
            return array.astype(self.dtype, copy=False)

    def _casts(self, tensor: tensor_pb2.Tensor) -> bool:
        """Whether a Box of floats gets floats of another size, which NumPy rounds."""
        return self.number in _FLOATS and tensor.data_type in _FLOATS

    def _check_members(
        self,
        batch: np.ndarray[Any, Any],
        place: str,
        ignored: Sequence[bool] | None,
        *,
        single: bool = False,
    ) -> None:
        if self._low is None:
            return
        if batch.ndim == 1 and 0 < len(batch) <= _FEW:  # Discrete
            values = batch.tolist()
            if self._low <= min(values) and max(values) <= self._high:
                return
        outside = (batch < self._low) | (batch > self._high)
        if not outside.any():
            return
        bad = outside.reshape(len(batch), -1).any(axis=1)
        if ignored is not None:
            bad &= ~np.asarray(ignored, np.bool_)
        if bad.any():
            copy = int(bad.argmax())
            raise Misfit(
                place,
                str(batch[copy].tolist())[:_SHOWN_CHARACTERS],
                str(self.space)[:_SHOWN_CHARACTERS],
                None if single else copy,
            )


def kind_name(message: value_pb2.Value) -> str:
    """What a message is, for an error."""
    kind = message.WhichOneof("kind")
    return f"a {kind}" if kind else "a Value without a kind"
