"""The version has one home, the project's pom.xml, and Python spells it as PEP 440 asks."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path

import pytest
from support import TESTS

from gangway_envserver import __version__

python_version: Callable[..., str] = runpy.run_path(
    str(TESTS.parent / "tools" / "artifact_version.py")
)["python_version"]


def project(folder: Path, version: str) -> Path:
    """A Maven project file whose parent has another version."""
    file = folder / "pom.xml"
    file.write_text(
        '<project xmlns="http://maven.apache.org/POM/4.0.0">'
        f"<parent><version>9.9.9</version></parent>{version}</project>"
    )
    return file


def test_this_package_has_the_version_of_the_project() -> None:
    assert __version__ == python_version()


@pytest.mark.parametrize(
    ("maven", "python"), [("0.1.0", "0.1.0"), ("12.0.3-SNAPSHOT", "12.0.3.dev0")]
)
def test_a_version_is_spelled_as_python_spells_it(tmp_path: Path, maven: str, python: str) -> None:
    assert python_version(project(tmp_path, f"<version> {maven} </version>")) == python


@pytest.mark.parametrize(
    ("element", "found"), [("", "none"), ("<version>1.0-beta</version>", "1.0-beta")]
)
def test_another_version_is_refused(tmp_path: Path, element: str, found: str) -> None:
    with pytest.raises(SystemExit, match=rf"found {found}\.$"):
        python_version(project(tmp_path, element))
