"""Environments of a server as Gymnasium's own: the client side of `proto/gangway/v1`, in Python.

    from gangway_envserver.client import make, make_vec

    environment = make("unix:/run/gangway/socket", "CartPole-v1", render_mode="rgb_array")
    environments = make_vec("127.0.0.1:5005", "CartPole-v1", num_envs=8)

Where things are: `single` and `vector` the two kinds of environment, `session` one session's order
of commands, `connection` the calls, `spaces`, `values` and `infos` what travels, `errors` what is
raised.
"""

from gangway_envserver.client.connection import Settings
from gangway_envserver.client.errors import (
    ConnectionLost,
    EnvironmentRaised,
    InvalidAction,
    RemoteError,
    ResetNeeded,
    UnknownEnvironment,
)
from gangway_envserver.client.single import RemoteEnv, make
from gangway_envserver.client.vector import RemoteVectorEnv, make_vec

__all__ = [
    "ConnectionLost",
    "EnvironmentRaised",
    "InvalidAction",
    "RemoteEnv",
    "RemoteError",
    "RemoteVectorEnv",
    "ResetNeeded",
    "Settings",
    "UnknownEnvironment",
    "make",
    "make_vec",
]
