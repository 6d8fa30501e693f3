"""`docs/refused.md` says what the server refuses on purpose, word for word.

Its second part is that of the commands, which a test in Java keeps.

With GANGWAY_WRITE_PAGES set in its environment, the test writes the page anew instead.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import numpy as np
import pytest
from google.protobuf.any_pb2 import Any as AnyMessage
from support import (
    SECONDS,
    TESTS,
    Client,
    failure_of,
    running_server,
    tensor_value,
    vectorized,
)
from test_attributes import call, set_values

from gangway_envserver import __version__
from gangway_envserver._proto import environment_service_pb2 as pb
from gangway_envserver._proto import info_pb2
from gangway_envserver._proto import wrapper_pb2 as wp
from gangway_envserver.dynamic import to_dynamic

PAGE = TESTS.parent.parent / "docs" / "refused.md"
TALK = "test/Talk-v0"
COMMANDS = (
    "\n# What commands and experiment files refuse\n"  # `RefusedPageTest` writes what follows
)
_ADDRESS = re.compile("0x[0-9a-f]+")
HEAD = """# What is refused

You were refused something, or want to know what Gangway does not do. This page lists what the
server, [commands and experiment files](#what-commands-and-experiment-files-refuse) refuse on
purpose, each with the words that the client gets. A test keeps the page true, and
`GANGWAY_WRITE_PAGES=1 .venv/bin/pytest tests/test_refused_page.py` in `envserver-python` writes it
anew. Names that begin with `test/` are those of the test's environments.
"""


def made(**settings: Any) -> Callable[[Client], pb.Failure]:
    """The failure of a session that cannot be made."""

    def fail(client: Client) -> pb.Failure:
        name = settings.pop("name", "CartPole-v1")
        with pytest.raises(grpc.RpcError) as caught:
            client.create(name, **settings)
        return failure_of(caught.value)

    return fail


def commanded(
    give: Callable[[Any], pb.AttachResponse], **settings: Any
) -> Callable[[Client], pb.Failure]:
    """The failure of a command after a reset."""

    def fail(client: Client) -> pb.Failure:
        stream = client.session(settings.pop("name", "CartPole-v1"), **settings)
        stream.reset(seed=1)
        response = give(stream)
        assert response.HasField("failure"), response
        return response.failure

    return fail


def version(client: Client) -> pb.Failure:
    """The failure of a handshake of the future."""
    request = pb.HandshakeRequest(min_protocol_version=2, max_protocol_version=3)
    with pytest.raises(grpc.RpcError) as caught:
        client.stub.Handshake(request, timeout=SECONDS)
    return failure_of(caught.value)


def step(*actions: Any) -> Callable[[Any], pb.AttachResponse]:
    """A step."""
    return lambda stream: stream.step(np.array(actions))


REFUSED: dict[str, Callable[[Client], pb.Failure]] = {
    "An id that names a module": made(name="os:CartPole-v1"),
    "An id that loads others by name": made(name="GymV26Environment-v0"),
    "An id that nobody registered": made(name="CartPoel-v1"),
    "A space that is none of Gymnasium's": made(
        name="test/Kinds-v0", arguments={"kind": to_dynamic("mission")}
    ),
    "Spaces nested too deep": made(
        name="test/Kinds-v0", arguments={"kind": to_dynamic("too_deep")}
    ),
    "Copies that differ": made(name="test/Different-v0", copies=2),
    "An argument that could name a file": made(
        name="test/Open-v0", arguments={"data_file": to_dynamic("x")}
    ),
    "An argument whose value could name one": made(
        name="test/Open-v0", arguments={"size": to_dynamic("../x")}
    ),
    "An argument of gymnasium.make itself": made(
        arguments={"disable_env_checker": to_dynamic(value=True)}
    ),
    "Rendering for people": made(render_mode="human"),
    "A render mode that the environment lacks": made(render_mode="ansi"),
    "Wrappers around an implementation that steps all copies at once": made(
        wrappers=[wp.Wrapper(clip_reward=wp.ClipRewardWrapper(min_reward=0))],
        **vectorized("VECTOR_ENTRY_POINT", "NEXT_STEP"),
    ),
    "A wrapper out of range": made(wrappers=[wp.Wrapper(time_limit=wp.TimeLimitWrapper())]),
    "A wrapper that does not fit": made(
        wrappers=[wp.Wrapper(rescale_action=wp.RescaleActionWrapper())]
    ),
    "A wrapper that the server does not offer": made(
        wrappers=[wp.Wrapper(custom=wp.CustomWrapper(provider="sticky"))]
    ),
    "More copies than the operator allows": made(copies=129),
    "A lease beyond ten minutes": made(lease_milliseconds=600_001),
    "A time limit of no steps": made(max_episode_steps=0),
    "A vector implementation in another autoreset mode": made(
        vectorization_mode=pb.VECTORIZATION_MODE_VECTOR_ENTRY_POINT
    ),
    "A vector implementation that there is not": made(
        name="Pendulum-v1", vectorization_mode=pb.VECTORIZATION_MODE_VECTOR_ENTRY_POINT
    ),
    "Wrappers around a vector implementation": made(
        vectorization_mode=pb.VECTORIZATION_MODE_VECTOR_ENTRY_POINT,
        wrappers=[wp.Wrapper(clip_reward=wp.ClipRewardWrapper(max_reward=1))],
    ),
    "More processes than the operator allows": made(
        vectorization_mode=pb.VECTORIZATION_MODE_ASYNC, copies=100
    ),
    "An action that is no member of its space": commanded(step(7)),
    "Actions of another type": commanded(step(0.5)),
    "Actions of another shape": commanded(step(0, 1)),
    "A seed for another number of copies": commanded(
        lambda stream: stream.reset(seeds=pb.SeedList(seeds=[pb.OptionalSeed()] * 2))
    ),
    "Gymnasium's own option for masks": commanded(
        lambda stream: stream.reset(options=to_dynamic({"reset_mask": 1}).dict),
        vectorization_mode=pb.VECTORIZATION_MODE_SYNC,
    ),
    "Rendering that was not asked for": commanded(
        lambda stream: stream.command(render=pb.RenderCommand())
    ),
    "A mask while autoreset is on": commanded(
        lambda stream: stream.reset(mask=b"\1\0"), name=TALK, copies=2
    ),
    "A step of a copy that ended, in DISABLED": commanded(
        lambda stream: [stream.step(np.array([0])) for _ in range(4)][-1],
        name="test/Line-v0",
        autoreset_mode=pb.AUTORESET_MODE_DISABLED,
    ),
    "An object in an info, when the client wants none": commanded(
        step(1), name=TALK, info_objects=info_pb2.INFO_OBJECTS_REFUSE
    ),
    "A reward of several numbers": commanded(step(3), name="test/Rewards-v0"),
    "A required extension of an unknown type": commanded(
        lambda stream: stream.command(
            step=pb.StepCommand(actions=tensor_value(np.array([0]))),
            extensions=[
                pb.Extension(value=AnyMessage(type_url="acme.com/acme.Trace"), required=True)
            ],
        )
    ),
    "An attribute that the operator has not opened": commanded(
        lambda stream: call(stream, "gravity")
    ),
    "A private or dotted attribute": commanded(lambda stream: call(stream, "unwrapped.state")),
    "Setting an attribute": commanded(lambda stream: set_values(stream, "gravity", 1.0)),
    "Another protocol version": version,
}


@pytest.fixture
def fresh() -> Iterator[Client]:
    """A client of a server that no other test has used."""
    with (
        running_server(
            *("--import", "custom_environments", "--import", "talking_environment"),
            *("--max-copies", "128", "--allow-attribute", "scaled"),
        ) as server,
        Client(server.address) as client,
    ):
        yield client


def quoted(message: str) -> str:
    """A message without what differs between processes and releases."""
    return _ADDRESS.sub("0x…", message).replace(f"envserver {__version__}", "envserver VERSION")


def test_the_page_says_what_the_server_says(fresh: Client) -> None:
    sections = [
        f"\n## {title}\n\n`{pb.FailureReason.Name(failure.reason).removeprefix('FAILURE_REASON_')}`"
        f"\n\n    {quoted(failure.message)}\n"
        for title, provoke in REFUSED.items()
        if (failure := provoke(fresh))
    ]
    part = HEAD + "".join(sections)
    commands = PAGE.read_text(encoding="utf-8").partition(COMMANDS)
    page = part + "".join(commands[1:])
    if os.environ.get("GANGWAY_WRITE_PAGES"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page
