"""Generates the Python side of the contract from the protocol's .proto files.

Used by the set-up (into ``src/``) and by the wheel's build hook (into the wheel): the generated
package ``gangway.v1`` is never tracked.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

PACKAGE_DOCSTRING = '"""Generated from the protocol; do not edit."""\n'


def generate(protos: Path, destination: Path) -> None:
    """Writes the package ``gangway`` for the files below ``protos`` into ``destination``.

    An older package there is replaced only when the new one is complete.
    """
    destination.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=destination, prefix=".gangway-") as scratch:
        _compile(protos, Path(scratch))
        package = Path(scratch) / "gangway"
        for version in (path for path in package.iterdir() if path.is_dir()):
            (version / "__init__.py").write_text(PACKAGE_DOCSTRING, encoding="utf-8")
            (version / "py.typed").touch()
        old = Path(scratch) / "old"
        if (destination / "gangway").exists():
            (destination / "gangway").rename(old)
        package.rename(destination / "gangway")


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
    generate(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
