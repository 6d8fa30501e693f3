"""Seeds to and from the wire, where those of 64 bits have a field of their own."""

from __future__ import annotations

import operator
from typing import Final

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.dynamic import MalformedValue, decimal

_NARROW: Final = 2**64  # those below it have a field of their own


def to_seed(seed: int | None) -> pb.OptionalSeed:
    """The message of a seed ≥ 0, or of none."""
    if seed is None:
        return pb.OptionalSeed()
    number = operator.index(seed)
    if number < _NARROW:
        return pb.OptionalSeed(value=number)
    return pb.OptionalSeed(wide_value=str(number))


def from_seed(message: pb.OptionalSeed) -> int | None:
    """The seed of a message, or none; MalformedValue when a wide one is no integer ≥ 0."""
    if message.HasField("wide_value"):
        seed = decimal(message.wide_value)
        if seed < 0:
            raise MalformedValue(f"a seed is {seed}: expected one ≥ 0")
        return seed
    return message.value if message.HasField("value") else None
