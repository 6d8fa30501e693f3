"""Which environments a client may make, and making them.

By default these are the ids that Gymnasium itself registers, except the two that load other
environments by name, those of installed extras and plugins, and those that the operator's
`--import` modules register. `--allow GLOB` replaces that default by the ids that match; the two
loaders must then be written out. An id with a colon is refused before Gymnasium sees it, for
`gymnasium.make` would import the module before the colon.

Extras and plugins that register environments are imported when first asked for: no other session
waits for them.
"""

from __future__ import annotations

import difflib
import fnmatch
import inspect
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Final

import gymnasium
from gymnasium.envs.registration import EnvSpec, load_env_creator
from gymnasium.vector import AutoresetMode

from gangway_envserver import plugins
from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.arguments import ArgumentPolicy, parameters
from gangway_envserver.attributes import AttributePolicy
from gangway_envserver.batch import Environment, close_all
from gangway_envserver.custom_wrappers import CustomWrappers
from gangway_envserver.errors import RequestFailed, environment_raised
from gangway_envserver.extras import extra_of, import_installed, silence_mujoco
from gangway_envserver.frames import RENDER_MODES
from gangway_envserver.maker import CopyMaker
from gangway_envserver.modules import import_named
from gangway_envserver.remedy import Remedy
from gangway_envserver.space_seeds import seed_spaces
from gangway_envserver.spaces import check_carried
from gangway_envserver.vector_batch import VectorEnvironment
from gangway_envserver.wrappers import wrapping

_LOADERS: Final = frozenset({"GymV21Environment-v0", "GymV26Environment-v0"})
_NEAREST: Final = 5
_SHOWN_CHARACTERS: Final = 200


class EnvironmentRegistry:
    """The ids a client may make. Thread-safe after construction."""

    def __init__(
        self,
        imports: Sequence[str] = (),
        allow: Sequence[str] = (),
        allow_arguments: Sequence[str] = (),
        attributes: AttributePolicy | None = None,
        remedy: Remedy | None = None,
        allow_wrappers: Sequence[str] = (),
    ) -> None:
        """Imports the operator's modules; what an import raises goes through.

        NoWrapper for a wrapper that is not installed.
        """
        before = set(gymnasium.registry)
        self._imports = tuple(import_named(module) for module in imports)
        self._owners = {"gymnasium", *(module.split(".")[0] for module in self._imports)}
        self._imported = set(gymnasium.registry) - before
        self._plugins: dict[str, str] = {}
        self._allow = allow
        self.remedy = remedy or Remedy()
        self._arguments_policy = ArgumentPolicy(frozenset(allow_arguments), self.remedy)
        self._custom = CustomWrappers(frozenset(allow_wrappers), self._arguments_policy)
        self._custom.check_installed()
        self.attributes = attributes or AttributePolicy()
        self._installed: dict[str, bool] = {}
        self._extras_lock = threading.Lock()
        self._extras_imported = False
        self._ids = self._select()

    def _select(self) -> set[str]:
        if self._allow:
            return {
                name
                for name in gymnasium.registry
                if any(_matches(name, pattern) for pattern in self._allow)
            }
        return {
            name
            for name, spec in gymnasium.registry.items()
            if name not in _LOADERS and (name in self._imported or _owner(spec) in self._owners)
        }

    def _import_extras(self) -> None:
        with self._extras_lock:
            if not self._extras_imported:
                self._owners |= import_installed()
                self._plugins = plugins.load_all()
                self._imported |= self._plugins.keys()
                self._ids = self._select()
                self._extras_imported = True

    def entries(self) -> list[pb.EnvironmentEntry]:
        """The allowed environments, sorted by id. The first call imports their entry points."""
        self._import_extras()
        entries = []
        for name in sorted(self._ids):
            spec = gymnasium.registry[name]
            if name not in self._installed:
                self._installed[name] = _is_installed(spec)
            entries.append(
                pb.EnvironmentEntry(
                    id=name,
                    max_episode_steps=spec.max_episode_steps,
                    reward_threshold=spec.reward_threshold,
                    installed=self._installed[name],
                )
            )
        return entries

    def make(self, settings: pb.EnvironmentSettings, copies: int) -> list[Environment]:
        """Makes the copies, checked to be alike; when one fails, the others are closed."""
        make = self.maker(settings)
        made: list[Environment] = []
        try:
            for copy in range(copies):
                try:
                    made.append(make())
                except RequestFailed:
                    raise
                except BaseException as error:
                    _blame_render_mode(settings, gymnasium.registry[settings.id])
                    raise environment_raised(error, "the constructor", copy) from error
                _check_alike(made)
            _check_render_mode(settings, made[0])
        except BaseException:
            close_all(made)
            raise
        return made

    def maker(self, settings: pb.EnvironmentSettings) -> CopyMaker:
        """What makes one copy, its settings checked."""
        spec = self._resolve(settings.id)
        _check(settings)
        arguments = self._arguments(settings, spec, spec.entry_point)
        extra = extra_of(settings.id, spec)
        modules = (*self._imports, *([extra.registers] if extra and extra.registers else []))
        plugin = self._plugins.get(settings.id)
        wraps = wrapping(settings.wrappers, self._custom)
        if settings.seed_spaces:
            wraps.append(seed_spaces)
        return CopyMaker(settings.id, arguments, modules, plugin, tuple(wraps))

    def make_vector(
        self, settings: pb.EnvironmentSettings, copies: int, autoreset_mode: AutoresetMode
    ) -> VectorEnvironment:
        """Makes the environment's own vector implementation.

        UNSUPPORTED when there is none or its metadata name another autoreset mode.
        """
        spec = self._resolve(settings.id)
        _check(settings)
        if spec.vector_entry_point is None:
            raise RequestFailed(
                pb.FAILURE_REASON_UNSUPPORTED,
                f"{settings.id} has no vector implementation of its own: expected "
                "VECTORIZATION_MODE_LOOP, SYNC or ASYNC.",
            )
        if settings.wrappers:
            raise RequestFailed(
                pb.FAILURE_REASON_INVALID_SETTING,
                "settings.wrappers wrap single environments, and an environment's own vector "
                "implementation has none: expected none, or another vectorization.",
                field="settings.wrappers",
            )
        if settings.max_episode_steps < 0:
            raise RequestFailed(
                pb.FAILURE_REASON_INVALID_SETTING,
                "settings.max_episode_steps is −1, which means nothing to an environment's own "
                "vector implementation: expected ≥ 1, or unset for the registered limit.",
                field="settings.max_episode_steps",
            )
        arguments = self._arguments(settings, spec, spec.vector_entry_point)
        try:
            if "autoreset_mode" in parameters(_load(spec.vector_entry_point)):
                arguments["autoreset_mode"] = autoreset_mode
            vector = gymnasium.make_vec(
                *(settings.id, copies), vectorization_mode="vector_entry_point", **arguments
            )
        except BaseException as error:
            raise environment_raised(error, "the vector constructor", None) from error
        try:
            _check_vector(settings, vector, autoreset_mode)
        except BaseException:
            close_all([vector])
            raise
        return vector

    def _resolve(self, name: str) -> EnvSpec:
        shown = name[:_SHOWN_CHARACTERS]
        if ":" in name:
            raise RequestFailed(
                pb.FAILURE_REASON_ENVIRONMENT_NOT_ALLOWED,
                f"The id {shown!r} names a module: expected a registered id without a colon. For "
                f"the environments of a module, {self._importing()}; their ids are then plain.",
            )
        if name not in gymnasium.registry:
            self._import_extras()
        spec = gymnasium.registry.get(name)
        extra = extra_of(name, spec)
        if extra and not (spec and _is_installed(spec)):
            raise RequestFailed(
                pb.FAILURE_REASON_UNKNOWN_ENVIRONMENT,
                f"The environment {shown!r} cannot be made. {extra.advice()}",
                id=shown,
                extra=extra.name,
            )
        if extra and extra.name == "mujoco":
            silence_mujoco()
        if spec is None:
            nearest = self._nearest(name)
            hint = f"the nearest are {', '.join(nearest)}" if nearest else "no allowed id is near"
            raise RequestFailed(
                pb.FAILURE_REASON_UNKNOWN_ENVIRONMENT,
                f"No environment {shown!r} is registered: {hint}. `gangway envs` lists them all. "
                f"If a package or a file of your own registers it, {self._importing()}.",
                id=shown,
                nearest=",".join(nearest),
            )
        if name not in self._ids:
            raise RequestFailed(
                pb.FAILURE_REASON_ENVIRONMENT_NOT_ALLOWED,
                f"The environment {shown!r} is not among those that this server offers. If it is "
                f"safe here, {self.remedy.option(f'--allow {shown!r}')}.",
            )
        return spec

    def _importing(self) -> str:
        advice = self.remedy.option("--import MODULE")
        return (
            f"{advice}, or name it in the experiment's imports" if self.remedy.private else advice
        )

    def _nearest(self, name: str) -> list[str]:
        by_folded = {each.lower(): each for each in sorted(self._ids)}
        folded = name[:_SHOWN_CHARACTERS].lower()
        near = difflib.get_close_matches(folded, by_folded, _NEAREST, cutoff=0.6)
        return [by_folded[each] for each in near]

    def _arguments(
        self, settings: pb.EnvironmentSettings, spec: EnvSpec, entry_point: Any
    ) -> dict[str, Any]:
        arguments: dict[str, Any] = {}
        if settings.arguments:
            try:
                creator = _load(entry_point)
            except BaseException as error:
                raise environment_raised(error, "its import", None) from error
            arguments = self._arguments_policy.decode(settings.arguments, creator, spec.kwargs)
        if settings.HasField("max_episode_steps"):
            arguments["max_episode_steps"] = settings.max_episode_steps
        if settings.render_mode:
            arguments["render_mode"] = settings.render_mode
        elif any(wrapper.HasField("add_render_observation") for wrapper in settings.wrappers):
            arguments["render_mode"] = "rgb_array"
        return arguments


def _check(settings: pb.EnvironmentSettings) -> None:
    if settings.HasField("max_episode_steps"):
        limit = settings.max_episode_steps
        if limit < 1 and limit != -1:
            raise RequestFailed(
                pb.FAILURE_REASON_INVALID_SETTING,
                f"settings.max_episode_steps is {limit}: expected ≥ 1, −1 for no limit, or unset "
                "for the registered one.",
                field="settings.max_episode_steps",
            )
    if settings.render_mode == "human":
        raise _render_mode(
            settings,
            "rgb_array, whose frames the client shows or films (`gangway watch --gif`), because "
            "this server has no display",
        )
    if settings.render_mode not in {"", *RENDER_MODES}:
        raise _render_mode(settings, f"one of {', '.join(RENDER_MODES)}, or empty for none")


def _blame_render_mode(settings: pb.EnvironmentSettings, spec: EnvSpec) -> None:
    """Refuses a mode that the class does not declare, as a constructor that fails may have done.

    A constructor that succeeds may have declared it for its own copy.
    """
    mode = settings.render_mode
    if mode and inspect.isclass(creator := _creator(spec)):
        offered = _render_modes(getattr(creator, "metadata", None))
        # Gymnasium itself makes lists of frames of an environment that gives single ones.
        if offered and not {mode, mode.removesuffix("_list")} & {*offered}:
            raise _not_offered(settings, offered)


def _check_render_mode(settings: pb.EnvironmentSettings, environment: Environment) -> None:
    offered = _render_modes(environment.metadata)
    if settings.render_mode and settings.render_mode not in offered:
        raise _not_offered(settings, offered)


def _render_modes(metadata: Any) -> list[str]:
    modes = metadata.get("render_modes") if isinstance(metadata, Mapping) else None
    return list(modes or ())


def _not_offered(settings: pb.EnvironmentSettings, offered: Sequence[str]) -> RequestFailed:
    return _render_mode(
        settings, f"one that the environment offers ({', '.join(offered) or 'none'})"
    )


def _check_vector(
    settings: pb.EnvironmentSettings, vector: VectorEnvironment, wanted: AutoresetMode
) -> None:
    found = vector.metadata.get("autoreset_mode")
    if found != wanted:
        said = found.name if isinstance(found, AutoresetMode) else "no autoreset mode"
        raise RequestFailed(
            pb.FAILURE_REASON_UNSUPPORTED,
            f"The vector implementation of {settings.id} has {said} in its metadata, and the "
            f"session asks for {wanted.name}: expected that mode, or another vectorization.",
        )


def _render_mode(settings: pb.EnvironmentSettings, expected: str) -> RequestFailed:
    return RequestFailed(
        pb.FAILURE_REASON_INVALID_SETTING,
        f"settings.render_mode is {settings.render_mode[:_SHOWN_CHARACTERS]!r}: expected "
        f"{expected}.",
        field="settings.render_mode",
    )


def _check_alike(made: Sequence[Environment]) -> None:
    """Refuses other spaces than the first copy's, and spaces without a form on the wire.

    The latter often have no equality, so that those of two copies look different.
    """
    first, last = made[0], made[-1]
    alike = (last.observation_space, last.action_space) == (
        first.observation_space,
        first.action_space,
    )
    if last is first or not alike:
        check_carried(last.observation_space, "observation")
        check_carried(last.action_space, "action")
    if not alike:
        raise RequestFailed(
            pb.FAILURE_REASON_UNSUPPORTED,
            f"Copy {len(made) - 1} has other spaces ({last.observation_space}, "
            f"{last.action_space}) than copy 0 ({first.observation_space}, {first.action_space}): "
            "expected equal spaces. Make one session per kind.",
        )


def _matches(name: str, pattern: str) -> bool:
    return name == pattern if name in _LOADERS else fnmatch.fnmatchcase(name, pattern)


def _owner(spec: EnvSpec) -> str:
    point = spec.entry_point
    module = point if isinstance(point, str) else getattr(point, "__module__", None) or ""
    return module.split(":")[0].split(".")[0]


def _load(entry_point: Any) -> Any:
    return load_env_creator(entry_point) if isinstance(entry_point, str) else entry_point


def _creator(spec: EnvSpec) -> Any:
    """What makes the environment; None where its import fails, which making it will report."""
    try:
        return _load(spec.entry_point)
    except BaseException:  # noqa: BLE001 - an import may raise anything
        return None


def _is_installed(spec: EnvSpec) -> bool:
    """Whether the entry point can be imported with the packages it needs.

    Some of Gymnasium's environments import without their package and raise only when made. They
    show it in one of two ways: an entry point `_raise_…`, or a base class whose module keeps the
    caught error as `…_IMPORT_ERROR`.
    """
    creator = _creator(spec)
    if creator is None or getattr(creator, "__name__", "").startswith("_raise_"):
        return False
    bases = inspect.getmro(creator) if inspect.isclass(creator) else ()
    for module in {base.__module__ for base in bases}:
        for name, value in vars(sys.modules.get(module, sys)).items():
            if name.endswith("_IMPORT_ERROR") and isinstance(value, BaseException):
                return False
    return True
