"""Arrays between NumPy and the wire, checked before anything is read."""

from __future__ import annotations

import math
import sys
from typing import Any, Final

import numpy as np

from gangway_envserver._proto import tensor_pb2

_TYPES: Final[dict[tensor_pb2.DataType.ValueType, np.dtype[Any]]] = {
    tensor_pb2.DATA_TYPE_BOOL: np.dtype(np.bool_),
    tensor_pb2.DATA_TYPE_INT8: np.dtype(np.int8),
    tensor_pb2.DATA_TYPE_INT16: np.dtype(np.int16),
    tensor_pb2.DATA_TYPE_INT32: np.dtype(np.int32),
    tensor_pb2.DATA_TYPE_INT64: np.dtype(np.int64),
    tensor_pb2.DATA_TYPE_UINT8: np.dtype(np.uint8),
    tensor_pb2.DATA_TYPE_UINT16: np.dtype(np.uint16),
    tensor_pb2.DATA_TYPE_UINT32: np.dtype(np.uint32),
    tensor_pb2.DATA_TYPE_UINT64: np.dtype(np.uint64),
    tensor_pb2.DATA_TYPE_FLOAT16: np.dtype(np.float16),
    tensor_pb2.DATA_TYPE_FLOAT32: np.dtype(np.float32),
    tensor_pb2.DATA_TYPE_FLOAT64: np.dtype(np.float64),
}
_NUMBERS: Final = {dtype: number for number, dtype in _TYPES.items()}
# Those whose arrays travel as they stand in memory.
PLAIN_DTYPES: Final = frozenset(_NUMBERS if sys.byteorder == "little" else ())
_MAX_AXES: Final = 64  # NumPy's own limit


class MalformedTensor(ValueError):  # noqa: N818 - as RequestFailed
    """A tensor's bytes do not fit its type and shape."""


def data_type(dtype: np.dtype[Any]) -> tensor_pb2.DataType.ValueType | None:
    """The wire's name of a dtype of any byte order; None when it has none."""
    return _NUMBERS.get(dtype) or _NUMBERS.get(dtype.newbyteorder("="))


def wire_bytes(array: np.ndarray[Any, Any]) -> bytes:
    """The elements, row-major and little-endian."""
    if sys.byteorder == "little" and array.dtype.isnative:
        return array.tobytes()
    return array.astype(array.dtype.newbyteorder("<")).tobytes()


def dtype_of(number: tensor_pb2.DataType.ValueType) -> np.dtype[Any]:
    """The dtype, in this machine's byte order, of a data type that has one."""
    return _TYPES[number]


def to_tensor(array: np.ndarray[Any, Any]) -> tensor_pb2.Tensor:
    """The array as a tensor; its dtype must have a name on the wire."""
    number = data_type(array.dtype)
    if number is None:
        raise TypeError(f"dtype {array.dtype} has no form on the wire")
    return tensor_pb2.Tensor(data_type=number, shape=array.shape, data=wire_bytes(array))


def from_tensor(tensor: tensor_pb2.Tensor) -> np.ndarray[Any, Any]:
    """The tensor as a new, writable array; MalformedTensor says what is wrong with it."""
    dtype = _TYPES.get(tensor.data_type)
    if dtype is None:
        raise MalformedTensor(f"a tensor has data_type {tensor.data_type}, which names no type")
    shape = tuple(tensor.shape)
    if len(shape) > _MAX_AXES or any(extent < 0 for extent in shape):
        raise MalformedTensor(
            f"a tensor has shape {list(shape)[:_MAX_AXES]}: expected up to 64 extents ≥ 0"
        )
    # Python's integers do not overflow, so this product is exact.
    expected = math.prod(shape) * dtype.itemsize
    found = len(tensor.data)
    if expected != found:
        raise MalformedTensor(
            f"a {dtype} tensor of shape {list(shape)} has {found} bytes: expected {expected}"
        )
    if dtype.kind == "b" and tensor.data.translate(None, b"\0\1"):
        raise MalformedTensor("a BOOL tensor has a byte other than 0 and 1")
    if 0 in shape:
        return np.zeros(shape, dtype)
    wire = np.frombuffer(tensor.data, dtype.newbyteorder("<")).reshape(shape)
    return wire.astype(dtype)
