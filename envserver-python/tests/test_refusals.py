"""Calls and streams that are refused: reason, code and facts, in the status's details."""

from __future__ import annotations

from typing import Any

import grpc
import numpy as np
import pytest
from support import (
    SECONDS,
    Client,
    StreamClient,
    check_failure,
    failure_of,
    running_server,
    vectorized,
)

from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver._proto import value_pb2, wrapper_pb2
from gangway_envserver.dynamic import to_dynamic


def refused(call: Any, reason: str, code: str) -> pb.Failure:
    """The failure that the call ends with."""
    with pytest.raises(grpc.RpcError) as caught:
        call()
    failure = failure_of(caught.value)
    check_failure(failure, reason, code)
    assert caught.value.details() == failure.message
    return failure


def works(stream: StreamClient, actions: Any) -> None:
    """The session takes a reset and a step."""
    assert stream.reset().HasField("reset")
    assert stream.step(actions).HasField("step")


def test_handshake_agrees_on_version_1(client: Client) -> None:
    request = pb.HandshakeRequest(min_protocol_version=1, max_protocol_version=9, client="test/1")
    response = client.stub.Handshake(request, timeout=SECONDS)
    assert response.protocol_version == 1
    assert response.max_copies == 128
    assert response.max_sessions == 64
    assert response.max_message_bytes == 64 * 1024 * 1024
    assert set(response.versions) == {"gymnasium", "numpy", "python"}
    assert response.server.startswith("gangway-envserver/")


def test_handshake_refuses_other_versions(client: Client) -> None:
    request = pb.HandshakeRequest(min_protocol_version=2, max_protocol_version=3)
    failure = refused(
        lambda: client.stub.Handshake(request, timeout=SECONDS),
        "PROTOCOL_VERSION",
        "FAILED_PRECONDITION",
    )
    assert dict(failure.metadata) == {"supported_min": "1", "supported_max": "1"}


def test_create_session_refuses_another_version(client: Client) -> None:
    request = pb.CreateSessionRequest(protocol_version=2)
    refused(
        lambda: client.stub.CreateSession(request, timeout=SECONDS),
        "PROTOCOL_VERSION",
        "FAILED_PRECONDITION",
    )


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("CartPole", "CartPole-v1"),
        ("cartpole-v1", "CartPole-v1"),
        ("FrozenLak-v1", "FrozenLake-v1"),
    ],
)
def test_an_unknown_id_gets_the_nearest_names(client: Client, name: str, nearest: str) -> None:
    failure = refused(lambda: client.create(name), "UNKNOWN_ENVIRONMENT", "NOT_FOUND")
    assert failure.metadata["id"] == name
    assert nearest in failure.metadata["nearest"].split(",")
    assert nearest in failure.message


@pytest.mark.parametrize(
    "name", ["os:CartPole-v1", "custom_environments:test/Line-v0", ":", "GymV26Environment-v0"]
)
def test_ids_that_would_load_code_are_refused(client: Client, name: str) -> None:
    refused(lambda: client.create(name), "ENVIRONMENT_NOT_ALLOWED", "PERMISSION_DENIED")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("data_file", "x"),  # by its name
        ("model", "x"),  # by its default, a path
        ("maker", 1),  # by its default, a class
        ("size", "../x"),  # by its value
        ("size", "os:system"),
        ("size", {"a": 1}),
        ("size", [["a/b"]]),
        ("env_id", "x"),
        ("render_mode", "rgb_array"),
        ("disable_env_checker", True),
    ],
)
def test_arguments_that_could_name_files_or_code_are_refused(
    client: Client, name: str, value: Any
) -> None:
    arguments = {name: to_dynamic(value)}
    failure = refused(
        lambda: client.create("test/Open-v0", arguments=arguments),
        "ARGUMENT_NOT_ALLOWED",
        "PERMISSION_DENIED",
    )
    assert failure.metadata["argument"] == name


def test_an_argument_that_the_constructor_lacks_is_named_with_those_it_has(client: Client) -> None:
    failure = refused(
        lambda: client.create("test/Open-v0", arguments={"sise": to_dynamic(1)}),
        "INVALID_SETTING",
        "INVALID_ARGUMENT",
    )
    assert failure.metadata["field"] == "settings.arguments[sise]"
    assert "size" in failure.message


def test_a_malformed_argument_is_refused(client: Client) -> None:
    refused(
        lambda: client.create("test/Open-v0", arguments={"size": value_pb2.DynamicValue()}),
        "INVALID_SETTING",
        "INVALID_ARGUMENT",
    )


@pytest.mark.parametrize(
    ("field", "settings"),
    [
        ("copies", {"copies": 0}),
        ("copies", {"copies": 129}),
        ("lease_milliseconds", {"lease_milliseconds": 600_001}),
        ("autoreset_mode", {"autoreset_mode": 9}),
        ("vectorization_mode", {"vectorization_mode": 9}),
        ("settings.max_episode_steps", {"max_episode_steps": 0}),
        ("settings.max_episode_steps", {"max_episode_steps": -2}),
        ("settings.render_mode", {"render_mode": "human"}),
    ],
)
def test_settings_out_of_range_are_named(
    client: Client, field: str, settings: dict[str, Any]
) -> None:
    failure = refused(lambda: client.create(**settings), "INVALID_SETTING", "INVALID_ARGUMENT")
    assert failure.metadata["field"] == field


def test_a_render_mode_that_the_environment_lacks_is_refused(client: Client) -> None:
    failure = refused(
        lambda: client.create("test/Raises-v0", render_mode="ansi"),
        "INVALID_SETTING",
        "INVALID_ARGUMENT",
    )
    assert failure.metadata["field"] == "settings.render_mode"


def test_a_render_mode_that_the_class_lacks_is_blamed_for_a_constructor_that_fails(
    client: Client,
) -> None:
    arguments = {"where": to_dynamic("constructor")}
    failure = refused(
        lambda: client.create("test/Raises-v0", arguments=arguments, render_mode="ansi"),
        "INVALID_SETTING",
        "INVALID_ARGUMENT",
    )
    assert "expected one that the environment offers (rgb_array)" in failure.message


@pytest.mark.parametrize(
    ("name", "autoreset", "part"),
    [
        ("Acrobot-v1", "NEXT_STEP", "has no vector implementation of its own: expected VECTORIZ"),
        ("CartPole-v1", "SAME_STEP", "has NEXT_STEP in its metadata"),
        ("CartPole-v1", "DISABLED", "has NEXT_STEP in its metadata"),
        ("CartPole-v1", "UNSPECIFIED", "the session asks for SAME_STEP"),
    ],
)
def test_what_a_vector_implementation_lacks_is_refused(
    client: Client, name: str, autoreset: str, part: str
) -> None:
    modes = vectorized("VECTOR_ENTRY_POINT", autoreset)
    failure = refused(lambda: client.create(name, **modes), "UNSUPPORTED", "UNIMPLEMENTED")
    assert part in failure.message


def test_a_vector_implementation_cannot_do_without_a_time_limit(client: Client) -> None:
    modes = vectorized("VECTOR_ENTRY_POINT", "NEXT_STEP")
    failure = refused(
        lambda: client.create(max_episode_steps=-1, **modes), "INVALID_SETTING", "INVALID_ARGUMENT"
    )
    assert failure.metadata["field"] == "settings.max_episode_steps"


def test_a_vector_implementation_takes_no_wrappers(client: Client) -> None:
    modes = vectorized("VECTOR_ENTRY_POINT", "NEXT_STEP")
    wrapper = wrapper_pb2.Wrapper(flatten_observation=wrapper_pb2.FlattenObservationWrapper())
    failure = refused(
        lambda: client.create(wrappers=[wrapper], **modes), "INVALID_SETTING", "INVALID_ARGUMENT"
    )
    assert failure.metadata["field"] == "settings.wrappers"


def test_a_vector_implementation_takes_one_seed(client: Client) -> None:
    stream = client.session(copies=2, **vectorized("VECTOR_ENTRY_POINT", "NEXT_STEP"))
    seeds = [pb.OptionalSeed(value=seed) for seed in (4, 5, 6)]
    first = stream.reset(seed=4).reset
    assert stream.reset(seeds=pb.SeedList(seeds=seeds[:2])).reset == first
    none = pb.SeedList(seeds=[pb.OptionalSeed(), pb.OptionalSeed()])
    assert stream.reset(seeds=none).reset.observations != first.observations
    for some in (seeds[::2], [pb.OptionalSeed(), seeds[0]], [seeds[0], pb.OptionalSeed()]):
        failure = stream.reset(seeds=pb.SeedList(seeds=some)).failure
        check_failure(failure, "INVALID_RESET", "INVALID_ARGUMENT")
        assert "expected Reset.seed" in failure.message
    works(stream, np.array([0, 1]))


@pytest.mark.parametrize("name", ["num_envs", "autoreset_mode", "vector_kwargs"])
def test_what_the_session_says_is_no_argument(client: Client, name: str) -> None:
    modes = vectorized("VECTOR_ENTRY_POINT", "NEXT_STEP")
    failure = refused(
        lambda: client.create(arguments={name: to_dynamic(3)}, **modes),
        "ARGUMENT_NOT_ALLOWED",
        "PERMISSION_DENIED",
    )
    assert failure.metadata["argument"] == name


def test_gymnasiums_own_option_for_masks_is_refused(client: Client) -> None:
    stream = client.session(copies=2, **vectorized("SYNC", "SAME_STEP"))
    options = from_options({"reset_mask": np.array([True, False])})
    failure = stream.reset(options=options).failure
    check_failure(failure, "INVALID_RESET", "INVALID_ARGUMENT")
    assert "expected Reset.mask" in failure.message
    works(stream, np.array([0, 1]))


def test_more_workers_than_the_operator_allows_are_refused() -> None:
    with running_server("--max-workers=2") as server, Client(server.address) as client:
        failure = refused(
            lambda: client.create(copies=3, **vectorized("ASYNC", "SAME_STEP")),
            "INVALID_SETTING",
            "INVALID_ARGUMENT",
        )
        assert failure.metadata["field"] == "copies"
        assert "expected 1 … 2" in failure.message


def from_options(options: dict[str, Any]) -> value_pb2.DynamicDict:
    """Reset options as a message."""
    return to_dynamic(options).dict


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("mission", "is a custom_environments.Mission: expected Gymnasium's ten spaces"),
        ("masked", "is a custom_environments.Mission"),
        ("leafless", "Sequence(Dict(), stack=True) stacks values without any part"),
        ("keys", "has the key 1: expected keys that are strings"),
        ("too_deep", "lies within 16 others: expected at most 16 spaces one within another"),
    ],
)
def test_spaces_without_a_form_on_the_wire_are_named_with_a_remedy(
    client: Client, kind: str, part: str
) -> None:
    arguments = {"kind": to_dynamic(kind)}
    failure = refused(
        lambda: client.create("test/Kinds-v0", arguments=arguments), "UNSUPPORTED", "UNIMPLEMENTED"
    )
    assert part in failure.message
    assert failure.message.startswith("The observation space has no form on the wire: ")
    assert "gymnasium.wrappers.TransformObservation" in failure.message


def test_a_space_without_a_form_on_the_wire_is_named_however_many_copies(client: Client) -> None:
    failure = refused(lambda: client.create("test/OwnSpace-v0", 2), "UNSUPPORTED", "UNIMPLEMENTED")
    assert "is a custom_environments.Mission: expected Gymnasium's ten spaces" in failure.message


def test_copies_of_different_spaces_are_refused(client: Client) -> None:
    refused(lambda: client.create("test/Different-v0", 2), "UNSUPPORTED", "UNIMPLEMENTED")


def test_a_constructor_that_raises_is_reported_within_the_size_of_a_status(client: Client) -> None:
    arguments = {"where": to_dynamic("constructor")}
    failure = refused(
        lambda: client.create("test/Raises-v0", arguments=arguments),
        "ENVIRONMENT_RAISED",
        "ABORTED",
    )
    assert failure.metadata["exception"] == "RuntimeError"
    assert failure.metadata["copy"] == "0"
    assert "no luck" in failure.message


def test_a_missing_optional_package_is_reported(client: Client) -> None:
    failure = refused(lambda: client.create("phys2d/CartPole-v1"), "ENVIRONMENT_RAISED", "ABORTED")
    assert failure.metadata["exception"] == "ModuleNotFoundError"


def test_the_session_limit_is_kept_and_a_closed_session_makes_room() -> None:
    with running_server("--max-sessions", "2") as server, Client(server.address) as client:
        first = client.create()
        client.create()
        failure = refused(client.create, "SESSION_LIMIT", "RESOURCE_EXHAUSTED")
        assert failure.metadata["limit"] == "2"
        close(client, first.session_id)
        client.create()


def close(client: Client, session_id: str) -> None:
    """Closes a session."""
    client.stub.CloseSession(pb.CloseSessionRequest(session_id=session_id), timeout=SECONDS)


def test_an_unknown_session_cannot_be_closed(client: Client) -> None:
    refused(lambda: close(client, "nobody"), "UNKNOWN_SESSION", "NOT_FOUND")


def broken(stream: StreamClient, request: pb.AttachRequest, reason: str, code: str) -> pb.Failure:
    """The failure that ends the stream after this request."""
    return refused(lambda: stream.call(request), reason, code)


def test_a_stream_must_begin_with_open(client: Client) -> None:
    request = pb.AttachRequest(sequence=1, reset=pb.ResetCommand())
    broken(StreamClient(client), request, "NOT_OPENED", "FAILED_PRECONDITION")
    broken(StreamClient(client), pb.AttachRequest(), "NOT_OPENED", "FAILED_PRECONDITION")


def open_request(created: pb.CreateSessionResponse, **changes: Any) -> pb.AttachRequest:
    """The right Open but for the changes."""
    fields: dict[str, Any] = {
        "protocol_version": 1,
        "session_id": created.session_id,
        "incarnation": created.incarnation,
    }
    return pb.AttachRequest(open=pb.OpenCommand(**(fields | changes)))


def test_open_is_checked(client: Client) -> None:
    created = client.create()
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({"protocol_version": 2}, "PROTOCOL_VERSION", "FAILED_PRECONDITION"),
        ({"incarnation": "earlier"}, "WRONG_INCARNATION", "FAILED_PRECONDITION"),
        ({"session_id": "nobody"}, "UNKNOWN_SESSION", "NOT_FOUND"),
    ]
    for changes, reason, code in cases:
        failure = broken(StreamClient(client), open_request(created, **changes), reason, code)
        if reason == "WRONG_INCARNATION":
            assert failure.metadata["incarnation"] == created.incarnation
    request = open_request(created)
    request.sequence = 1
    failure = broken(StreamClient(client), request, "SEQUENCE", "FAILED_PRECONDITION")
    assert dict(failure.metadata) == {"expected": "0", "found": "1"}
    works(client.open(created), np.array([0]))


def test_a_session_takes_one_stream_at_a_time(client: Client) -> None:
    created = client.create()
    stream = client.open(created)
    broken(StreamClient(client), open_request(created), "ALREADY_ATTACHED", "FAILED_PRECONDITION")
    works(stream, np.array([0]))


@pytest.mark.parametrize("number", [0, 2, 3, 2**64 - 1])
def test_a_wrong_sequence_number_ends_the_stream(client: Client, number: int) -> None:
    stream = client.session()
    request = pb.AttachRequest(sequence=number, reset=pb.ResetCommand())
    failure = broken(stream, request, "SEQUENCE", "FAILED_PRECONDITION")
    assert dict(failure.metadata) == {"expected": "1", "found": str(number)}


def test_without_a_lease_nothing_is_replayed(client: Client) -> None:
    stream = client.session()
    stream.reset()
    request = pb.AttachRequest(sequence=1, reset=pb.ResetCommand())
    broken(stream, request, "SEQUENCE", "FAILED_PRECONDITION")
