"""Serves Gymnasium environments over gRPC: the server side of `proto/gangway/v1`.

Where things are: `__main__` the command line, `server` start and stop, `service` the RPCs, `table`
all sessions, `session` one session's order of commands, `commands` a command's work, `batch` the
loop over n environments, `values`, `spaces`, `info` and `dynamic` what travels, `registry` and
`arguments` what a client may make, `addresses` where the server listens, `lifecycle` how the
process ends; and `client` a server's environments as Gymnasium's own.
"""

from gangway_envserver import _proto

__version__ = _proto.VERSION
