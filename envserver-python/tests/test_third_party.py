"""The run over other packages, short: on an environment beside the tests, without the network."""

from __future__ import annotations

import sys
from pathlib import Path

import third_party
from support import SECONDS, TESTS
from third_party import FAILED, PASSED, RESULTS, Candidate, Result


def test_an_environment_is_checked_in_another_python_and_named_when_it_cannot_be() -> None:
    python = Path(sys.executable)
    own = {"env_name": "push-v3"}
    here = {"PYTHONPATH": str(TESTS)}
    candidate = Candidate("here", "private/Named-v0", "private_environments", own, here)
    found = third_party.inspected(python, candidate, 20, 6 * SECONDS)
    assert found["notes"] == []
    assert found["cells"] == [*[PASSED] * 3, "20", PASSED, third_party.ABSENT, *[PASSED] * 2]
    missing = Candidate("here", "private/Named-v0", "no_such_module")
    found = third_party.inspected(python, missing, 20, 6 * SECONDS)
    assert found["cells"] == [FAILED]
    assert "No module named 'no_such_module'" in found["notes"][0]


def test_the_page_says_what_was_found() -> None:
    results = list(third_party.known().values())
    assert third_party.PAGE.read_text(encoding="utf-8") == third_party.written(results)
    assert {each.package for each in results} == {each.package for each in third_party.candidates()}
    assert RESULTS.parent == TESTS.parent.parent / "docs"


def test_a_table_counts_and_explains() -> None:
    good = Result("good", "Good-v0", "1.0", [], [PASSED] * 9, [])
    bad = Result("bad", "Bad-v0", "2.0", ["x 1 instead of 2"], [FAILED] * 9, ["made: no"])
    none = Result("none", "None-v0", notes=["not installed: why"])
    text = third_party.table([good, bad, none], {"good": "Remark."})
    assert "3 packages, 2 installed, 1 without deviation." in text
    assert "| good | 1.0 | the server's | Good-v0 |" in text
    assert "| bad | 2.0 | its own | Bad-v0 |" in text
    lines = text.splitlines()
    assert lines[-4:] == [
        *("- good: Remark.", "- bad: it needs x 1 instead of 2", "- bad: made: no"),
        "- none: not installed: why",
    ]
