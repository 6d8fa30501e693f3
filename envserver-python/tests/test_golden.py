"""The golden messages of `proto/golden`: text and bytes say the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from google.protobuf import text_format
from google.protobuf.message import Message

from gangway.v1 import environment_service_pb2, info_pb2, value_pb2

FOLDER = Path(__file__).parents[2] / "proto" / "golden"
FILES = sorted(FOLDER.glob("*.txtpb"))


def test_there_are_golden_messages() -> None:
    assert len(FILES) >= 12


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.stem))
def test_text_and_bytes_say_the_same(path: Path) -> None:
    text, data = path.read_text(encoding="utf-8"), path.with_suffix(".binpb").read_bytes()
    name = text.splitlines()[0].removeprefix("# proto-message: gangway.v1.")
    modules = (environment_service_pb2, value_pb2, info_pb2)
    kind = next(getattr(module, name) for module in modules if hasattr(module, name))
    message: Message = text_format.Parse(text, kind())
    assert message.SerializeToString(deterministic=True) == data
    assert kind.FromString(data) == message
