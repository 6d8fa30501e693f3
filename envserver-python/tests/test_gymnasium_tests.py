"""`tools/gymnasium_tests`: a checkout's tests get their environments through the client."""

from __future__ import annotations

import subprocess
from pathlib import Path

TOOL = Path(__file__).resolve().parent.parent / "tools/gymnasium_tests"


def test_a_checkouts_tests_are_led_to_a_server(tmp_path: Path) -> None:
    tests = tmp_path / "tests"
    tests.mkdir()
    (tests / "__init__.py").touch()
    (tests / "test_one.py").write_text(
        """
import gymnasium
from gangway_envserver.client import RemoteEnv, RemoteVectorEnv

def test_gymnasiums_own_environments_are_remote():
    environment = gymnasium.make("CartPole-v1", max_episode_steps=3)
    assert isinstance(environment.unwrapped, RemoteEnv)
    assert environment.spec.entry_point.startswith("gymnasium.envs.")
    assert isinstance(gymnasium.make_vec("CartPole-v1", 2), RemoteVectorEnv)

def test_those_of_a_test_are_local():
    gymnasium.register("Own-v0", entry_point="gymnasium.envs:not_found")
    with __import__("pytest").raises(AttributeError):
        gymnasium.make("Own-v0")
"""
    )
    found = subprocess.run((TOOL, tmp_path, "tests"), capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "2 passed" in found.stdout, found.stdout


def test_what_is_no_checkout_is_refused(tmp_path: Path) -> None:
    found = subprocess.run((TOOL, tmp_path), capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert "Expected a checkout of Gymnasium" in found.stderr
