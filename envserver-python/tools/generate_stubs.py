"""Generates ``gangway_envserver._proto``: the protocol's messages, and the version of the package.

The set-up generates into ``src/``, the wheel's build hook into the wheel. What is generated is
never tracked.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from artifact_version import python_version

PACKAGE = Path("gangway_envserver") / "_proto"
"""Where the generated package lies below a folder of packages."""

DOCSTRING = '"""Generated from the protocol and the version of the build; do not edit."""'
# protoc names imports by the .proto files' folder, which here is not the package that they lie in.
PROTO_PACKAGE = re.compile(r"(?m)^from gangway\.v1 import ")
LEFT_OVER = re.compile(r"(?m)^\s*(?:from|import) gangway[ .].*")


def generate(protos: Path, destination: Path, version: str) -> None:
    """Writes the generated package for the files below ``protos`` into ``destination``.

    An older package there is replaced only when the new one is complete.
    """
    package = destination / PACKAGE
    package.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=package.parent, prefix=".proto-") as scratch:
        _compile(protos, Path(scratch))
        new = Path(scratch) / "gangway" / "v1"
        for file in new.glob("*.py*"):
            file.write_text(_moved(file), encoding="utf-8")
        text = f"{DOCSTRING}\n\nVERSION = {version!r}\n"
        (new / "__init__.py").write_text(text, encoding="utf-8")
        (new / "py.typed").touch()
        if package.exists():
            package.rename(Path(scratch) / "old")
        new.rename(package)


def _moved(file: Path) -> str:
    text = PROTO_PACKAGE.sub("from gangway_envserver._proto import ", file.read_text("utf-8"))
    left_over = LEFT_OVER.search(text)
    if left_over:
        raise SystemExit(
            f"{file.name}: expected imports of the form `from gangway.v1 import …`, found "
            f"`{left_over[0].strip()}`; teach {Path(__file__).name} this form."
        )
    return text


def _compile(protos: Path, output: Path) -> None:
    scripts = sysconfig.get_path("scripts")
    plugins = []
    for name in ("protoc-gen-mypy", "protoc-gen-mypy_grpc"):
        program = shutil.which(name, path=scripts) or shutil.which(name)
        if program is None:
            raise SystemExit(
                f"{name} is not installed: expected it in {scripts}; install mypy-protobuf."
            )
        plugins.append(f"--plugin={name}={program}")
    files = sorted(
        path.relative_to(protos).as_posix() for path in (protos / "gangway").rglob("*.proto")
    )
    if not files:
        raise SystemExit(f"No .proto file was found below {protos}.")
    command = [
        *(sys.executable, "-m", "grpc_tools.protoc", f"--proto_path={protos}", *plugins),
        *(f"--{kind}_out={output}" for kind in ("python", "grpc_python", "mypy", "mypy_grpc")),
        *files,
    ]
    subprocess.run(command, check=True, cwd=protos)  # noqa: S603


if __name__ == "__main__":
    generate(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), python_version())
