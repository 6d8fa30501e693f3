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


def kind_of(space: Space[Any], role: str, *, members: bool = True) -> Kind:
    """How the space's values travel; UNSUPPORTED, naming the space, for one that has no form.

    `members`: whether what comes in messages must be in the space, as far as that is checked;
    otherwise only its form must fit.
    """
    check_carried(space, role)
    return _kind(space, members)


def _kind(space: Space[Any], members: bool) -> Kind:  # noqa: PLR0911 - one case a space
    match space:
        case spaces.Text():
            return TextKind(space, members=members)
        case spaces.Tuple():
            return TupleKind(space, [_kind(part, members) for part in space.spaces])
        case spaces.Dict():
            parts = {key: _kind(part, members) for key, part in space.spaces.items()}
            return DictKind(space, parts)
        case spaces.Sequence():
            element = _kind(space.feature_space, members)
            return StackedKind(space, element) if space.stack else SequenceKind(space, element)
        case spaces.Graph():
            edge = None if space.edge_space is None else _kind(space.edge_space, members)
            return GraphKind(space, _kind(space.node_space, members), edge)
        case spaces.OneOf():
            return OneOfKind(space, [_kind(part, members) for part in space.spaces])
        case _:
            return ArrayKind(space, element_type(space), members=members)
