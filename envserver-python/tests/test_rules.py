"""The schema's rules find in a message what the table says; the agent runs the same table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from google.protobuf import text_format
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from support import TESTS

from gangway_envserver._proto import experiment_pb2, wrapper_pb2
from gangway_envserver.rules import resolve

TABLE = TESTS.parent.parent / "proto" / "rules" / "cases.txt"
WRAPPERS = ", ".join(field.name for field in wrapper_pb2.Wrapper.DESCRIPTOR.oneofs[0].fields)


@dataclass(frozen=True)
class Case:
    """A message in text format, and what is to be said of it."""

    message: str
    text: str
    problems: tuple[str, ...]
    resolved: str | None


def cases() -> Iterator[Case]:
    """The table's rows."""
    lines = TABLE.read_text(encoding="utf-8").replace("\n    ", " ").splitlines()
    head, problems = "", list[str]()
    for line in [*(each for each in lines if each and not each.startswith("#")), "end:"]:
        if line.startswith("! "):
            problems.append(line[2:].replace("WRAPPERS", WRAPPERS))
            continue
        message, _, text = head.partition(":")
        if line.startswith("= "):
            yield Case(message, text, (), line[2:])
        elif problems:
            yield Case(message, text, tuple(problems), None)
        if not line.startswith("= "):
            head = line
        problems = []


def messages(root: Descriptor, found: dict[str, Descriptor]) -> dict[str, Descriptor]:
    """Every message that an experiment can have, by its name."""
    if root.name not in found:
        found[root.name] = root
        for field in root.fields:
            if field.message_type is not None:
                messages(field.message_type, found)
    return found


MESSAGES = messages(experiment_pb2.Experiment.DESCRIPTOR, {})


def parsed(case: Case, text: str) -> Message:
    """The text as the case's message."""
    return text_format.Parse(text, GetMessageClass(MESSAGES[case.message])())


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: f"{case.message}{case.text}")
def test_the_rules_say_what_the_table_says(case: Case) -> None:
    message = parsed(case, case.text)
    assert tuple(resolve(message)) == case.problems
    if case.resolved is not None:
        assert message == parsed(case, case.resolved)
        assert resolve(message) == []


def test_the_table_has_cases_of_every_kind() -> None:
    kinds = {(case.resolved is None, len(case.problems) > 1) for case in cases()}
    assert kinds == {(True, True), (True, False), (False, False)}
