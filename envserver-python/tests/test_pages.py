"""The pages of the documentation point to files and headings that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support import TESTS

HOME = TESTS.parent.parent
PAGES = sorted([*HOME.glob("docs/**/*.md"), HOME / "README.md", HOME / "CONTRIBUTING.md"])
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def _prose(page: Path) -> str:
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def _anchors(page: Path) -> set[str]:
    """The names that the headings of a page have in links, as GitHub makes them."""
    anchors: set[str] = set()
    for heading in re.findall(r"^#+ (.*)$", _prose(page), re.MULTILINE):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        name = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
        repeated = 0
        anchor = name
        while anchor in anchors:
            repeated += 1
            anchor = f"{name}-{repeated}"
        anchors.add(anchor)
    return anchors


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HOME)))
def test_links_lead_to_files_and_headings(page: Path) -> None:
    broken = []
    for link in _LINK.findall(_prose(page)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists():
            broken.append(f"{link}: no such file")
        elif anchor and target.suffix == ".md" and anchor not in _anchors(target):
            broken.append(f"{link}: no such heading; it has {sorted(_anchors(target))}")
    assert not broken, f"{page.relative_to(HOME)} has links that lead nowhere:\n" + "\n".join(
        broken
    )


def test_every_decision_is_in_the_index_and_has_every_part() -> None:
    index = (HOME / "docs/decisions/README.md").read_text(encoding="utf-8")
    decisions = sorted((HOME / "docs/decisions").glob("[0-9]*.md"))
    assert decisions
    for number, decision in enumerate(decisions, 1):
        text = decision.read_text(encoding="utf-8")
        assert decision.name.startswith(f"{number:04d}-"), (
            f"{decision.name}: expected number {number:04d}"
        )
        assert f"]({decision.name})" in index, f"{decision.name} is not in docs/decisions/README.md"
        parts = re.findall(r"^(?:## |- )(\w+)(?::|$)", text, re.MULTILINE)
        expected = ["Date", "Status", "Context", "Decision", "Evidence", "Consequences"]
        assert parts == expected, f"{decision.name} has the parts {parts}, expected {expected}"


_SOURCES = (
    "agent/*/src",
    "agent/src",
    "benchmarks",
    "envserver-python/src",
    "envserver-python/tests",
    "envserver-python/tools",
    "envserver-python/extras",
    "examples",
    "experiments",
    "proto",
    "testkit/src",
)
_GENERATED = {".venv", "target", "build", "__pycache__"}


def _sources() -> list[str]:
    """Every file and folder of the sources, as `/path/from/the/checkout`."""
    found = {f"/{path.name}" for path in HOME.iterdir()}
    for pattern in _SOURCES:
        for root in HOME.glob(pattern):
            # The folders above: agent/learning, envserver-python, proto, …
            found.update(
                f"/{part.relative_to(HOME)}"
                for part in root.parents
                if part != HOME and HOME in part.parents
            )
            for path in [root, *root.rglob("*")]:
                inside = path.relative_to(HOME)
                if not _GENERATED.intersection(inside.parts):
                    found.add(f"/{inside}")
    found.update(f"/envserver-python/{path.name}" for path in (HOME / "envserver-python").iterdir())
    return sorted(found)


def test_every_file_that_the_architecture_names_exists_and_is_the_only_one() -> None:
    text = _prose(HOME / "docs/architecture.md")
    names = set(re.findall(r"`([\w./-]+\.(?:java|py|proto|json|toml|xml))`", text))
    names |= {
        name
        for row in re.findall(r"^\| .* \|$", text, re.MULTILINE)
        for name in re.findall(r"`([\w.-]+(?:/[\w.-]+)+)`", row)
    }
    assert len(names) > 80, names
    sources = _sources()
    wrong = []
    for name in sorted(names - {"pom.xml"}):
        places = [path for path in sources if path.endswith(f"/{name}")]
        product = [path for path in places if "/src/main/java/" in path]
        if len(product or places) != 1:
            wrong.append(f"{name}: expected one file or folder, found {places}")
    assert not wrong, "docs/architecture.md names files that a reader cannot find:\n" + "\n".join(
        wrong
    )
