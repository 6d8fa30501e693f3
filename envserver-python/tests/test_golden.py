"""The golden messages of `proto/golden`: text, bytes and our encoders say the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from alike import assert_same
from google.protobuf import text_format
from google.protobuf.message import Message

from gangway_envserver._proto import environment_service_pb2, info_pb2, space_pb2, value_pb2
from gangway_envserver.client.infos import info_dicts
from gangway_envserver.client.spaces import from_space
from gangway_envserver.dynamic import from_dynamic_dict, to_dynamic
from gangway_envserver.info import to_info_batch
from gangway_envserver.kind_of import kind_of
from gangway_envserver.seeds import from_seed, to_seed
from gangway_envserver.spaces import to_space

FOLDER = Path(__file__).parents[2] / "proto" / "golden"
FILES = sorted(FOLDER.glob("*.txtpb"))


def parsed(path: Path) -> Message:
    """The message of a text file, whose first line names its type."""
    text = path.read_text(encoding="utf-8")
    name = text.splitlines()[0].removeprefix("# proto-message: gangway.v1.")
    modules = (environment_service_pb2, space_pb2, value_pb2, info_pb2)
    kind = next(getattr(module, name) for module in modules if hasattr(module, name))
    message: Message = text_format.Parse(text, kind())
    return message


def golden(name: str) -> Any:
    """The message of a file."""
    return parsed(FOLDER / f"{name}.txtpb")


def fields_of(kind: Any, known: set[str]) -> set[str]:
    """The fields of a message and of all messages in it."""
    if kind.full_name in known:
        return set()
    known.add(kind.full_name)
    own = set() if kind.GetOptions().map_entry else {field.full_name for field in kind.fields}
    parts = [field.message_type for field in kind.fields if field.message_type]
    return own.union(*(fields_of(part, known) for part in parts))


def set_fields(message: Message) -> set[str]:
    """The fields that a message sets, and those that the messages in it set."""
    found = set()
    for field, value in message.ListFields():
        found.add(field.full_name)
        parts = value.values() if isinstance(value, Mapping) else value
        parts = parts if isinstance(parts, Iterable) else [parts]
        found.update(*(set_fields(part) for part in parts if isinstance(part, Message)))
    return found


def test_every_field_is_set_in_some_message() -> None:
    messages = [parsed(path) for path in FILES]
    known: set[str] = set()
    fields = set().union(*(fields_of(message.DESCRIPTOR, known) for message in messages))
    assert fields - set().union(*map(set_fields, messages)) == set()


@pytest.mark.parametrize(
    ("name", "oneof"), [("AttachRequest", "command"), ("AttachResponse", "result")]
)
def test_every_command_and_every_result_is_there(name: str, oneof: str) -> None:
    kinds = environment_service_pb2.DESCRIPTOR.message_types_by_name[name].oneofs_by_name[oneof]
    there = [message for message in map(parsed, FILES) if message.DESCRIPTOR.name == name]
    assert {message.WhichOneof(oneof) for message in there} == {each.name for each in kinds.fields}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.stem))
def test_text_and_bytes_say_the_same(path: Path) -> None:
    message, data = parsed(path), path.with_suffix(".binpb").read_bytes()
    assert message.SerializeToString(deterministic=True) == data
    assert type(message).FromString(data) == message


def test_seeds_are_what_they_say() -> None:
    message = golden("reset_wide_seeds").reset.seeds
    seeds = [2**64 - 1, None, 2**64]
    assert [from_seed(seed) for seed in message.seeds] == seeds
    assert [to_seed(seed) for seed in seeds] == list(message.seeds)


def test_options_are_what_they_say() -> None:
    message = golden("reset_options").reset.options
    options: dict[str, Any] = {
        "none": None,
        "boolean": True,
        "integer": -1,
        "big_integer": 2**63,
        "floating": 0.5,
        "text": "é",
        "binary": b"\0",
        "array": np.array([[1, 2]], np.uint8),
        "numpy_scalar": np.float32(1),
        "list": [1, "a"],
        "tuple": (),
        "dict": {"b": {}, "a": None},
    }
    assert_same(from_dynamic_dict(message), options)
    assert to_dynamic(options).dict == message


def test_infos_are_what_they_say() -> None:
    message = golden("infos")
    infos: list[dict[str, Any]] = [{"p": 1.0, "x": None}, {}, {"p": 0.5, "x": -3}]
    assert info_dicts(message, 3) == infos
    assert to_info_batch(infos) == message


def test_spaces_and_values_are_what_they_say() -> None:
    message, value = golden("the_ten_spaces"), golden("values_of_the_ten_spaces")
    space = from_space(message)
    assert to_space(space) == message
    kind = kind_of(space, "action")
    found = kind.from_single(value, "the value")
    assert space.contains(found)
    assert kind.single(kind.encode(found)) == value
