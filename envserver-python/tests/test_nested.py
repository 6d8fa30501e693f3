"""All ten spaces, nested: values there and back, stepped, and refused when they do not fit.

GANGWAY_EXAMPLES sets how many examples the property test tries.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest
from alike import same
from custom_environments import GRAPHS_OF_ANYTHING, Kinds
from gymnasium import spaces
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import all_spaces, plain, values
from support import Client, check_failure, info_dicts

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver._proto import space_pb2, value_pb2
from gangway_envserver.dynamic import to_dynamic
from gangway_envserver.kind_of import kind_of
from gangway_envserver.kinds import Kind, Misfit
from gangway_envserver.spaces import to_space

EXAMPLES = int(os.environ.get("GANGWAY_EXAMPLES", "50"))
CARRIED = [
    *("tuple", "text", "dict", "sequence", "stacked", "graph", "nested_graph", "one_of"),
    *("empty_tuple", "deepest"),
]


def sent(message: value_pb2.Value) -> value_pb2.Value:
    """The message as the other side gets it."""
    return value_pb2.Value.FromString(message.SerializeToString())


@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(st.data())
def test_values_of_any_space_survive_bit_for_bit(data: st.DataObject) -> None:
    space = data.draw(all_spaces())
    message = to_space(space)
    assert space_pb2.Space.FromString(message.SerializeToString()) == message
    kind = kind_of(space, "observation")
    rows = [data.draw(values(space)) for _ in range(data.draw(st.integers(0, 2)))]
    encoded = [kind.encode(row) for row in rows]
    for row, each in zip(rows, encoded, strict=True):
        assert same(kind.from_single(sent(kind.single(each)), "it"), plain(row))
    if kind.has_length():
        batch = kind.from_batch(sent(kind.batch(encoded)), len(rows), "it")
        for row, each in zip(rows, kind.split(batch), strict=True):
            alike = kind.single(kind.encode(each)) == kind.single(kind.encode(row))
            assert alike or same(plain(each), plain(row))


@pytest.mark.parametrize("name", [name for name in CARRIED if name in Kinds.SPACES])
def test_an_environment_gets_back_each_value_that_it_takes(client: Client, name: str) -> None:
    space = Kinds.SPACES[name]
    space.seed(1)
    stream = client.session("test/Kinds-v0", 2, arguments={"kind": to_dynamic(name)})
    assert stream.created.description.observation_space == to_space(space)
    stream.reset()
    kind = kind_of(space, "action")
    for _ in range(3):
        actions = kind.batch([kind.encode(space.sample()) for _ in range(2)])
        step = stream.command(step=pb.StepCommand(actions=actions)).step
        infos = step.final.infos if step.HasField("final") else step.infos
        assert [info["member"] for info in info_dicts(infos, 2)] == [True, True]
        assert step.observations == actions
        assert not step.HasField("final") or step.final.observations == actions


def test_the_observations_of_blackjack_are_gymnasiums(client: Client) -> None:
    import gymnasium  # noqa: PLC0415 - only here

    local = gymnasium.make("Blackjack-v1")
    expected, _ = local.reset(seed=3)
    found = client.session("Blackjack-v1").reset(seed=3).reset.observations
    batch = kind_of(local.observation_space, "observation").from_batch(found, 1, "it")
    assert [int(part[0]) for part in batch] == [int(part) for part in expected]


MISFITS: list[tuple[str, Any]] = [
    ("text", 1),
    ("text", "\udc80"),
    ("tuple", (1,)),
    ("tuple", 1),
    ("dict", {"a": np.zeros(2, np.float32)}),
    ("dict", {"a": np.zeros(2, np.float32), "z": "n", "y": 1}),
    ("dict", {"a": np.zeros(3, np.float32), "z": "n"}),
    ("sequence", 1),
    ("stacked", {"a": np.zeros(2, np.int64), "b": ("x",)}),
    ("stacked", {"a": np.int64(1), "b": ()}),
    ("graph", (np.zeros((1, 2), np.float32), None, None)),
    ("graph", spaces.GraphInstance(np.zeros((1, 2), np.float32), np.array([1]), None)),
    ("graph", spaces.GraphInstance(np.zeros((1, 2)), np.array([1]), np.array([[0, 1]]))),
    ("graph", spaces.GraphInstance(np.zeros((1, 2)), np.array([1]), np.array([0, 0]))),
    ("nested_graph", spaces.GraphInstance({"a": (), "b": ()}, np.array([1]), np.array([[0, 0]]))),
    ("one_of", (3, 1)),
    ("one_of", ("a", 1)),
    ("one_of", 1),
]


@pytest.mark.parametrize(
    ("name", "value"), [misfit for misfit in MISFITS if misfit[0] in Kinds.SPACES]
)
def test_an_environments_misfits_are_named(name: str, value: Any) -> None:
    space = Kinds.SPACES[name]
    with pytest.raises(ValueError, match="which does not fit its space"):
        kind_of(space, "observation").encode(value)


def message_of(name: str, value: Any) -> tuple[Kind, value_pb2.Value]:
    """The message of a value, and its kind."""
    kind = kind_of(Kinds.SPACES[name], "action")
    return kind, kind.single(kind.encode(value))


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("text", "tensor {}", "have a tensor"),
        ("text", 'text: "zzzz"', "'zzzz'"),
        ("tuple", "tuple { values {} }", "have 1 values"),
        ("tuple", "text: ''", "have a text"),
        ("dict", "dict { entries { key: 'a' } entries { key: 'a' } }", "have the keys ['a', 'a']"),
        ("dict", "tuple {}", "have a tuple"),
        ("sequence", "dict {}", "have a dict"),
        ("sequence", "tuple { values { tuple { values {} values {} } } }", "[0][0] have a Value w"),
        ("stacked", "tuple {}", "have a tuple"),
        ("stacked", "stacked { length: -1 batch { dict {} } }", "have length -1"),
        ("stacked", "stacked { length: 1 batch { dict {} } }", "have the keys []"),
        ("graph", "stacked {}", "have a stacked"),
        ("graph", "graph { nodes { batch {} } }", ".nodes have a Value without a kind"),
        ("one_of", "one_of { index: 3 }", "have index 3"),
        ("one_of", "one_of { index: -1 }", "have index -1"),
        ("one_of", "one_of { value { text: 'a' } }", "[1] have a text"),
        ("one_of", "graph {}", "have a graph"),
    ],
)
def test_a_clients_misfits_are_named_with_their_place(name: str, text: str, place: str) -> None:
    from google.protobuf import text_format  # noqa: PLC0415 - only here

    message = text_format.Parse(text, value_pb2.Value())
    with pytest.raises(Misfit) as caught:
        kind_of(Kinds.SPACES[name], "action").from_single(message, "it")
    assert place in str(caught.value)


@pytest.mark.skipif(not GRAPHS_OF_ANYTHING, reason="this Gymnasium cannot nest graphs")
def test_a_value_of_the_greatest_depth_is_within_the_parsers_limit() -> None:
    space: Any = spaces.Discrete(2)
    value: Any = np.array([1])
    for _ in range(16):
        space = spaces.Graph(space, None)
        value = (spaces.GraphInstance(value, None, None),)
    message = pb.StepResult()
    message.final.observations.CopyFrom(
        kind_of(space, "action").batch([kind_of(space, "action").encode(value[0])])
    )
    response = pb.AttachResponse(step=message)
    assert pb.AttachResponse.FromString(response.SerializeToString()) == response


def test_a_graphs_links_are_checked() -> None:
    nodes, links = np.zeros((2, 2), np.float32), np.array([[0, 1]])
    kind, good = message_of("graph", spaces.GraphInstance(nodes, np.array([3]), links))
    bad = value_pb2.Value()
    bad.CopyFrom(good)
    bad.graph.edge_links.data = np.array([[0, 2]]).tobytes()
    with pytest.raises(Misfit, match="edge_links that are in 0 … 2: expected indices of 2 nodes"):
        kind.from_single(bad, "it")
    bad.graph.ClearField("edge_links")
    with pytest.raises(Misfit, match="alone: expected both or neither"):
        kind.from_single(bad, "it")
    bad.CopyFrom(good)
    bad.graph.edges.batch.tensor.data = np.array([4]).tobytes()
    with pytest.raises(Misfit, match=r"it.edges\[0\] 4: expected Discrete\(4\)") as caught:
        kind.from_single(bad, "it")
    assert caught.value.copy is None


@pytest.mark.parametrize(
    ("name", "bad", "found"),
    [
        ("text", value_pb2.Value(text="abc"), "'abc'"),
        ("one_of", value_pb2.Value(one_of=value_pb2.OneOfValue(index=9)), "have index 9"),
    ],
)
def test_a_bad_nested_action_names_the_copy_and_steps_none(
    client: Client, name: str, bad: value_pb2.Value, found: str
) -> None:
    space = Kinds.SPACES[name]
    kind = kind_of(space, "action")
    good = kind.encode(space.sample())
    stream = client.session("test/Kinds-v0", 2, arguments={"kind": to_dynamic(name)})
    stream.reset()
    failure = stream.command(step=pb.StepCommand(actions=kind.batch([good, bad]))).failure
    check_failure(failure, "INVALID_ACTION", "INVALID_ARGUMENT")
    assert failure.metadata["copy"] == "1"
    assert failure.metadata["found"] == found
    actions = kind.batch([good, good])
    assert stream.command(step=pb.StepCommand(actions=actions)).HasField("step")
