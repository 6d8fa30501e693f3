"""The rules that `rule.proto` declares beside the fields: defaults written out, values checked.

An experiment was checked by them before it came here; any other client's settings are checked here,
so that a default or a range has one home, the schema. The agent's engine is `FieldRules.java`;
`proto/rules/cases.txt` holds both to the same problems in the same words. For messages whose
singular fields have presence, or are required.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from google.protobuf import text_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from gangway_envserver._proto import rule_pb2

# An unsigned integer must fit into the signed type of its size: Java has no larger one.
_LARGEST: Final = {
    FieldDescriptor.TYPE_UINT32: 2**31 - 1,
    FieldDescriptor.TYPE_UINT64: 2**63 - 1,
}
# Smallest and largest power of ten for which a number is written without an exponent.
_PLAIN_EXPONENTS: Final = range(-6, 16)


def resolve(message: Message, path: str = "") -> list[str]:
    """Writes defaults into the message's unset fields; gives what is wrong, each with its path."""
    return [*_choices(message, path), *_fields(message, path), *_whole(message, path)]


def _choices(message: Message, path: str) -> Iterator[str]:
    for choice in message.DESCRIPTOR.oneofs:
        if len(choice.fields) == 1 and choice.name == f"_{choice.fields[0].name}":
            continue  # protobuf's own way to give one field presence
        rule: Any = choice.GetOptions().Extensions[rule_pb2.choice]
        if message.WhichOneof(choice.name) is not None:
            continue
        if rule.default:
            text_format.Merge(rule.default, message)
        elif rule.required:
            names = ", ".join(field.name for field in choice.fields)
            yield _problem(path or choice.name, f"one of {names}", "none")


def _fields(message: Message, path: str) -> Iterator[str]:
    for field in message.DESCRIPTOR.fields:
        rule, place = _rule(field), _below(path, field.name)
        emptied = bool(rule.emptied_by) and getattr(message, rule.emptied_by)
        if rule.default and _is_unset(message, field) and not emptied:
            text_format.Merge(f"{field.name}: {rule.default}", message)
        if field.is_repeated:
            yield from _count(len(getattr(message, field.name)), emptied, rule, place)
        if _is_unset(message, field):
            if rule.required:
                yield _problem(place, _allowed(field, rule), "nothing")
        elif _is_map(field):
            continue  # keys and values are the environment's own
        elif field.is_repeated:
            for index, element in enumerate(getattr(message, field.name)):
                yield from _value(element, field, rule, f"{place}[{index}]")
        else:
            yield from _value(getattr(message, field.name), field, rule, place)


def _count(count: int, emptied: bool, rule: Any, place: str) -> Iterator[str]:
    if emptied and count:
        yield _problem(place, f"no elements with {rule.emptied_by}: true", str(count))
    elif not emptied and count < rule.min_items:
        plural = "" if rule.min_items == 1 else "s"
        yield _problem(place, f"at least {rule.min_items} element{plural}", str(count or "none"))


def _value(value: Any, field: Any, rule: Any, place: str) -> Iterator[str]:
    if isinstance(value, Message):
        yield from resolve(value, place)
    elif not _is_good(value, field, rule):
        yield _problem(place, _allowed(field, rule), _found(value, field))


def _is_good(value: Any, field: Any, rule: Any) -> bool:
    if field.enum_type is not None:
        names = _value_names(field, rule.excluded)
        return _found(value, field) in names
    if isinstance(value, str):
        return not rule.required or value != ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        excluded = isinstance(value, int) and str(value) in rule.excluded
        fits = value <= _LARGEST.get(field.type, math.inf)
        return _in_range(value, rule) and fits and not excluded
    return True


def _in_range(value: float, rule: Any) -> bool:
    return (
        math.isfinite(value)
        and not (rule.HasField("min") and value < rule.min)
        and not (rule.HasField("max") and value > rule.max)
        and not (rule.HasField("above") and value <= rule.above)
        and not (rule.HasField("below") and value >= rule.below)
    )


def _whole(message: Message, path: str) -> Iterator[str]:
    """What must hold between the fields of a message whose fields have their defaults."""
    fields = message.DESCRIPTOR.fields_by_name
    wanted = message.DESCRIPTOR.GetOptions().Extensions[rule_pb2.whole].at_least_one
    if wanted and all(_is_unset(message, fields[name]) for name in wanted):
        expected = f"at least one of {', '.join(wanted)}"
        yield _problem(path or message.DESCRIPTOR.name, expected, "none")
    for field in message.DESCRIPTOR.fields:
        rule = _rule(field)
        for sign, other in (("≥", rule.min_field), (">", rule.above_field)):
            if other and not (_is_unset(message, field) or _is_unset(message, fields[other])):
                value, bound = getattr(message, field.name), getattr(message, other)
                # A number that is not finite has a problem of its own.
                finite = math.isfinite(value) and math.isfinite(bound)
                if finite and (value < bound or (value == bound and sign == ">")):
                    expected = f"{_kind(field)} {sign} {other} ({_found(bound, fields[other])})"
                    yield _problem(_below(path, field.name), expected, _found(value, field))


def _rule(field: Any) -> Any:
    return field.GetOptions().Extensions[rule_pb2.rule]


def _is_unset(message: Message, field: Any) -> bool:
    if field.is_repeated or not field.has_presence:
        return not getattr(message, field.name)
    return not message.HasField(field.name)


def _is_map(field: Any) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _problem(path: str, expected: str, found: str) -> str:
    return f"{path}: expected {expected}, found {found}"


def _allowed(field: Any, rule: Any) -> str:
    """Which values a field, or an element of it, may have."""
    if field.enum_type is not None:
        return f"one of {', '.join(_value_names(field, rule.excluded))}"
    signs = {"min": "≥", "above": ">", "max": "≤", "below": "<"}
    bounds = [
        f"{sign} {_number(getattr(rule, name))}"
        for name, sign in signs.items()
        if rule.HasField(name)
    ]
    text = f"{_kind(field)} {' and '.join(bounds)}" if bounds else _kind(field)
    return f"{text} other than {', '.join(rule.excluded)}" if rule.excluded else text


def _kind(field: Any) -> str:
    return {
        FieldDescriptor.CPPTYPE_DOUBLE: "a finite number",
        FieldDescriptor.CPPTYPE_FLOAT: "a finite number",
        FieldDescriptor.CPPTYPE_BOOL: "true or false",
        FieldDescriptor.CPPTYPE_STRING: (
            "bytes" if field.type == FieldDescriptor.TYPE_BYTES else "a string that is not empty"
        ),
        FieldDescriptor.CPPTYPE_MESSAGE: "a block { … }",
    }.get(field.cpp_type, "an integer")


def _value_names(field: Any, excluded: Sequence[str]) -> list[str]:
    values = field.enum_type.values
    return [each.name for each in values if each.number != 0 and each.name not in excluded]


def _found(value: Any, field: Any) -> str:
    if field.enum_type is not None:
        named = field.enum_type.values_by_number.get(value)
        return named.name if named is not None and value != 0 else str(value)
    if isinstance(value, str):
        return f'"{value}"'
    return _number(value) if isinstance(value, float) else str(value)


def _number(value: float) -> str:
    """A number as text format takes it; with an exponent only where there would be many zeros."""
    if not math.isfinite(value):
        return str(float(value))
    if value == 0:
        return "0"
    decimal = Decimal(repr(float(value))).normalize()
    exponent = decimal.adjusted()
    if exponent in _PLAIN_EXPONENTS:
        return f"{decimal:f}"
    return f"{decimal.scaleb(-exponent):f}e{exponent}"
