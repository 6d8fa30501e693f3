"""The golden messages of `proto/golden`: text and bytes say the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from google.protobuf import text_format
from google.protobuf.message import Message

from gangway.v1 import environment_service_pb2, info_pb2, value_pb2

FOLDER = Path(__file__).parents[2] / "proto" / "golden"
FILES = sorted(FOLDER.glob("*.txtpb"))


def parsed(path: Path) -> Message:
    """The message of a text file, whose first line names its type."""
    text = path.read_text(encoding="utf-8")
    name = text.splitlines()[0].removeprefix("# proto-message: gangway.v1.")
    modules = (environment_service_pb2, value_pb2, info_pb2)
    kind = next(getattr(module, name) for module in modules if hasattr(module, name))
    message: Message = text_format.Parse(text, kind())
    return message


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
