"""Which kind of value a space has."""

from __future__ import annotations

from typing import Any

from gymnasium import Space, spaces

from gangway_envserver.kinds import ArrayKind, Kind
from gangway_envserver.nested import (
    DictKind,
    GraphKind,
    OneOfKind,
    SequenceKind,
    StackedKind,
    TextKind,
    TupleKind,
)
from gangway_envserver.spaces import check_carried, element_type


def kind_of(space: Space[Any], role: str) -> Kind:
    """How the space's values travel; UNSUPPORTED, naming the space, for one that has no form."""
    check_carried(space, role)
    return _kind(space)


def _kind(space: Space[Any]) -> Kind:  # noqa: PLR0911 - one case a space
    match space:
        case spaces.Text():
            return TextKind(space)
        case spaces.Tuple():
            return TupleKind(space, [_kind(part) for part in space.spaces])
        case spaces.Dict():
            return DictKind(space, {key: _kind(part) for key, part in space.spaces.items()})
        case spaces.Sequence():
            element = _kind(space.feature_space)
            return StackedKind(space, element) if space.stack else SequenceKind(space, element)
        case spaces.Graph():
            edge = None if space.edge_space is None else _kind(space.edge_space)
            return GraphKind(space, _kind(space.node_space), edge)
        case spaces.OneOf():
            return OneOfKind(space, [_kind(part) for part in space.spaces])
        case _:
            return ArrayKind(space, element_type(space))
