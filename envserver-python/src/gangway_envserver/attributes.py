"""Which attributes of environments a client may read, call and set."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.errors import RequestFailed
from gangway_envserver.names import is_public
from gangway_envserver.remedy import Remedy

HARMLESS: Final = frozenset({"metadata", "np_random_seed", "render_mode"})
_SHOWN_CHARACTERS: Final = 200


class AttributePolicy:
    """The names that the operator allows, beside the harmless ones."""

    def __init__(
        self,
        readable: Collection[str] = (),
        settable: Collection[str] = (),
        remedy: Remedy | None = None,
    ) -> None:
        self._remedy = remedy or Remedy()
        self._readable = HARMLESS | frozenset(readable)
        self._settable = frozenset(settable)

    def check_readable(self, name: str) -> None:
        """ATTRIBUTE_NOT_ALLOWED unless clients may read, and call, this name."""
        self._check(name, self._readable, "read or called", "--allow-attribute")

    def check_settable(self, name: str) -> None:
        """ATTRIBUTE_NOT_ALLOWED unless clients may set this name."""
        self._check(name, self._settable, "set", "--allow-set-attribute")

    def _check(self, name: str, allowed: Collection[str], doing: str, flag: str) -> None:
        shown = name[:_SHOWN_CHARACTERS]
        if not is_public(name):
            why = (
                "its name is not public: expected an identifier without dots and leading "
                "underscores"
            )
        elif name not in allowed:
            names = ", ".join(sorted(allowed)) or "none"
            why = (
                f"expected one of those that this server opens ({names}). If it is safe here, "
                f"{self._remedy.option(f'{flag} {shown}')}"
            )
        else:
            return
        raise RequestFailed(
            pb.FAILURE_REASON_ATTRIBUTE_NOT_ALLOWED,
            f"Attribute {shown!r} may not be {doing}: {why}.",
            attribute=shown,
        )


def unknown_attribute(name: str) -> RequestFailed:
    """The failure for a name that the environment lacks."""
    return RequestFailed(
        pb.FAILURE_REASON_UNKNOWN_ATTRIBUTE,
        f"The environment has no attribute {name!r}, nor has a wrapper of it: expected one that it "
        "has after its first reset.",
        attribute=name,
    )
