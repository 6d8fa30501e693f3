"""The command line: `python -m gangway_envserver --listen ADDRESS …`.

Standard output carries one line, a JSON object with `gangway_envserver` (the version), `address`,
`incarnation` and `pid`, written when the server accepts connections. Whatever is printed before or
after it, by this program or by an environment, goes to standard error. Exit codes: 0 ended as
asked, 1 failed, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from gangway_envserver import __version__
from gangway_envserver.lifecycle import Ending
from gangway_envserver.names import public_name

if TYPE_CHECKING:
    from gangway_envserver.server import Server

DRAIN_SECONDS: Final = 5.0
STOP_SECONDS: Final = 2.0
NAMED_COPIES: Final = 4096
PRIVATE_COPIES: Final = 65536  # as many as an experiment may have
_log = logging.getLogger("gangway_envserver")


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line's options; ends the process with code 2 when they are wrong."""
    parser = argparse.ArgumentParser(
        prog="gangway_envserver", description="Serves Gymnasium environments over gRPC."
    )
    add = parser.add_argument
    add(
        "--listen",
        metavar="ADDRESS",
        help="unix:PATH or HOST:PORT, port 0 for a free one (default: a Unix socket in a fresh "
        "private directory)",
    )
    add(
        "--max-sessions",
        type=_positive,
        default=64,
        metavar="N",
        help="sessions at once (default 64)",
    )
    add(
        "--max-copies",
        type=_positive,
        metavar="N",
        help="copies in a session (default 4096; 65536 with --private)",
    )
    add(
        "--max-workers",
        type=_positive,
        default=64,
        metavar="N",
        help="copies in an ASYNC session, each a process (default 64)",
    )
    add(
        "--import",
        dest="imports",
        action="append",
        default=[],
        metavar="MODULE",
        help="import this module, a name or a file NAME.py, first and allow the environments that "
        "it registers; repeatable",
    )
    add(
        "--allow",
        action="append",
        default=[],
        metavar="ID_GLOB",
        help="allow only ids that match this or another --allow (default: those that Gymnasium "
        "itself and the --import modules register)",
    )
    add(
        "--allow-argument",
        action="append",
        default=[],
        metavar="NAME",
        help="let clients give this constructor argument any value; repeatable",
    )
    add(
        "--allow-attribute",
        action="append",
        default=[],
        type=public_name,
        metavar="NAME",
        help="let clients read this attribute of environments, and call it if it is a method; "
        "repeatable",
    )
    add(
        "--allow-set-attribute",
        action="append",
        default=[],
        type=public_name,
        metavar="NAME",
        help="let clients set this attribute of environments; repeatable",
    )
    add(
        "--allow-wrapper",
        action="append",
        default=[],
        metavar="NAME",
        help="let clients wrap environments in this wrapper of an installed package (its entry "
        "point in the group gangway_envserver.wrappers); repeatable",
    )
    add(
        "--private",
        action="store_true",
        help="the clients are the operator: they may give constructors any argument, and refusals "
        "are worded for them; not with --insecure-remote",
    )
    add(
        "--insecure-remote",
        action="store_true",
        help="allow an address other machines reach, without encryption or authentication",
    )
    add(
        "--no-direct-streams",
        dest="direct_streams",
        action="store_false",
        help="on a Unix socket, let clients of this machine use gRPC alone",
    )
    add("--exit-with-parent", action="store_true", help="end when standard input ends")
    levels = ("debug", "info", "warning", "error")
    add("--log-level", choices=levels, default="info", help="least level logged (default info)")
    add("--version", action="version", version=f"gangway_envserver {__version__}")
    options = parser.parse_args(arguments)
    if options.private and options.insecure_remote:
        parser.error(
            "--private: expected a server that other users cannot reach, found --insecure-remote"
        )
    if options.max_copies is None:
        options.max_copies = PRIVATE_COPIES if options.private else NAMED_COPIES
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the server until it is told to end; gives the exit code."""
    options = parse_arguments(arguments)
    announcement = _take_standard_output()
    logging.basicConfig(
        level=options.log_level.upper(),
        format="%(asctime)s %(levelname)s %(message)s",
        stream=sys.stderr,
    )
    logging.raiseExceptions = False  # a log that nobody reads any more is no reason to stop
    ending = Ending()
    if options.exit_with_parent:
        ending.watch_parent()

    # Imported late: --help need not wait for Gymnasium, and a parent's death ends even a slow
    # start.
    from gangway_envserver.addresses import AddressError, default_address, parse_address  # noqa: PLC0415
    from gangway_envserver.attributes import AttributePolicy  # noqa: PLC0415
    from gangway_envserver.custom_wrappers import NoWrapper  # noqa: PLC0415
    from gangway_envserver.extras import choose_renderer  # noqa: PLC0415
    from gangway_envserver.memory import keep_freed_memory  # noqa: PLC0415
    from gangway_envserver.modules import NoModule, add_folders  # noqa: PLC0415
    from gangway_envserver.notices import install  # noqa: PLC0415
    from gangway_envserver.registry import EnvironmentRegistry  # noqa: PLC0415
    from gangway_envserver.remedy import Remedy  # noqa: PLC0415
    from gangway_envserver.server import Server  # noqa: PLC0415
    from gangway_envserver.threads import EnvironmentThreads  # noqa: PLC0415

    keep_freed_memory()
    choose_renderer()
    install()
    add_folders()
    try:
        remedy = Remedy(options.private)
        attributes = AttributePolicy(options.allow_attribute, options.allow_set_attribute, remedy)
        registry = EnvironmentRegistry(
            *(options.imports, options.allow, options.allow_argument),
            *(attributes, remedy, options.allow_wrapper),
        )
    except NoWrapper as missing:
        _log.error("--allow-wrapper: %s.", missing)
        return 1
    except NoModule as missing:
        _log.error("--import: %s.", missing)
        return 1
    except Exception:  # noqa: BLE001 - an import may raise anything
        _log.exception("A module of --import %s cannot be imported.", ", ".join(options.imports))
        return 1
    ending.catch_signals()
    threads = EnvironmentThreads()
    try:
        with ending.making():
            address = (
                parse_address(options.listen, insecure_remote=options.insecure_remote)
                if options.listen
                else default_address()
            )
            ending.on_exit(address.release)
            server = Server(
                *(registry, address, threads),
                *(options.max_sessions, options.max_copies, options.max_workers),
                direct_streams=options.direct_streams,
            )
    except AddressError as error:
        _log.error("%s", error)
        return 1
    server.start()
    _announce(announcement, server.address, server.incarnation)
    _log.info("Listening on %s.", server.address)
    threading.Thread(target=_end, args=(ending, server), name="end", daemon=True).start()
    threads.serve_main(ending.keep_signals)
    return 0


def _end(ending: Ending, server: Server) -> None:
    """Ends the process when it is told to, while the main thread is the environments'."""
    cause = ending.wait()
    _log.info("Ending because of %s.", cause)
    drain_seconds = 0.0 if ending.urgent() else DRAIN_SECONDS
    ending.end_within(drain_seconds + 2 * STOP_SECONDS)
    server.drain(drain_seconds)
    if not server.stop(STOP_SECONDS):
        _log.warning("An environment is still at work; ending without it.")
    logging.shutdown()
    ending.end_now()


def _take_standard_output() -> int:
    """Leads standard output to standard error; gives a descriptor of what it was."""
    sys.stdout.flush()
    announcement = os.dup(1)
    os.dup2(2, 1)
    return announcement


def _announce(descriptor: int, address: str, incarnation: str) -> None:
    line = json.dumps(
        {
            "gangway_envserver": __version__,
            "address": address,
            "incarnation": incarnation,
            "pid": os.getpid(),
        }
    )
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as output:
            output.write(line + "\n")
    except BrokenPipeError:
        # A parent that is gone: its end is noticed elsewhere, and what was made is removed there.
        _log.warning("Nobody reads the announcement of %s.", address)


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} is not ≥ 1")
    return value


if __name__ == "__main__":
    sys.exit(main())
