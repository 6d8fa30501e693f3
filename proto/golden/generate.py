"""Writes the canonical bytes of the messages in this folder.

Run with the environment server's Python: envserver-python/.venv/bin/python proto/golden/generate.py
"""

from __future__ import annotations

from pathlib import Path

from google.protobuf import text_format
from google.protobuf.message import Message

from gangway_envserver._proto import environment_service_pb2, info_pb2, space_pb2, value_pb2

FOLDER = Path(__file__).parent
HEADER = "# proto-message: gangway.v1."


def read(path: Path) -> Message:
    """The message of a text file, whose first line names its type."""
    text = path.read_text(encoding="utf-8")
    name = text.splitlines()[0].removeprefix(HEADER)
    for module in (environment_service_pb2, space_pb2, value_pb2, info_pb2):
        kind = getattr(module, name, None)
        if kind is not None:
            message: Message = text_format.Parse(text, kind())
            return message
    raise ValueError(f"{path.name} names the message {name!r}: expected one of gangway.v1")


def main() -> None:
    """Writes every message's bytes beside its text."""
    for path in sorted(FOLDER.glob("*.txtpb")):
        data = read(path).SerializeToString(deterministic=True)
        path.with_suffix(".binpb").write_bytes(data)


if __name__ == "__main__":
    main()
