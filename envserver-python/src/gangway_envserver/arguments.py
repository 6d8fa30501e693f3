"""Which keyword arguments a client may give to an environment's constructor.

The user of a private server is its operator, and may give every argument that the constructor takes
any value: what travels is data, never code, and a string that names code stays a string.

The rule of a named server, for an argument that its operator has not opened with
`--allow-argument NAME`:

1. The constructor's signature names it (a bare `**kwargs` does not), or the id's registration gives
   it a value.
2. Neither its name nor its default says that it designates a file, a module, code or a program: no
   word of the name (split at underscores) is in or ends in a word such as path, file, dir, module,
   import, entry, callable, class, env; the default is no string with a slash or a file's extension,
   no path, no function and no class.
3. Its value is plain: None, a bool, an int, a float, a NumPy number or array, a short string
   without a slash, backslash, colon or control character that does not begin with a dot or a tilde,
   or a list or tuple of such values (two deep).

An opened argument may have any name and any value. Never open, on any server, are the arguments of
`gymnasium.make` and `make_vec` themselves: the settings have their own fields for the harmless
ones.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from types import ModuleType
from typing import Any, Final

import numpy as np

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver._proto import value_pb2
from gangway_envserver.dynamic import MalformedValue, from_dynamic
from gangway_envserver.errors import RequestFailed
from gangway_envserver.remedy import Remedy

_MAKES_OWN: Final = {
    "id": "set settings.id instead",
    "max_episode_steps": "set settings.max_episode_steps instead",
    "render_mode": "set settings.render_mode instead",
    "disable_env_checker": "the server keeps Gymnasium's checker",
    "num_envs": "set copies instead",
    "vectorization_mode": "set the session's vectorization_mode instead",
    "vector_kwargs": "the session's modes say what they would",
    "autoreset_mode": "set the session's autoreset_mode instead",
}
_WORDS: Final = frozenset(
    """
    args callable class cls cmd code command dir directory entry env eval exec file folder fn func
    function home import lib library location module object package path pickle plugin program root
    script shell source src uri url xml
    """.split()  # noqa: SIM905 - reads better
)
_ENDINGS: Final = ("path", "file", "filename", "pathname", "module", "dir", "url", "import")
_SHORT: Final = 256
_NESTING: Final = 2
_LONG_LIST: Final = 10_000
_FORBIDDEN_TEXT: Final = re.compile(r"[/\\:\x00-\x1f\x7f]|^[.~]")
_PATH_LIKE_DEFAULT: Final = re.compile(r"[/\\]|\.[A-Za-z][A-Za-z0-9]{1,4}$")


@dataclass(frozen=True, slots=True)
class Taker:
    """Who takes the arguments: how refusals name it, and the field that holds them."""

    name: str = "The environment"
    field: str = "settings.arguments"


@dataclass(frozen=True, slots=True)
class ArgumentPolicy:
    """What a server's operator lets clients give to constructors.

    `opened` names arguments that take any value. A private server opens all.
    """

    opened: frozenset[str] = frozenset()
    remedy: Remedy = field(default_factory=Remedy)

    def decode(
        self,
        messages: Mapping[str, value_pb2.DynamicValue],
        creator: Any,
        registered: Collection[str],
        taker: Taker = Taker(),
    ) -> dict[str, Any]:
        """The arguments as Python values; ARGUMENT_NOT_ALLOWED or INVALID_SETTING for a bad one."""
        signature = _signature(creator)
        result: dict[str, Any] = {}
        for name in sorted(messages):
            self._check_name(name, signature, registered, taker)
            try:
                value = from_dynamic(messages[name])
            except MalformedValue as error:
                raise RequestFailed(
                    pb.FAILURE_REASON_INVALID_SETTING,
                    f"Argument {name!r} is malformed: {error}.",
                    field=f"{taker.field}[{name}]",
                ) from None
            if not self._opens(name) and not _is_plain(value, _NESTING):
                raise self._denied(
                    name,
                    f"its value {_shown(value)} is not a plain one: expected numbers, booleans, "
                    "strings without slashes, colons or leading dots, or short lists of them",
                )
            result[name] = value
        return result

    def _opens(self, name: str) -> bool:
        return self.remedy.private or name in self.opened

    def _check_name(
        self,
        name: str,
        signature: inspect.Signature | None,
        registered: Collection[str],
        taker: Taker,
    ) -> None:
        if name in _MAKES_OWN:
            raise RequestFailed(
                pb.FAILURE_REASON_ARGUMENT_NOT_ALLOWED,
                f"Argument {name!r} is not the environment's own: {_MAKES_OWN[name]}.",
                argument=name,
            )
        if name in self.opened:
            return
        words = name.lower().split("_")
        if not self._opens(name) and any(
            word in _WORDS or word.endswith(_ENDINGS) for word in words
        ):
            raise self._denied(name, "its name says that it designates a file, a module or code")
        named = _named(signature)
        parameter = named.get(name)
        if parameter is None and name not in registered:
            self._check_unnamed(name, signature, named, taker)
        if parameter is not None and not self._opens(name) and _designates(parameter.default):
            raise self._denied(name, "its default designates a file, a module or code")

    def _check_unnamed(
        self,
        name: str,
        signature: inspect.Signature | None,
        named: Mapping[str, inspect.Parameter],
        taker: Taker,
    ) -> None:
        """Refuses an argument that the signature does not name, unless it takes any and may."""
        takes_any = signature is None or any(
            each.kind is inspect.Parameter.VAR_KEYWORD for each in signature.parameters.values()
        )
        if takes_any and self._opens(name):
            return
        known = ", ".join(key for key in named if key not in _MAKES_OWN) or "none"
        advice = (
            f" It may take others through **kwargs: {self.remedy.option(_opening(name))}."
            if takes_any
            else ""
        )
        raise RequestFailed(
            pb.FAILURE_REASON_INVALID_SETTING,
            f"{taker.name} has no argument {name!r}: expected one of its constructor's "
            f"({known}).{advice}",
            field=f"{taker.field}[{name}]",
        )

    def _denied(self, name: str, why: str) -> RequestFailed:
        return RequestFailed(
            pb.FAILURE_REASON_ARGUMENT_NOT_ALLOWED,
            f"Argument {name!r} is not allowed: {why}. If it is safe here, "
            f"{self.remedy.option(_opening(name))}; a private server takes any value.",
            argument=name,
        )


def _opening(name: str) -> str:
    return f"--allow-argument {name}"


def parameters(creator: Any) -> dict[str, inspect.Parameter]:
    """The parameters that a constructor's signature names."""
    return _named(_signature(creator))


def _signature(creator: Any) -> inspect.Signature | None:
    try:
        return inspect.signature(creator)
    except (TypeError, ValueError):
        return None


def _named(signature: inspect.Signature | None) -> dict[str, inspect.Parameter]:
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    each = signature.parameters.items() if signature else ()
    return {name: parameter for name, parameter in each if parameter.kind in kinds}


def _designates(default: Any) -> bool:
    if default is inspect.Parameter.empty:
        return False
    if isinstance(default, str):
        return _PATH_LIKE_DEFAULT.search(default) is not None
    return isinstance(default, PurePath | ModuleType | type) or callable(default)


def _is_plain(value: Any, nesting: int) -> bool:
    match value:
        case None | bool() | int() | float() | np.ndarray() | np.generic():
            return True
        case str():
            return len(value) <= _SHORT and not _FORBIDDEN_TEXT.search(value)
        case list() | tuple():
            return (
                nesting > 0
                and len(value) <= _LONG_LIST
                and all(_is_plain(item, nesting - 1) for item in value)
            )
        case _:
            return False


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHORT else text[:_SHORT] + "…"
