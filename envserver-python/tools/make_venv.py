"""Builds ``.venv``, its extras and the generated code, with the stamps that ``setup`` passes.

Packages of the user's own choice come into ``.venv``, where every locked version stays, or into an
environment of their own, which has what the server needs and then what the packages need.

Standard library only. A stamp is written last, so nothing half-built is ever taken for done. One
build runs at a time: the others wait on a file lock, which the kernel releases however its holder
dies; pip inherits it, so that an orphaned pip is waited for, too.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from add_packages import (
    CannotAdd,
    Environment,
    Package,
    holders,
    locked,
    merged,
    name_of,
    pinned,
    remembered,
)

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
SOURCES = ROOT / "src"
STUBS = SOURCES / "gangway_envserver" / "_proto"
SCRATCH = ROOT / "target"
LOG = SCRATCH / "setup.log"
ADDED = ROOT / "added-packages.txt"
ADDED_HEAD = (
    "# What `setup --add` installed into .venv, and installs again when that is made anew.\n"
)
# What the code generated here needs of an environment of its own: no older than what generated it.
GENERATED_FOR = ("protobuf", "grpcio")
SHOWN_IDS = 4


def say(text: str) -> None:
    """One line for the user."""
    sys.stderr.write(f"gangway: {text}\n")
    sys.stderr.flush()


@contextlib.contextmanager
def build_lock() -> Iterator[int]:
    """Holds the lock of this checkout's builds; gives its file descriptor."""
    SCRATCH.mkdir(exist_ok=True)
    descriptor = os.open(SCRATCH / "setup.lock", os.O_CREAT | os.O_RDWR, 0o644)
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - Windows only

            while True:
                with contextlib.suppress(OSError):  # LK_LOCK gives up after ten seconds
                    msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
                    break
        else:
            import fcntl  # noqa: PLC0415 - not on Windows

            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("waiting for another set-up of this checkout to finish")
                fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def run(lock: int, *command: str | Path) -> None:
    """Runs a build step with its output in the log."""
    inherited = () if sys.platform == "win32" else (lock,)
    with LOG.open("ab") as log:
        subprocess.run(command, check=True, stdout=log, stderr=log, pass_fds=inherited)  # noqa: S603


def venv_python(venv: Path = VENV) -> Path:
    """An environment's interpreter."""
    return venv / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def install(lock: int, requirements: Path) -> None:
    """Installs what a lock file holds."""
    run(
        *(lock, venv_python(), "-m", "pip", "install"),
        *("--no-input", "--disable-pip-version-check"),
        *("--require-hashes", "--no-deps", "--requirement", requirements),
    )


def extra_stamp(name: str) -> Path:
    """The file that says which lock an extra was installed from."""
    return VENV / f"gangway-extra-{name}"


def remove_environment() -> None:
    """Removes the virtual environment; only the names of its extras are kept."""
    extras = list(VENV.glob("gangway-extra-*"))
    shutil.rmtree(VENV, ignore_errors=True)
    for stamp in extras:
        VENV.mkdir(exist_ok=True)
        stamp.touch()


def build_environment(lock: int, stamp: str) -> None:
    """Makes the virtual environment anew."""
    say(f"making the Python environment {VENV} (once, about a minute; log: {LOG})")
    remove_environment()
    LOG.write_bytes(b"")
    try:
        run(lock, sys.executable, "-m", "venv", VENV)
        install(lock, ROOT / "requirements.lock")
    except BaseException:
        remove_environment()
        raise
    link_sources(VENV)
    write_stamp(VENV / "gangway-stamp", stamp)


def link_sources(venv: Path) -> None:
    """Lets an environment import the server from this checkout."""
    scheme = {"base": str(venv), "platbase": str(venv)}
    packages = sysconfig.get_path("purelib", "venv", scheme)
    # In ASCII: Python before 3.13 reads the file in the locale's encoding.
    line = os.path.relpath(ROOT / "src", packages)
    if not line.isascii():
        line = f"import sys; sys.path.append({str(ROOT / 'src')!a})"
    (Path(packages) / "gangway_envserver.pth").write_text(f"{line}\n", encoding="ascii")


def install_extra(lock: int, name: str, stamp: str) -> None:
    """Adds the packages of an extra."""
    say(f"installing the extra {name} (once; log: {LOG})")
    install(lock, ROOT / "extras" / f"{name}.lock")
    write_stamp(extra_stamp(name), stamp)


def locks() -> dict[str, dict[str, str]]:
    """Every locked version, by whose it is."""
    extras = sorted((ROOT / "extras").glob("*.lock"))
    return {
        "the server": locked(ROOT / "requirements.lock"),
        **{f"the extra {file.stem}": locked(file) for file in extras},
    }


def constraints() -> dict[str, str]:
    """The conditions that keep every locked version, also those of extras to come."""
    return {name: f"=={version}" for lock in locks().values() for name, version in lock.items()}


def add_packages(lock: int, packages: Sequence[str]) -> None:
    """Installs packages into ``.venv`` beside those added before, and remembers them."""
    requirements = merged(remembered(ADDED), packages)
    if packages:
        say(f"adding {' '.join(packages)} to {VENV} (log: {LOG})")
    else:
        say(f"adding again what {ADDED} names (log: {LOG})")
    environment = environment_of(lock, VENV)
    try:
        installed = environment.add(requirements, constraints())
    except CannotAdd as error:
        if not error.conflict:
            raise
        raise CannotAdd(clash(str(error), packages or requirements)) from None
    text = ADDED_HEAD + "".join(f"{each}\n" for each in pinned(requirements, installed))
    scratch = ADDED.with_suffix(".new")
    scratch.write_text(text, encoding="utf-8")
    scratch.replace(ADDED)
    report(environment, installed)


def clash(why: str, packages: Sequence[str]) -> str:
    """What would break, and what to do instead."""
    broken = holders(why, locks()) or "what was added before"
    return (
        f"{why}. To follow would break {broken}. Give it an environment of its own: "
        f"{ROOT / 'setup'} --venv DIR --add {' '.join(packages)}"
    )


def environment_of(lock: int, venv: Path) -> Environment:
    """A virtual environment to add packages to."""
    return Environment(venv_python(venv), lambda *command: run(lock, *command), LOG)


def make_own(lock: int, venv: Path, packages: Sequence[str]) -> None:
    """Makes, or adds to, an environment apart from ``.venv``.

    It keeps the locked versions if it can. Else it has those that all its packages can live with.
    """
    if not venv_python(venv).exists():
        say(f"making the Python environment {venv} (log: {LOG})")
        run(lock, sys.executable, "-m", "venv", venv)
    link_sources(venv)
    file = venv / ADDED.name
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = merged(remembered(file), packages)
    requirements = [*project["dependencies"], *wanted]
    environment = environment_of(lock, venv)
    try:
        installed = environment.add(requirements, constraints())
    except CannotAdd as error:
        if not error.conflict:
            raise
        say(f"not with the locked versions: {error}")
        server = locked(ROOT / "requirements.lock")
        floors = {name: f">={server[name]}" for name in GENERATED_FOR if name in server}
        installed = environment.add(requirements, floors)
    file.write_text("".join(f"{each}\n" for each in pinned(wanted, installed)), encoding="utf-8")
    versions = environment.versions()
    others = [
        f"{name} {versions[name]} instead of {expected}"
        for held in locks().values()
        for name, expected in held.items()
        if name != "setuptools" and versions.get(name, expected) != expected  # that is venv's own
    ]
    if others:
        say(f"this environment has {', '.join(others)}")
    server_needs = {name_of(each) for each in project["dependencies"]}
    report(environment, [each for each in installed if name_of(each.name) not in server_needs])
    say(f"to use it: GANGWAY_SERVER_PYTHON={venv_python(venv)}")


def report(environment: Environment, packages: Sequence[Package]) -> None:
    """Says what was installed, and what its modules register, and so what to import."""
    requested = [each for each in packages if each.requested]
    if requested:
        say(f"installed {', '.join(f'{each.name} {each.version}' for each in requested)}")
    found = environment.registered(requested)
    for module, ids in found.get("modules", {}).items():
        if isinstance(ids, str):
            say(f"the module {module} cannot be imported: {ids}")
        elif ids:
            shown = ", ".join(ids[:SHOWN_IDS]) + (" …" if len(ids) > SHOWN_IDS else "")
            say(f'{len(ids)} environments with --import {module}, or imports: "{module}": {shown}')
    if found.get("plugins"):
        say(f"plugins, which need no import: {', '.join(found['plugins'])}")


def build_stubs(lock: int, stamp: str) -> None:
    """Generates the code of the contract."""
    generator = ROOT / "tools" / "generate_stubs.py"
    run(lock, venv_python(), generator, ROOT.parent / "proto", SOURCES)
    # Until 0.1.0 the generated code was a second package beside gangway_envserver.
    shutil.rmtree(SOURCES / "gangway", ignore_errors=True)
    write_stamp(STUBS / "stamp", stamp)


def checksum(file: Path) -> str:
    """The stamp of a file, as `setup` makes it."""
    done = subprocess.run(["cksum"], input=file.read_bytes(), capture_output=True, check=True)  # noqa: S607
    return done.stdout.decode().split()[0]


def has_stamp(file: Path, stamp: str) -> bool:
    """Whether the file holds the stamp."""
    with contextlib.suppress(FileNotFoundError):
        return file.read_text(encoding="utf-8").strip() == stamp
    return False


def write_stamp(file: Path, stamp: str) -> None:
    """Writes the stamp in one move."""
    scratch = file.with_suffix(".new")
    scratch.write_text(f"{stamp}\n", encoding="utf-8")
    scratch.replace(file)


def steps(
    lock: int, environment: str, stubs: str, extra: str, added: str, venv: str, *packages: str
) -> Iterator[str]:
    """Brings all up to date, step by step; gives each step's name before it is done.

    `extra` holds NAME=STAMP of each extra, `added` the stamp of the packages added before, `venv`
    the folder of an environment of the packages' own, or nothing.
    """
    yield "the virtual environment"
    if not (venv_python().exists() and has_stamp(VENV / "gangway-stamp", environment)):
        build_environment(lock, environment)
    for name, stamp in (each.split("=") for each in extra.split()):
        yield f"the extra {name}"
        if not has_stamp(extra_stamp(name), stamp):
            install_extra(lock, name, stamp)
    yield "the code generated from the .proto files"
    stubs = f"{environment}\n{stubs}"
    if not has_stamp(STUBS / "stamp", stubs):
        build_stubs(lock, stubs)
    if venv:
        yield f"the environment {venv}"
        make_own(lock, Path(venv), packages)
    elif packages or (added and not has_stamp(VENV / "gangway-added", added)):
        yield f"room in {VENV} for {' '.join(packages) or ADDED}"
        add_packages(lock, packages)
        write_stamp(VENV / "gangway-added", checksum(ADDED))


def main(*arguments: str) -> int:
    """Takes every step; gives the exit code."""
    step = "a lock"
    try:
        with build_lock() as lock:
            for step in steps(lock, *arguments):  # noqa: B007 - errors name the last one
                pass
    except CannotAdd as error:
        say(f"could not make {step}: {error} (whole log: {LOG}).")
        return 1
    except subprocess.CalledProcessError as error:
        lines = LOG.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        why = next(
            (line for line in reversed(lines) if "ERROR" in line),
            lines[-1] if lines else str(error),
        )
        say(
            f"could not make {step}: {why.strip()} (whole log: {LOG}); mend that and run "
            f"{ROOT / 'setup'} again."
        )
        return 1
    except OSError as error:
        say(f"could not make {step}: {error}; mend that and run {ROOT / 'setup'} again.")
        return 1
    except KeyboardInterrupt:
        say("set-up interrupted; nothing was kept.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
