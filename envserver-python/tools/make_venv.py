"""Builds ``.venv``, its extras and the generated code, with the stamps that ``setup`` passes.

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
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STUBS = ROOT / "src" / "gangway"
SCRATCH = ROOT / "target"
LOG = SCRATCH / "setup.log"


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


def venv_python() -> Path:
    """The environment's interpreter."""
    return VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


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
    scheme = {"base": str(VENV), "platbase": str(VENV)}
    packages = sysconfig.get_path("purelib", "venv", scheme)
    (Path(packages) / "gangway_envserver.pth").write_text(f"{ROOT / 'src'}\n", encoding="utf-8")
    write_stamp(VENV / "gangway-stamp", stamp)


def install_extra(lock: int, name: str, stamp: str) -> None:
    """Adds the packages of an extra."""
    say(f"installing the extra {name} (once; log: {LOG})")
    install(lock, ROOT / "extras" / f"{name}.lock")
    write_stamp(extra_stamp(name), stamp)


def build_stubs(lock: int, stamp: str) -> None:
    """Generates the code of the contract."""
    generator = ROOT / "tools" / "generate_stubs.py"
    run(lock, venv_python(), generator, ROOT.parent / "proto", STUBS.parent)
    write_stamp(STUBS / "stamp", stamp)


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


def main(environment: str, stubs: str, *wanted: str) -> int:
    """Brings all up to date, extras given as NAME=STAMP; gives the exit code."""
    extras = dict(each.split("=") for each in wanted)
    step = "the virtual environment"
    try:
        with build_lock() as lock:
            if not (venv_python().exists() and has_stamp(VENV / "gangway-stamp", environment)):
                build_environment(lock, environment)
            for name, stamp in extras.items():
                step = f"the extra {name}"
                if not has_stamp(extra_stamp(name), stamp):
                    install_extra(lock, name, stamp)
            step = "the code generated from the .proto files"
            stubs = f"{environment}\n{stubs}"
            if not has_stamp(STUBS / "stamp", stubs):
                build_stubs(lock, stubs)
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
