"""The rules that `rule.proto` declares beside the fields: defaults written out, ranges checked.

An experiment was checked by them before; any other client's settings are checked here, so that a
default or a range has one home, the schema. For messages whose singular fields have presence;
of repeated ones only the number is checked.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from google.protobuf import text_format
from google.protobuf.message import Message

from gangway_envserver._proto import rule_pb2


class RuleBroken(ValueError):  # noqa: N818 - as RequestFailed
    """A field is missing or out of range; the text names it, and what was found and expected."""


def resolve(message: Message) -> None:
    """Writes defaults into the message's unset fields; RuleBroken at the first field in error."""
    for choice in message.DESCRIPTOR.oneofs:
        rule: Any = choice.GetOptions().Extensions[rule_pb2.choice]
        if rule.required and message.WhichOneof(choice.name) is None:
            names = ", ".join(field.name for field in choice.fields)
            raise RuleBroken(f"no {choice.name} is set: expected one of {names}")
    for field in message.DESCRIPTOR.fields:
        if field.is_repeated:
            _check_number(message, field)
        else:
            _resolve_field(message, field)


def _check_number(message: Message, field: Any) -> None:
    fewest = field.GetOptions().Extensions[rule_pb2.rule].min_items
    if len(getattr(message, field.name)) < fewest:
        raise RuleBroken(f"{field.name} is empty: expected {fewest} or more")


def _resolve_field(message: Message, field: Any) -> None:
    rule: Any = field.GetOptions().Extensions[rule_pb2.rule]
    if not message.HasField(field.name):
        if rule.default:
            text_format.Merge(f"{field.name}: {rule.default}", message)
        elif rule.required:
            raise RuleBroken(f"{field.name} is unset: expected {_allowed(rule) or 'a value'}")
    if not message.HasField(field.name):
        return
    value = getattr(message, field.name)
    if isinstance(value, Message):
        resolve(value)
    elif field.enum_type is not None:
        if value == 0 or value not in field.enum_type.values_by_number:
            names = ", ".join(list(field.enum_type.values_by_name)[1:])
            raise RuleBroken(f"{field.name} is {value}: expected one of {names}")
    elif isinstance(value, int | float) and not _in_range(value, rule):
        expected = _allowed(rule) or "a finite number"
        raise RuleBroken(f"{field.name} is {value}: expected {expected}")


def _in_range(value: float, rule: Any) -> bool:
    return (
        math.isfinite(value)
        and not (rule.HasField("min") and value < rule.min)
        and not (rule.HasField("max") and value > rule.max)
        and not (rule.HasField("above") and value <= rule.above)
        and not (rule.HasField("below") and value >= rule.below)
    )


def _allowed(rule: Any) -> str:
    return " and ".join(_bounds(rule))


def _bounds(rule: Any) -> Iterator[str]:
    for name, sign in (("min", "≥"), ("above", ">"), ("max", "≤"), ("below", "<")):
        if rule.HasField(name):
            yield f"{sign} {getattr(rule, name):.12g}"
