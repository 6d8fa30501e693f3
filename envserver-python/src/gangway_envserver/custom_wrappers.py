"""Wrappers of installed packages, by registered name.

A package offers a wrapper by an entry point of the group `gangway_envserver.wrappers`:

    [project.entry-points."gangway_envserver.wrappers"]
    sticky = "my_package.wrappers:StickyActions"

It is a class or a function that takes the environment first and its settings as keyword arguments.
A named server offers those that its operator opens with `--allow-wrapper NAME`, a private server
all that are installed. A client gives the name and plain settings, never code.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any, Final

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver._proto import wrapper_pb2
from gangway_envserver.arguments import ArgumentPolicy, Taker
from gangway_envserver.batch import Environment
from gangway_envserver.errors import RequestFailed

GROUP: Final = "gangway_envserver.wrappers"


class NoWrapper(ValueError):  # noqa: N818 - as modules.NoModule
    """A name that the operator opens is none of an installed wrapper."""


def installed() -> set[str]:
    """The names of the wrappers that installed packages offer."""
    return {point.name for point in metadata.entry_points(group=GROUP)}


@dataclass(frozen=True, slots=True)
class CustomWrappers:
    """Which of the installed wrappers clients may have, and what they may give to them."""

    opened: frozenset[str] = frozenset()
    arguments: ArgumentPolicy = field(default_factory=ArgumentPolicy)

    def check_installed(self) -> None:
        """Raises NoWrapper unless every opened name is one of an installed wrapper."""
        missing = self.opened - installed()
        if missing:
            raise NoWrapper(
                f"expected the name of an installed wrapper ({_names(installed())}; entry points "
                f"of the group {GROUP}), found {_names(missing)}"
            )

    def choose(
        self, place: str, message: wrapper_pb2.CustomWrapper
    ) -> tuple[Callable[..., Environment], dict[str, Any]]:
        """The wrapper that a client names, and its settings; INVALID_SETTING for a bad one."""
        private = self.arguments.remedy.private
        offered = installed() & self.opened if not private else installed()
        if message.provider not in offered:
            raise self._unknown(f"{place}.custom.provider", message.provider, offered)
        (point, *_) = metadata.entry_points(group=GROUP, name=message.provider)
        try:
            wrapper = point.load()
        except Exception as error:
            raise RequestFailed(
                pb.FAILURE_REASON_INVALID_SETTING,
                f"{place}.custom.provider: the wrapper {message.provider!r} ({point.value}) cannot "
                f"be imported: {type(error).__name__}: {error}.",
                field=place,
            ) from error
        taker = Taker(f"The wrapper {message.provider!r}", f"{place}.custom.settings")
        # Its first parameter is the environment, which no client gives.
        settings = functools.partial(wrapper, None)
        return wrapper, self.arguments.decode(message.settings, settings, (), taker)

    def _unknown(self, place: str, found: str, offered: Iterable[str]) -> RequestFailed:
        names = _names(offered)
        remedy = self.arguments.remedy
        advice = (
            f"Install a package that offers it as an entry point of the group {GROUP}."
            if remedy.private
            else f"If it is installed and safe here, {remedy.option(f'--allow-wrapper {found}')}."
        )
        return RequestFailed(
            pb.FAILURE_REASON_INVALID_SETTING,
            f"{place}: expected one of the wrappers that this server offers ({names}), found "
            f"{found!r}. {advice}",
            field=place.removesuffix(".custom.provider"),
        )


def _names(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"
