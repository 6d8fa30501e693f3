"""The reference of settings is what the schema says, and shipped experiments name their schema."""

from __future__ import annotations

import os
import runpy
from pathlib import Path

import pytest
from support import TESTS

ROOT = TESTS.parent.parent
PAGE = ROOT / "docs" / "settings-reference.md"
HEADER = """\
# proto-file: gangway/v1/experiment.proto
# proto-message: gangway.v1.Experiment
"""


def test_the_reference_of_settings_is_current() -> None:
    tool = runpy.run_path(str(TESTS.parent / "tools" / "settings_reference.py"))
    text: str = tool["Reference"]().text()
    if os.environ.get("GANGWAY_WRITE_PAGES"):
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text, "run this test with GANGWAY_WRITE_PAGES=1"


def test_the_reference_has_a_row_for_settings_of_every_kind() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for row in (
        "| `discount` | number | ≥ 0, ≤ 1 | `0.99` | The discount factor γ.",
        "| · `gae` | [GaeAdvantage](#gaeadvantage) |  |  | ",
        "| `hidden` | \\[ integer \\] | at least 1 element, ≥ 1, ≤ 65536, none with `no_hid",
        "| `normalize_advantages` | true or false | formerly `normalize_weights` | `false` | ",
        "| `ACTIVATION_TANH` | ",
    ):
        assert row in page, row


@pytest.mark.parametrize(
    "file",
    [*ROOT.glob("experiments/*.textproto"), *ROOT.glob("examples/*/*.textproto")],
    ids=lambda file: file.stem,
)
def test_editors_find_the_schema_of_a_shipped_experiment(file: Path) -> None:
    assert file.read_text(encoding="utf-8").startswith(HEADER)
