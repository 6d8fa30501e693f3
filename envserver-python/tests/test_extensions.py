"""What is said beyond the protocol: ignored, refused before anything is executed, or handled."""

from __future__ import annotations

from collections.abc import Iterator

import grpc
import numpy as np
import pytest
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.wrappers_pb2 import StringValue
from support import Client, StreamClient, failure_of, running_server, tensor_value

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver.client.errors import RemoteError, refuse_unknown
from gangway_envserver.errors import RequestFailed
from gangway_envserver.extensions import Extensions


def extension(text: str, *, required: bool = False) -> pb.Extension:
    """A text as an extension."""
    value = AnyMessage()
    value.Pack(StringValue(value=text))
    return pb.Extension(value=value, required=required)


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """A client of a server that knows no types."""
    with running_server() as server, Client(server.address) as client:
        yield client


def step(stream: StreamClient, *extensions: pb.Extension) -> pb.AttachResponse:
    """Steps one copy."""
    actions = tensor_value(np.array([1]))
    return stream.command(step=pb.StepCommand(actions=actions), extensions=extensions)


def test_an_unknown_type_is_ignored_and_a_required_one_refused_before_anything(
    client: Client,
) -> None:
    plain, stream = (client.session(lease_milliseconds=1000) for _ in range(2))
    for each in (plain, stream):
        each.reset(seed=3)
    ignored = step(stream, extension("a"))
    expected = step(plain)
    assert ignored.SerializeToString(deterministic=True) == expected.SerializeToString(
        deterministic=True
    )
    refused = step(stream, extension("a"), extension("b", required=True))
    assert refused.failure.reason == pb.FAILURE_REASON_UNSUPPORTED
    url = "type.googleapis.com/google.protobuf.StringValue"
    assert refused.failure.metadata["type"] == url
    assert f"extensions[1] is required and of the type '{url}'" in refused.failure.message
    again = pb.AttachRequest(sequence=refused.sequence)
    assert stream.call(again) == refused
    assert step(stream).step == step(plain).step
    for each in (plain, stream):
        each.half_close()


def test_a_required_unknown_type_in_open_ends_the_stream(client: Client) -> None:
    created = client.create()
    command = pb.OpenCommand(
        protocol_version=1, session_id=created.session_id, incarnation=created.incarnation
    )
    request = pb.AttachRequest(open=command, extensions=[extension("a", required=True)])
    with pytest.raises(grpc.RpcError) as error:
        list(client.stub.Attach(iter([request])))
    assert failure_of(error.value).reason == pb.FAILURE_REASON_UNSUPPORTED


def test_a_known_type_is_handled_and_may_be_answered() -> None:
    heard = []

    def handle(value: AnyMessage) -> AnyMessage | None:
        heard.append(StringValue.FromString(value.value).value)
        return value if heard[-1] == "answer" else None

    known = Extensions({"google.protobuf.StringValue": handle})
    said = [extension("hear", required=True), extension("answer", required=True)]
    known.check(said)
    assert known.answer(said) == [extension("answer")]
    assert heard == ["hear", "answer"]
    unknown = pb.Extension(value=AnyMessage(type_url="a/acme.Trace"), required=True)
    with pytest.raises(RequestFailed, match=r"its types \(google\.protobuf\.StringValue\)"):
        known.check([unknown])


def test_the_client_refuses_an_answer_that_it_must_understand_and_does_not() -> None:
    refuse_unknown([extension("a")])
    with pytest.raises(RemoteError, match="The command was executed; update the client") as error:
        refuse_unknown([extension("a"), extension("b", required=True)])
    assert error.value.reason == "UNSUPPORTED"
