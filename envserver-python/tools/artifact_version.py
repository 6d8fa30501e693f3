"""The version of every artifact has one home, the project's ``pom.xml``; this reads it for Python.

Maven's ``0.2.0-SNAPSHOT`` is Python's ``0.2.0.dev0``: a state of development before 0.2.0.
hatchling evaluates ``python_version()`` (``[tool.hatch.version]`` in ``pyproject.toml``) when it
builds from the repository; in a source archive the version stands in ``PKG-INFO``.
"""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

# This file is loaded in ways that leave its path unset or relative, so it is made absolute at once.
POM = Path(__file__).resolve().parent.parent.parent / "pom.xml"
NAMESPACE = "{http://maven.apache.org/POM/4.0.0}"


def python_version(pom: Path = POM) -> str:
    """The version in a Maven project file, as Python spells it (PEP 440)."""
    element = ET.parse(pom).getroot().find(f"{NAMESPACE}version")  # noqa: S314 - our file
    found = "" if element is None or element.text is None else element.text.strip()
    match = re.fullmatch(r"(\d+\.\d+\.\d+)(-SNAPSHOT)?", found)
    if match is None:
        raise SystemExit(
            f"{pom}: expected a <version> like 1.2.3 or 1.2.3-SNAPSHOT, found {found or 'none'}."
        )
    return match[1] + (".dev0" if match[2] else "")
