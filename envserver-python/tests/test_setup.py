"""The set-up script: quick when done, one at a time, honest when it fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import SECONDS, TESTS

ROOT = TESTS.parent

GENERATOR = """
import sys
from pathlib import Path
package = Path(sys.argv[2]) / "gangway_envserver" / "_proto"
package.mkdir(parents=True, exist_ok=True)
with (Path(sys.argv[2]) / "generated").open("a") as count:
    count.write("x")
"""

# These two stand for modules that take seconds: the environment is real, but has no pip.
VENV = """
import os, sys, sysconfig
if __name__ == "__main__":
    home = sys.argv[1]
    os.makedirs(home + "/bin")
    base = os.path.realpath(sys.executable)
    os.symlink(base, home + "/bin/python")
    with open(home + "/pyvenv.cfg", "w") as config:
        config.write(f"home = {os.path.dirname(base)}\\n")
    os.makedirs(sysconfig.get_path("purelib", "venv", {"base": home, "platbase": home}))
"""
PIP = """
import os, sys
with open(sys.argv[-1]) as lock:
    if "no-such-package" in lock.read():
        sys.exit("ERROR: No matching distribution found for no-such-package\\nadvice")
if gate := os.environ.get("GATE"):
    open(gate, "w").close()
    open(gate).close()
"""


@pytest.fixture
def quick(tmp_path: Path) -> dict[str, str]:
    """An environment in which venv and pip are those above; pip waits at the pipe GATE, if set."""
    modules = tmp_path / "modules"
    modules.mkdir()
    (modules / "venv.py").write_text(VENV)
    (modules / "pip.py").write_text(PIP)
    return dict(os.environ) | {"PYTHONPATH": str(modules)}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose lock file names no package and whose generator only counts its runs."""
    root = tmp_path / "a chëckout ☂" / "envserver-python"
    (root / "tools").mkdir(parents=True)
    shutil.copy(ROOT / "setup", root)
    for name in ("make_venv.py", "add_packages.py"):
        shutil.copy(ROOT / "tools" / name, root / "tools")
    (root / "tools" / "generate_stubs.py").write_text(GENERATOR)
    (root / "tools" / "artifact_version.py").write_text("")
    (root.parent / "pom.xml").write_text("")
    (root / "requirements.lock").write_text("")
    (root / "extras").mkdir()
    for name in ("one", "two"):
        (root / "extras" / f"{name}.lock").write_text(f"# {name}\n")
    protos = root.parent / "proto" / "gangway" / "v1"
    protos.mkdir(parents=True)
    (protos / "a.proto").write_text("")
    return root


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """A PATH with the POSIX tools that the script uses and no Python."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("cat", "cksum", "sh"):
        found = shutil.which(name)
        assert found is not None
        (tools / name).symlink_to(found)
    return {"PATH": str(tools)}


def start(
    checkout: Path, environment: dict[str, str] | None = None, *arguments: str
) -> subprocess.Popen[str]:
    """Starts a set-up, from another directory."""
    return subprocess.Popen(
        [checkout / "setup", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd="/",
        env=environment,
    )


def finish(process: subprocess.Popen[str], seconds: float = 2 * SECONDS) -> tuple[int, list[str]]:
    """Exit code and lines on standard error; nothing goes to standard output."""
    output, errors = process.communicate(timeout=seconds)
    assert output == ""
    return process.returncode, errors.splitlines()


def test_this_checkout_is_up_to_date_without_python(bare: dict[str, str]) -> None:
    assert finish(start(ROOT, bare)) == (0, [])
    assert finish(start(ROOT, bare, "--extras", "all")) == (0, [])


def test_it_builds_once_and_then_only_what_changed(checkout: Path, quick: dict[str, str]) -> None:
    code, lines = finish(start(checkout, quick))
    assert (code, len(lines)) == (0, 1)
    assert "setup.log" in lines[0]
    made = (checkout / ".venv" / "gangway-stamp").stat().st_mtime_ns
    for locale in ("C", "C.UTF-8"):
        paths = subprocess.run(
            [checkout / ".venv" / "bin" / "python", "-c", "import sys; print(ascii(sys.path))"],
            capture_output=True,
            text=True,
            check=True,
            env={"LC_ALL": locale},
        ).stdout
        assert ascii(str(checkout / "src")) in paths
    assert finish(start(checkout, quick)) == (0, [])
    assert (checkout / "src" / "generated").read_text() == "x"
    (checkout.parent / "proto" / "gangway" / "v1" / "b.proto").write_text("")
    assert finish(start(checkout, quick)) == (0, [])
    assert (checkout / "src" / "generated").read_text() == "xx"
    assert (checkout / ".venv" / "gangway-stamp").stat().st_mtime_ns == made
    (checkout / "requirements.lock").write_text("# changed\n")
    code, lines = finish(start(checkout, quick))
    assert (code, len(lines)) == (0, 1)
    assert (checkout / "src" / "generated").read_text() == "xxx"
    assert (checkout / ".venv" / "gangway-stamp").stat().st_mtime_ns != made


def test_it_needs_no_locale_that_knows_the_folders_letters(
    checkout: Path, quick: dict[str, str]
) -> None:
    without = {key: value for key, value in quick.items() if not key.startswith(("LC_", "LANG"))}
    code, lines = finish(start(checkout, without | {"LANG": "C"}))
    assert (code, len(lines)) == (0, 1)
    assert str(checkout / ".venv") in lines[0]
    assert finish(start(checkout, without | {"LC_ALL": "C"})) == (0, [])


def test_an_extra_stays_once_it_is_installed(checkout: Path, quick: dict[str, str]) -> None:
    assert finish(start(checkout, quick))[0] == 0
    code, lines = finish(start(checkout, quick, "--extras", "two"))
    assert (code, len(lines)) == (0, 1)
    assert "installing the extra two" in lines[0]
    assert finish(start(checkout, quick, "--extras=two")) == (0, [])
    assert finish(start(checkout, quick)) == (0, [])
    (checkout / "extras" / "two.lock").write_text("# changed\n")
    code, lines = finish(start(checkout, quick))
    assert (code, len(lines)) == (0, 1)
    assert "installing the extra two" in lines[0]
    code, lines = finish(start(checkout, quick | {"GANGWAY_EXTRAS": "one,two"}))
    assert (code, len(lines)) == (0, 1)
    assert "installing the extra one" in lines[0]
    assert finish(start(checkout, quick, "--extras", "all")) == (0, [])


def test_extras_survive_a_rebuild_even_one_that_fails(
    checkout: Path, quick: dict[str, str]
) -> None:
    assert finish(start(checkout, quick, "--extras", "one"))[0] == 0
    (checkout / "requirements.lock").write_text("no-such-package==1\n")
    assert finish(start(checkout, quick))[0] == 1
    (checkout / "requirements.lock").write_text("")
    code, lines = finish(start(checkout, quick))
    assert code == 0
    assert ["making the Python" in lines[0], "the extra one" in lines[1]] == [True, True]


def test_an_extra_that_cannot_be_installed_or_is_unknown_is_named(
    checkout: Path, quick: dict[str, str]
) -> None:
    code, lines = finish(start(checkout, quick, "--extras", "one,three"))
    assert code == 2
    assert lines == ["gangway: there is no extra 'three': expected all, or some of one, two."]
    assert finish(start(checkout, quick, "--everything"))[0] == 2
    (checkout / "extras" / "two.lock").write_text("no-such-package==1\n")
    code, lines = finish(start(checkout, quick, "--extras", "two"))
    assert code == 1
    assert "could not make the extra two: ERROR: No matching distribution" in lines[-1]
    assert finish(start(checkout, quick)) == (0, [])  # the environment itself was made


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """A pipe that pip opens when it begins, and then waits at until somebody writes."""
    path = tmp_path / "gate"
    os.mkfifo(path)
    return path


def test_two_at_once_make_one_environment(
    checkout: Path, quick: dict[str, str], gate: Path
) -> None:
    first = start(checkout, quick | {"GATE": str(gate)})
    gate.open().close()  # pip is at work
    second = start(checkout, quick)
    assert second.stderr is not None
    assert "waiting for another set-up" in second.stderr.readline()
    gate.open("w").close()
    code, lines = finish(first)
    assert (code, len(lines)) == (0, 1)
    assert finish(second) == (0, [])
    assert (checkout / "src" / "generated").read_text() == "x"


def test_after_a_kill_the_next_one_waits_for_the_orphaned_pip_and_starts_anew(
    checkout: Path, quick: dict[str, str], gate: Path
) -> None:
    killed = start(checkout, quick | {"GATE": str(gate)})
    gate.open().close()  # pip is at work
    killed.kill()
    killed.communicate(timeout=SECONDS)
    assert not (checkout / ".venv" / "gangway-stamp").exists()
    second = start(checkout, quick)
    assert second.stderr is not None
    assert "waiting for another set-up" in second.stderr.readline()
    gate.open("w").close()
    code, lines = finish(second)
    assert (code, len(lines)) == (0, 1)
    assert "making" in lines[0]
    assert (checkout / ".venv" / "gangway-stamp").exists()


def test_a_package_that_cannot_be_installed_is_named_and_nothing_is_kept(
    checkout: Path, quick: dict[str, str]
) -> None:
    (checkout / "requirements.lock").write_text("no-such-package==1\n")
    code, lines = finish(start(checkout, quick))
    assert code == 1
    assert len(lines) == 2
    assert "No matching distribution found for no-such-package" in lines[1]
    assert str(checkout / "target" / "setup.log") in lines[1]
    assert not (checkout / ".venv").exists()


def test_without_python_it_says_what_to_install(checkout: Path, bare: dict[str, str]) -> None:
    code, lines = finish(start(checkout, bare))
    assert (code, len(lines)) == (1, 1)
    assert "install Python 3.11 or newer" in lines[0]
    (Path(bare["PATH"]) / "python3").symlink_to("/bin/false")  # too old
    assert finish(start(checkout, bare)) == (code, lines)


def test_without_venv_it_says_what_to_install(checkout: Path, bare: dict[str, str]) -> None:
    python = Path(bare["PATH"]) / "python3"
    python.write_text(
        f'#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; *) exec {sys.executable} "$@" ;; esac\n'
    )
    python.chmod(0o755)
    code, lines = finish(start(checkout, bare))
    assert (code, len(lines)) == (1, 1)
    assert "apt install python3-venv" in lines[0]
    named = bare | {"GANGWAY_PYTHON": str(python)}
    assert "GANGWAY_PYTHON" in finish(start(checkout, named))[1][0]
