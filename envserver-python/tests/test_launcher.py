"""The launcher of the checkout, with a Java that only tells how it was started."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from support import SECONDS, TESTS

LAUNCHER = TESTS.parent.parent / "gangway"
JAVA = """#!/bin/sh
locale charmap
for argument; do printf '%s\\n' "$argument"; done
"""


def checkout(root: Path) -> Path:
    """A checkout that is built."""
    for name in (
        "proto/gangway",
        "proto/service/src",
        "agent/cli/src/main/java",
        "agent/target/launch",
        "jdk/bin",
    ):
        (root / name).mkdir(parents=True)
    shutil.copy(LAUNCHER, root)
    for name in (
        "pom.xml",
        ".mvn",
        "proto/pom.xml",
        "proto/service/pom.xml",
        "agent/pom.xml",
        "agent/cli/pom.xml",
    ):
        (root / name).touch()
    java = root / "jdk" / "bin" / "java"
    java.write_text(JAVA)
    java.chmod(0o755)
    (root / "jdk" / "release").write_text('JAVA_VERSION="17.0.1"\n')
    launch = root / "agent" / "target" / "launch"
    (launch / "agent.jar").touch()
    (launch / "classpath").write_text(f"{launch}/agent.jar\n", encoding="utf-8")
    return root


def launch(root: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs the launcher from elsewhere."""
    return subprocess.run(
        [root / "gangway", "train"],
        env={"PATH": os.environ["PATH"], "JAVA_HOME": str(root / "jdk")} | variables,
        capture_output=True,
        encoding="utf-8",
        cwd="/",
        timeout=SECONDS,
        check=False,
    )


@pytest.mark.parametrize(
    "locale",
    [{}, {"LANG": "C"}, {"LC_ALL": "C"}, {"LC_CTYPE": "POSIX"}, {"LANG": "xx_XX.UTF-8"}],
    ids=str,
)
def test_java_reads_names_of_files_as_utf_8_whatever_the_locale(
    tmp_path: Path, locale: dict[str, str]
) -> None:
    root = checkout(tmp_path / "a chëckout ☂, #1")
    started = launch(root, **locale)
    assert started.stderr == ""
    lines = started.stdout.splitlines()
    assert lines[0] == "UTF-8"
    assert f"-Dgangway.home={root}" in lines
    assert lines[-2:] == ["dev.gangway.cli.Main", "train"]


def test_a_locale_that_knows_utf_8_is_left_alone(tmp_path: Path) -> None:
    root = checkout(tmp_path / "checkout")
    (root / "jdk" / "bin" / "java").write_text('#!/bin/sh\necho "${LC_ALL-unset} $LANG"\n')
    assert launch(root, LANG="C.UTF-8").stdout == "unset C.UTF-8\n"


LATER = (1 << 62, 1 << 62)


def test_what_a_build_writes_is_no_change_of_the_sources(tmp_path: Path) -> None:
    root = checkout(tmp_path / "checkout")
    for folder in ("target", "proto/target", "proto/service/target", "agent/cli/target"):
        (root / folder).mkdir()
        os.utime(root / folder, ns=LATER)
    assert launch(root).stderr == ""


def test_a_source_that_is_newer_than_the_build_is_built(tmp_path: Path) -> None:
    root = checkout(tmp_path / "checkout")
    for program in ("mvn", "javac"):
        (root / "jdk" / "bin" / program).write_text("#!/bin/sh\nexit 1\n")
        (root / "jdk" / "bin" / program).chmod(0o755)
    os.utime(root / "proto" / "service" / "src", ns=LATER)
    built = launch(root, PATH=f"{root}/jdk/bin:{os.environ['PATH']}")
    assert built.returncode == 1
    assert "building the agent (proto/service/src has changed)" in built.stderr


def test_a_checkout_whose_path_java_would_split_is_refused(tmp_path: Path) -> None:
    root = checkout(tmp_path / "a:b")
    refused = launch(root)
    assert refused.returncode == 1
    assert refused.stderr == (
        f"gangway: {root} has a colon, which separates the paths of Java's libraries: move the "
        "checkout\n"
    )
