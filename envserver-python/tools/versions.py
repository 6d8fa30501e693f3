#!/usr/bin/env python3
"""Runs the tests on other versions of Python and Gymnasium, and prints a table.

    tools/versions.py 1.4.0 --python python3.11 --python python3.13

Every pair gets a virtual environment of its own in `target/versions`, with the packages of
`requirements.lock` and `extras/`. For the Gymnasium that is locked there they are installed with
their hashes, as `setup` does it, for another one without. Arguments after `--` go to pytest.
Standard library only.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "target" / "versions"
# These test the checkout's own environment, and a page that quotes the locked Gymnasium.
OWN = ("tests/test_setup.py", "tests/test_wheel.py", "tests/test_refused_page.py")


def requirements(gymnasium: str) -> str:
    """What the lock files hold; without hashes if it is another Gymnasium."""
    files = [ROOT / "requirements.lock", *sorted((ROOT / "extras").glob("*.lock"))]
    locked = "\n".join(file.read_text(encoding="utf-8") for file in files)
    if re.search(rf"(?m)^gymnasium=={re.escape(gymnasium)} ", locked):
        return locked
    lines: list[str] = re.findall(r"(?m)^[a-z0-9][^\\\n]*", locked)
    kept = [line for line in lines if not line.startswith("gymnasium==")]
    return "\n".join([*dict.fromkeys(kept), f"gymnasium=={gymnasium}", ""])


def environment(python: str, gymnasium: str) -> Path:
    """The interpreter of a pair's virtual environment, made if it is not there."""
    home = HOME / f"{version_of(python)}-{gymnasium}"
    interpreter = home / "bin" / "python"
    wanted = requirements(gymnasium)
    stamp = home / "requirements.txt"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return interpreter
    shutil.rmtree(home, ignore_errors=True)
    run(python, "-m", "venv", home)
    pending = home / "pending.txt"
    pending.write_text(wanted, encoding="utf-8")
    run(interpreter, "-m", "pip", "install", "--quiet", "--no-deps", "--requirement", pending)
    query = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = run(interpreter, "-c", query).strip()
    (Path(packages) / "gangway.pth").write_text(f"{ROOT / 'src'}\n", encoding="utf-8")
    pending.rename(stamp)
    return interpreter


def version_of(python: str | Path) -> str:
    """An interpreter's version."""
    return run(python, "-c", "import platform; print(platform.python_version())").strip()


def run(*command: str | Path) -> str:
    """A command's standard output."""
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    return done.stdout


def main() -> int:
    """Gives 1 if any pair failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gymnasium", nargs="+", help="versions of Gymnasium")
    parser.add_argument("--python", action="append", help="interpreters (default: this one)")
    end = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    options, rest = parser.parse_args(sys.argv[1:end]), sys.argv[end + 1 :]
    failed = 0
    run(ROOT / "setup")  # makes what is generated from the .proto files
    sys.stdout.write("| Python | Gymnasium | tests | time |\n|---|---|---|---|\n")
    for python in options.python or [sys.executable]:
        for gymnasium in options.gymnasium:
            interpreter = environment(python, gymnasium)
            begun = time.monotonic()
            ignored = [f"--ignore={each}" for each in OWN]
            done = subprocess.run(  # noqa: S603
                [interpreter, "-m", "pytest", "-p", "no:cacheprovider", *ignored, *rest],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                text=True,
                check=False,
            )
            failed += done.returncode != 0
            lines = done.stdout.strip().splitlines()
            if done.returncode != 0:
                sys.stderr.write(done.stdout)
            result = re.sub(r" in .*", "", lines[-1]) if lines else "no output"
            seconds = time.monotonic() - begun
            sys.stdout.write(
                f"| {version_of(interpreter)} | {gymnasium} | {result} | {seconds:.0f} s |\n"
            )
            sys.stdout.flush()
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
