"""Gangway's commands, run one after another in one process of Java: see Commands.java."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from learning_curves.suite import HOME

# Runs the command of these arguments and returns what it prints. Raises CalledProcessError.
Gangway = Callable[..., str]

PROGRAM: Final = Path(__file__).with_name("Commands.java")
LAUNCH: Final = HOME / "agent" / "target" / "launch"


class Commands:
    """A process that runs one command at a time. Not for several threads at once."""

    def __init__(self) -> None:
        subprocess.run([HOME / "gangway", "--version"], check=True, capture_output=True)  # builds
        libraries = (LAUNCH / "classpath").read_text(encoding="utf-8").strip()
        with tempfile.TemporaryDirectory() as folder:
            javac = ["javac", "-d", folder, "-cp", libraries, str(PROGRAM)]
            subprocess.run(javac, check=True)
            self._process = subprocess.Popen(
                [
                    *("java", "-cp", f"{folder}{os.pathsep}{libraries}", "-XX:+UseSerialGC"),
                    f"-Dgangway.home={HOME}",
                    f"-Dgangway.setup={HOME / 'envserver-python' / 'setup'}",
                    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                    "dev.gangway.cli.Commands",
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                env={**os.environ, "OMP_NUM_THREADS": "1"},
            )
            self("--version")  # until the class has been loaded from the folder

    def __call__(self, *arguments: Any) -> str:
        """Runs a command, and returns what it prints."""
        words = [str(each) for each in arguments]
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.write("\t".join(words) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        answer: dict[str, Any] = (
            json.loads(line) if line else {"code": self._process.wait(), "out": "", "err": ""}
        )
        if answer["code"] or not line:
            raise subprocess.CalledProcessError(answer["code"], words, answer["out"], answer["err"])
        return str(answer["out"])

    def close(self) -> None:
        """Ends the process."""
        self._process.communicate()
