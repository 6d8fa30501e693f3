"""Build hook: generated code into wheels, .proto files into source archives."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))
from generate_stubs import PACKAGE, generate


class ContractBuildHook(BuildHookInterface[Any]):
    """Finds the protocol in the repository's ``../proto`` or a source archive's ``proto``."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Adds what the target needs to the archive."""
        del version
        root = Path(self.root)
        protos = root / "proto"
        if not protos.is_dir():
            protos = root.parent / "proto"
        if self.target_name == "sdist":
            build_data["force_include"][str(protos)] = "proto"
            return
        self._scratch = tempfile.mkdtemp(prefix="gangway-wheel-")
        generate(protos, Path(self._scratch), self.metadata.version)
        generated = Path(self._scratch) / PACKAGE
        build_data["force_include"][str(generated)] = PACKAGE.as_posix()

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Removes the generated files again."""
        del version, build_data, artifact_path
        if self.target_name != "sdist":
            shutil.rmtree(self._scratch, ignore_errors=True)
