"""The lists of planted bugs: each can be planted in the sources of now, and the page shows them."""

from __future__ import annotations

import importlib.util
from importlib.machinery import SourceFileLoader
from pathlib import Path

SCRIPT = Path(__file__).resolve().parent / "mutations"


def test_the_page_shows_every_bug_and_each_can_be_planted() -> None:
    loader = SourceFileLoader("mutations", str(SCRIPT))
    spec = importlib.util.spec_from_loader("mutations", loader)
    assert spec
    mutations = importlib.util.module_from_spec(spec)
    loader.exec_module(mutations)
    written = mutations.PAGE.read_text()
    assert mutations.page() == written, "run benchmarks/mutations --write"
