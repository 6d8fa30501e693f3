"""Spaces, tensors, infos and self-describing values, there and back."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from alike import same
from custom_environments import INFOS
from gymnasium import spaces
from support import Client, array_of, info_dicts

from gangway_envserver._proto import info_pb2, space_pb2, tensor_pb2, value_pb2
from gangway_envserver.dynamic import MalformedValue, from_dynamic, to_dynamic
from gangway_envserver.info import to_info_batch
from gangway_envserver.spaces import to_space
from gangway_envserver.values import MalformedTensor, from_tensor, to_tensor

DTYPES = [
    *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    *("float16", "float32", "float64"),
]


@pytest.mark.parametrize("name", DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3), (2, 3)])
def test_arrays_survive_bit_for_bit(name: str, shape: tuple[int, ...]) -> None:
    count = math.prod(shape)
    raw = np.random.default_rng(0).integers(0, 256, 8 * count, np.uint8)
    dtype = np.dtype(name)
    array = (raw[:count] % 2).astype(bool) if name == "bool" else raw.view(dtype)[:count]
    for each in (array.reshape(shape), array.reshape(shape).astype(dtype.newbyteorder(">"))):
        tensor = to_tensor(each)
        assert tensor_pb2.DataType.Name(tensor.data_type) == f"DATA_TYPE_{name.upper()}"
        assert len(tensor.data) == count * dtype.itemsize
        back = from_tensor(tensor)
        assert (back.dtype, back.shape) == (dtype, shape)
        assert back.tobytes() == array.tobytes()
        assert back.flags.writeable
        assert back.flags.owndata


@pytest.mark.parametrize(
    ("name", "bits"),
    [
        ("float16", [0x8000, 0x7E01, 0xFC00, 0x7C01]),
        ("float32", [0x80000000, 0x7FC00001, 0xFFC12345, 0x7F800001]),
        ("float64", [1 << 63, 0x7FF8000000000001, 0xFFF8123456789ABC, 0x7FF0000000000001]),
    ],
)
def test_nan_payloads_and_the_sign_of_zero_survive(name: str, bits: list[int]) -> None:
    dtype = np.dtype(name)
    array = np.array(bits, f"u{dtype.itemsize}").view(dtype)
    assert from_tensor(to_tensor(array)).tobytes() == array.tobytes()


def test_arrays_that_are_not_contiguous_travel_in_row_major_order() -> None:
    array = np.arange(6).reshape(2, 3).T
    assert from_tensor(to_tensor(array)).tolist() == array.tolist()


@pytest.mark.parametrize(
    ("shape", "data"),
    [
        ([2], b"\0"),
        ([2], b"\0\1\0"),
        ([-1], b""),
        ([2**62, 8], b""),
        ([1] * 65, b"\0"),
        ([1], b"\2"),
    ],
)
def test_malformed_tensors_are_refused(shape: list[int], data: bytes) -> None:
    tensor = tensor_pb2.Tensor(data_type=tensor_pb2.DATA_TYPE_BOOL, shape=shape, data=data)
    with pytest.raises(MalformedTensor):
        from_tensor(tensor)


def test_a_box_says_its_bounds() -> None:
    low = np.array([-np.inf, 0, -0.0], np.float32)
    box = to_space(spaces.Box(low, np.array([1, np.inf, 2], np.float32))).box
    assert box.data_type == tensor_pb2.DATA_TYPE_FLOAT32
    assert list(box.shape) == [3]
    assert from_tensor(box.low).tobytes() == low.tobytes()
    assert from_tensor(box.high).tolist() == [1, math.inf, 2]
    assert (box.bounded_below, box.bounded_above) == (b"\0\1\1", b"\1\0\1")


def test_equal_bounds_are_sent_once() -> None:
    box = to_space(spaces.Box(0, 255, (210, 160, 3), np.uint8)).box
    assert list(box.low.shape) == list(box.high.shape) == []
    assert from_tensor(box.high) == 255
    assert (box.bounded_below, box.bounded_above) == (b"\1", b"\1")


def test_an_integer_box_without_bounds_has_the_types_limits() -> None:
    box = to_space(spaces.Box(-np.inf, np.inf, (2,), np.int16)).box
    assert from_tensor(box.low) == -(2**15)
    assert from_tensor(box.high) == 2**15 - 1
    assert (box.bounded_below, box.bounded_above) == (b"\0", b"\0")


def test_a_box_without_elements() -> None:
    box = to_space(spaces.Box(-1, 1, (0, 2), np.float64)).box
    assert list(box.low.shape) == list(box.shape) == [0, 2]
    assert (box.bounded_below, box.bounded_above) == (b"", b"")


def test_discrete_spaces() -> None:
    discrete = to_space(spaces.Discrete(4, start=-1, dtype=np.int32)).discrete
    assert (discrete.n, discrete.start, discrete.data_type) == (4, -1, tensor_pb2.DATA_TYPE_INT32)
    multi = to_space(
        spaces.MultiDiscrete(np.array([[2, 3]]), start=np.array([[0, 7]]))
    ).multi_discrete
    assert from_tensor(multi.nvec).tolist() == [[2, 3]]
    assert from_tensor(multi.start).tolist() == [[0, 7]]
    assert multi.data_type == tensor_pb2.DATA_TYPE_INT64
    assert list(to_space(spaces.MultiBinary((2, 3))).multi_binary.shape) == [2, 3]


def test_the_other_six_spaces() -> None:
    text = to_space(spaces.Text(5, min_length=2, charset="zay")).text
    assert (text.min_length, text.max_length, text.charset) == (2, 5, "zay")
    parts: list[Any] = [spaces.Discrete(2), spaces.MultiBinary(3)]
    kinds = [part.WhichOneof("kind") for part in to_space(spaces.Tuple(parts)).tuple.spaces]
    assert kinds == ["discrete", "multi_binary"]
    named = to_space(spaces.Dict({"z": parts[0], "a": parts[1]})).dict
    assert [entry.key for entry in named.entries] == list(
        spaces.Dict({"z": parts[0], "a": parts[1]})
    )
    sequence = to_space(spaces.Sequence(parts[0], stack=True)).sequence
    assert (sequence.element.discrete.n, sequence.stacked) == (2, True)
    graph = to_space(spaces.Graph(spaces.Box(0, 1, (2,)), None)).graph
    assert graph.node.WhichOneof("kind") == "box"
    assert not graph.HasField("edge")
    assert to_space(spaces.Graph(parts[0], spaces.Discrete(3))).graph.edge.discrete.n == 3
    assert len(to_space(spaces.OneOf(parts)).one_of.spaces) == 2


def test_empty_spaces_keep_their_kind() -> None:
    for empty, kind in ((spaces.Tuple([]), "tuple"), (spaces.Dict({}), "dict")):
        assert to_space(empty).WhichOneof("kind") == kind


PLAIN = {key: value for key, value in INFOS.items() if key not in {"enum", "object", 7}}


@pytest.mark.parametrize("key", PLAIN)
def test_plain_values_survive(key: str) -> None:
    assert same(from_dynamic(to_dynamic(PLAIN[key])), PLAIN[key])


@pytest.mark.parametrize("value", [2**63 - 1, -(2**63), 2**63, -(2**63) - 1, 10**300, math.inf, ""])
def test_the_limits_of_plain_values_survive(value: Any) -> None:
    assert same(from_dynamic(to_dynamic(value)), value)


def test_what_has_no_form_is_described() -> None:
    class Rude:
        def __repr__(self) -> str:
            raise ValueError

    described = to_dynamic(Rude()).object
    assert described.type_name == f"{__name__}.{Rude.__qualname__}"
    assert described.text == "<repr raised ValueError>"
    for value in (
        *("\udc80", 10**5000, 1j, object(), np.array([None]), np.datetime64("2020-01-01")),
        np.ma.masked_array([1], [True]),
    ):
        message = to_dynamic(value)
        assert message.WhichOneof("kind") == "object"
        assert len(message.object.text) <= 1000
        value_pb2.DynamicValue.FromString(message.SerializeToString())
        with pytest.raises(MalformedValue):
            from_dynamic(message)


def test_values_without_end_are_cut() -> None:
    endless: list[Any] = []
    endless.append(endless)
    named: dict[str, Any] = {}
    named["a"] = named
    batch = to_info_batch([{"a": endless, "b": named}])
    assert info_pb2.InfoBatch.FromString(batch.SerializeToString()) == batch


@pytest.mark.parametrize("text", ["", "-", "1.0", "0x1", "٣", "9" * 5000])
def test_a_big_integer_must_be_digits(text: str) -> None:
    with pytest.raises(MalformedValue):
        from_dynamic(value_pb2.DynamicValue(big_integer=text))


def stack_kind(values: list[Any]) -> str | None:
    """The kind under which the values are stacked; None for a list."""
    batch = to_info_batch([{"key": value} for value in values])
    assert same([info["key"] for info in info_dicts(batch, len(values))], values)
    (column,) = batch.columns
    if column.WhichOneof("values") == "list":
        return None
    return info_pb2.InfoScalarKind.Name(column.stack.kind).removeprefix("INFO_SCALAR_KIND_")


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1.5, math.nan * 0 if False else 2.5], "FLOAT"),
        ([1, -(2**63)], "INT"),
        ([True, False], "BOOL"),
        ([np.float32(1), np.float32(2)], "NUMPY_SCALAR"),
        ([np.zeros((2, 1), np.int8)] * 3, "ARRAY"),
        ([np.array(1.0)], "ARRAY"),
        ([1, 1.0], None),
        ([True, 1], None),
        ([1, 2**63], None),
        ([np.float32(1), np.float64(1)], None),
        ([np.float64(1), 1.0], None),
        ([np.zeros(2), np.zeros(3)], None),
        ([np.zeros(2), np.zeros(2, np.float32)], None),
        (["a", "b"], None),
        ([None], None),
    ],
)
def test_values_are_stacked_when_alike(values: list[Any], kind: str | None) -> None:
    assert stack_kind(values) == kind


def test_columns_stand_in_order_of_first_appearance() -> None:
    batch = to_info_batch([{"b": 1}, {}, {"a": 2, "b": 3, 7: 4}])
    assert [column.key for column in batch.columns] == ["b", "a", "7"]
    assert [column.present for column in batch.columns] == [b"\1\0\1", b"\0\0\1", b"\0\0\1"]
    assert info_dicts(batch, 3) == [{"b": 1}, {}, {"b": 3, "a": 2, "7": 4}]


def test_keys_that_render_alike_share_a_column() -> None:
    batch = to_info_batch([{1: "a", "1": "b"}, {1: "c"}])
    assert info_dicts(batch, 2) == [{"1": "b"}, {"1": "c"}]


def test_infos_of_all_sorts_come_through_a_session(client: Client) -> None:
    stream = client.session("test/Informs-v0", 2)
    stream.reset()
    step = stream.step(np.array([0, 0])).step
    columns = {column.key: column for column in step.infos.columns}
    assert list(columns) == [str(key) for key in INFOS]
    kind = columns.pop("object").list.values[0].object
    assert kind.type_name.endswith("ABCMeta") or kind.type_name == "builtins.type"
    columns.pop("enum")
    del step.infos.columns[:]
    step.infos.columns.extend(columns.values())
    for info in info_dicts(step.infos, 2):
        assert same(info, PLAIN | {"7": "seven"})


@pytest.mark.parametrize(
    ("kind", "actions", "type_name"),
    [
        ("discrete", np.array([-2, 2]), "int64"),
        ("small_discrete", np.array([0, 4], np.int32), "int32"),
        ("multi_discrete", np.array([[1, 0], [3, 3]]), "ndarray"),
        ("multi_binary", np.array([[[0, 1], [1, 0]]] * 2, np.int8), "ndarray"),
        ("box", np.array([[0.5, -1], [1, 0.25]]), "ndarray"),
        ("scalar_box", np.array([0.5, -1], np.float32), "float32"),
        ("bytes", np.arange(24, dtype=np.uint8).reshape(2, 2, 2, 3), "ndarray"),
    ],
)
def test_an_environment_gets_each_action_as_gymnasium_would_give_it(
    client: Client, kind: str, actions: Any, type_name: str
) -> None:
    stream = client.session("test/Kinds-v0", 2, arguments={"kind": to_dynamic(kind)})
    stream.reset()
    step = stream.step(actions).step
    assert info_dicts(step.infos, 2) == [{"type": type_name, "member": True}] * 2
    assert array_of(step.observations).tobytes() == actions.tobytes()
    assert array_of(step.observations).dtype == actions.dtype


@pytest.mark.parametrize("dtype", [np.float16, np.float64])
def test_floats_of_another_size_are_cast_as_numpy_casts_them(client: Client, dtype: Any) -> None:
    values = np.array([0.1, -1 / 3, 2, np.inf, np.nan, 60_000, 1e-7, -0.0], dtype)
    if dtype is np.float64:
        values = np.append(values, [1e300, -1e300, 1e-300, 16_777_217])
    stream = client.session(
        "test/Kinds-v0", len(values), arguments={"kind": to_dynamic("scalar_box")}
    )
    stream.reset()
    step = stream.step(values).step
    with np.errstate(over="ignore"):
        expected = values.astype(np.float32)
    assert array_of(step.observations).tobytes() == expected.tobytes()
    space = spaces.Box(-1, 1, (), np.float32)
    assert info_dicts(step.infos, len(values)) == [
        {"type": "float32", "member": space.contains(each)} for each in expected
    ]


def test_integers_for_floats_and_floats_for_integers_are_refused(client: Client) -> None:
    cases = {"scalar_box": np.array([1]), "discrete": np.array([1.0])}
    for kind, actions in cases.items():
        stream = client.session("test/Kinds-v0", arguments={"kind": to_dynamic(kind)})
        stream.reset()
        assert "data type" in stream.step(actions).failure.message


@pytest.mark.parametrize(
    ("kind", "actions"),
    [
        ("discrete", np.array([-3, 0])),
        ("discrete", np.array([3, 0])),
        ("multi_discrete", np.array([[0, 0], [1, 0]])),
        ("multi_discrete", np.array([[1, 4], [1, 0]])),
        ("multi_binary", np.array([[[0, 2], [1, 0]]] * 2, np.int8)),
        ("multi_binary", np.array([[[0, -1], [1, 0]]] * 2, np.int8)),
    ],
)
def test_actions_outside_a_finite_space_are_refused(
    client: Client, kind: str, actions: Any
) -> None:
    stream = client.session("test/Kinds-v0", 2, arguments={"kind": to_dynamic(kind)})
    stream.reset()
    failure = stream.step(actions).failure
    assert failure.metadata["copy"] == "0"


def test_observations_are_cast_as_gymnasiums_vector_environments_cast(client: Client) -> None:
    stream = client.session("test/Misfit-v0", arguments={"what": to_dynamic("double")})
    assert array_of(stream.reset().reset.observations).dtype == np.float32


def test_the_description_of_an_environment_uses_every_space_kind() -> None:
    assert set(space_pb2.Space.DESCRIPTOR.fields_by_name) == {
        *("box", "discrete", "multi_discrete", "multi_binary", "text"),
        *("tuple", "dict", "sequence", "graph", "one_of"),
    }
