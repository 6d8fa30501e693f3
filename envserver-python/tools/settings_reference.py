"""Writes the reference of every setting of an experiment from the schema and its comments.

    .venv/bin/python tools/settings_reference.py > ../docs/settings-reference.md

`tests/test_settings_page.py` checks that the page is current; with GANGWAY_WRITE_PAGES in the
environment it writes it anew.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2
from google.protobuf.descriptor import FieldDescriptor

from gangway_envserver._proto import experiment_pb2, rule_pb2

PROTOS = Path(__file__).resolve().parent.parent.parent / "proto"
HEAD = """# Every setting of an experiment

This page is written from the schema, `proto/gangway/v1/*.proto`, by
`envserver-python/tools/settings_reference.py`, and a test checks that it is current. To learn what
a setting is good for, begin with [settings](settings.md).

An experiment is a text file of the message [Experiment](#experiment). Each section here is one
message, and each row one of its fields. A type in square brackets may be given several times, or as
a list. A field that is left out has its default. A field without a default is then unset, and its
description says what that means. Numbers are finite.
"""
TABLE = "| setting | type | allowed | default | what it is |\n|---|---|---|---|---|\n"
TYPES = {
    FieldDescriptor.TYPE_BOOL: "true or false",
    FieldDescriptor.TYPE_BYTES: "bytes",
    FieldDescriptor.TYPE_DOUBLE: "number",
    FieldDescriptor.TYPE_FLOAT: "number",
    FieldDescriptor.TYPE_STRING: "text",
}
MESSAGE_TYPE, ENUM_TYPE, FIELD, VALUE, ONEOF = 4, 5, 2, 2, 8  # numbers in descriptor.proto


def descriptors() -> descriptor_pb2.FileDescriptorSet:
    """The files of the schema with their comments."""
    with tempfile.TemporaryDirectory() as scratch:
        output = Path(scratch) / "descriptors"
        subprocess.run(  # noqa: S603
            [
                *(sys.executable, "-m", "grpc_tools.protoc", f"--proto_path={PROTOS}"),
                *("--include_source_info", f"--descriptor_set_out={output}"),
                *sorted(path.as_posix() for path in (PROTOS / "gangway").rglob("*.proto")),
            ],
            check=True,
        )
        return descriptor_pb2.FileDescriptorSet.FromString(output.read_bytes())


def comments(files: descriptor_pb2.FileDescriptorSet) -> dict[str, str]:
    """The comment above each message, enum, field, choice and value, by its full name."""
    found: dict[str, str] = {}
    for file in files.file:
        for location in file.source_code_info.location:
            name = _name(file, list(location.path))
            if name:
                found[name] = " ".join(location.leading_comments.split())
    return found


def _name(file: descriptor_pb2.FileDescriptorProto, path: list[int]) -> str:
    if len(path) not in (2, 4) or path[0] not in (MESSAGE_TYPE, ENUM_TYPE):
        return ""
    kind, index = path[:2]
    type_: Any = file.message_type[index] if kind == MESSAGE_TYPE else file.enum_type[index]
    name = f"{file.package}.{type_.name}"
    if len(path) == 2:  # noqa: PLR2004 - the type itself
        return name
    part, place = path[2:]
    if kind == ENUM_TYPE and part == VALUE:
        return f"{name}.{type_.value[place].name}"
    if kind == MESSAGE_TYPE and part == FIELD:
        return f"{name}.{type_.field[place].name}"
    if kind == MESSAGE_TYPE and part == ONEOF:
        return f"{name}.{type_.oneof_decl[place].name}"
    return ""


class Reference:
    """The page."""

    def __init__(self) -> None:
        self._comments = comments(descriptors())
        self._messages: list[Any] = []
        self._enums: list[Any] = []
        self._find(experiment_pb2.Experiment.DESCRIPTOR)

    def _find(self, message: Any) -> None:
        self._messages.append(message)
        for field in message.fields:
            if field.enum_type is not None and field.enum_type not in self._enums:
                self._enums.append(field.enum_type)
            type_ = field.message_type
            if type_ is not None and not _is_map(field) and type_ not in self._messages:
                self._find(type_)

    def text(self) -> str:
        """The page's text."""
        sections = [*map(self._message, self._messages), *map(self._enum, self._enums)]
        return HEAD + "".join(sections)

    def _message(self, message: Any) -> str:
        if not message.fields:
            return ""
        wanted = message.GetOptions().Extensions[rule_pb2.whole].at_least_one
        more = f" At least one of {_codes(wanted)} must be set." if wanted else ""
        head = f"\n## {message.name}\n\n{self._comment(message.full_name)}{more}\n\n"
        return head + TABLE + "".join(self._rows(message))

    def _rows(self, message: Any) -> Iterator[str]:
        told = set()
        for field in message.fields:
            choice = field.containing_oneof
            if choice is not None and choice.name == f"_{field.name}":
                choice = None  # protobuf's own way to give one field presence
            if choice is not None and choice.name not in told:
                told.add(choice.name)
                yield self._choice(choice)
            rule: Any = field.GetOptions().Extensions[rule_pb2.rule]
            cells = [
                f"{'· ' if choice is not None else ''}`{field.name}`",
                self._type(field),
                _allowed(rule),
                f"`{rule.default}`" if rule.default else "",
                self._comment(field.full_name),
            ]
            yield f"| {' | '.join(cells)} |\n"

    def _choice(self, choice: Any) -> str:
        rule: Any = choice.GetOptions().Extensions[rule_pb2.choice]
        allowed = f"one of {_codes(field.name for field in choice.fields)}"
        required = "; required" if rule.required else ""
        default = f"`{rule.default}`" if rule.default else ""
        comment = self._comment(f"{choice.containing_type.full_name}.{choice.name}")
        return f"| {choice.name} | choice | {allowed}{required} | {default} | {comment} |\n"

    def _type(self, field: Any) -> str:
        if _is_map(field):
            value = field.message_type.fields_by_name["value"]
            return f"map of text to {(value.message_type or value).name}"
        if field.message_type is not None:
            name = field.message_type.name
            text = f"[{name}](#{name.lower()})" if field.message_type.fields else "`{}`"
        elif field.enum_type is not None:
            text = f"[{field.enum_type.name}](#{field.enum_type.name.lower()})"
        else:
            text = TYPES.get(field.type, "integer")
        return rf"\[ {text} \]" if field.is_repeated else text

    def _enum(self, enum: Any) -> str:
        head = f"\n## {enum.name}\n\n{self._comment(enum.full_name)}\n\n"
        rows = (
            f"| `{value.name}` | {self._comment(f'{enum.full_name}.{value.name}')} |\n"
            for value in enum.values
            if value.number != 0
        )
        return head + "| value | what it is |\n|---|---|\n" + "".join(rows)

    def _comment(self, name: str) -> str:
        return re.sub(r"([|<>])", r"\\\1", self._comments[name])


def _is_map(field: Any) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _codes(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _allowed(rule: Any) -> str:
    parts = ["required"] if rule.required else []
    if rule.min_items:
        parts.append(f"at least {rule.min_items} element{'' if rule.min_items == 1 else 's'}")
    signs = (("min", "≥"), ("above", r"\>"), ("max", "≤"), ("below", r"\<"))
    parts += [f"{sign} {getattr(rule, name):.17g}" for name, sign in signs if rule.HasField(name)]
    if rule.min_field:
        parts.append(f"≥ `{rule.min_field}`")
    if rule.above_field:
        parts.append(rf"\> `{rule.above_field}`")
    if rule.excluded:
        parts.append(f"not {_codes(rule.excluded)}")
    if rule.emptied_by:
        parts.append(f"none with `{rule.emptied_by}`")
    if rule.former_names:
        parts.append(f"formerly {_codes(rule.former_names)}")
    return ", ".join(parts)


if __name__ == "__main__":
    sys.stdout.write(Reference().text())
