"""Gangway's commands, run one after another in one process of Java: see Commands.java."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from learning_curves.suite import HOME

# Runs the command of these arguments and returns what it prints. Raises CalledProcessError.
Gangway = Callable[..., str]

PROGRAM: Final = Path(__file__).with_name("Commands.java")
LAUNCH: Final = HOME / "agent" / "target" / "launch"


def start_java() -> subprocess.Popen[str]:
    """A process of Commands.java, which is compiled first, on an agent that is up to date."""
    subprocess.run([HOME / "gangway", "--version"], check=True, capture_output=True)  # builds
    libraries = (LAUNCH / "classpath").read_text(encoding="utf-8").strip()
    folder = LAUNCH / "commands"
    javac = ["javac", "-d", str(folder), "-cp", libraries, str(PROGRAM)]
    subprocess.run(javac, check=True)
    return subprocess.Popen(
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


class Commands:
    """A process that runs one command at a time. Not for several threads at once.

    A process that has died fails the command that it ran, and a new one runs the next.
    """

    def __init__(self, start: Callable[[], subprocess.Popen[str]] = start_java) -> None:
        self._start = start
        self._process = start()

    def __call__(self, *arguments: Any) -> str:
        """Runs a command, and returns what it prints."""
        words = [str(each) for each in arguments]
        if self._process.poll() is not None:
            self.close()
            self._process = self._start()
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.write("\t".join(words) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            code = self._process.wait()
            raise subprocess.CalledProcessError(code, words, "", f"Java ended with {code}.\n")
        answer: dict[str, Any] = json.loads(line)
        if answer["code"]:
            raise subprocess.CalledProcessError(answer["code"], words, answer["out"], answer["err"])
        return str(answer["out"])

    def close(self) -> None:
        """Ends the process."""
        self._process.communicate()
